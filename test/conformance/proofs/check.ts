import { expect } from "vitest";
import { NAME, type Subject, startLab } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { inputsWith, present, wholeInputs } from "../samples/sample.ts";

/** One of them is not of the type of any given input. */
const WRONG: readonly unknown[] = [{ notAProperty: { of: ["any", 1] } }, 4.5, "§", true, [["§"]]];

/** What Check refuses, by name. */
export function proveCheck(subject: Subject, prove: Prove): void {
  const { definition } = subject;
  const entries = Object.entries(definition.inputs);

  prove.each(Object.keys(definition.inputs))("%s of a wrong type is refused by name", async (input) => {
    await using lab = await startLab(subject);
    const wrong = WRONG.find((value) => !definition.inputs[input]?.safeParse(value).success);
    const { problems } = lab.engine.check(lab.urn, { ...inputsWith(lab.samples, input), [input]: wrong });
    expect(problems.length).toBeGreaterThan(0);
    for (const { property, reason } of problems) {
      expect(property.split(".")[0]).toBe(input);
      expect(reason).not.toBe("");
    }
  });

  const required = entries.filter(
    ([name, schema]) => name !== definition.autoName?.property && !schema.safeParse(undefined).success,
  );
  prove.each(required.map(([name]) => name))("without %s it is refused by name", async (input) => {
    await using lab = await startLab(subject);
    const { problems } = lab.engine.check(lab.urn, present({ ...inputsWith(lab.samples, input), [input]: undefined }));
    expect(problems).toEqual([{ property: input, reason: "is required" }]);
  });

  const { forbidden = [] } = subject.sample;
  prove.each(forbidden.map((_one, index) => String(index)))("forbidden input %s is refused by name", async (index) => {
    await using lab = await startLab(subject);
    const { inputs = {}, property, reason } = forbidden[Number(index)] ?? {};
    const { problems } = lab.engine.check(lab.urn, present({ ...wholeInputs(lab.samples), ...inputs }));
    expect(problems).toContainEqual({ property, reason: expect.stringMatching(reason ?? "") });
  });

  const { autoName } = definition;
  if (autoName)
    prove("without a name it is called after project, stack and its own name", async () => {
      await using lab = await startLab(subject);
      const unnamed = present({ ...wholeInputs(lab.samples), [autoName.property]: undefined });
      const { inputs, problems } = lab.engine.check(lab.urn, unnamed);
      expect([inputs.properties[autoName.property], problems]).toEqual([`mais-dev-${NAME}`, []]);
    });

  prove("a property that it does not have is refused by name, with the nearest that it has", async () => {
    await using lab = await startLab(subject);
    const whole = wholeInputs(lab.samples);
    const [known = ""] = Object.keys(whole);
    const { problems } = lab.engine.check(lab.urn, { ...whole, quiteUnheardOf: 1, [`${known}x`]: 1 });
    const [unheard, misspelt] = problems;
    expect(problems.map(({ property }) => property)).toEqual(["quiteUnheardOf", `${known}x`]);
    expect(unheard?.reason).toContain("is not a property");
    expect(misspelt?.reason).toContain(`did you mean "${known}"`);
  });

  prove("every problem is told at once, before anything is sent", async () => {
    await using lab = await startLab(subject);
    const before = lab.calls();
    const wrong = Object.fromEntries(
      entries.map(([name, schema]) => [name, WRONG.find((one) => !schema.safeParse(one).success)]),
    );
    const { problems } = lab.engine.check(lab.urn, wrong);
    const named = new Set(problems.map(({ property }) => property.split(".")[0]));
    expect([...named].sort()).toEqual(Object.keys(definition.inputs).sort());
    await expect(lab.engine.create(lab.urn, wrong)).rejects.toThrow("refused");
    expect(lab.calls()).toBe(before);
  });
}
