import { expect } from "vitest";
import { comparable, type Lab, madeOf, NAME, type Subject, startLab, there, urnOf } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { inputsWith, type Properties, present, type ResourceSample, wholeInputs } from "../samples/sample.ts";

/** Made, read, left alone, deleted: by us, by somebody else, and twice. */
export function proveLifecycle(subject: Subject, prove: Prove): void {
  prove("made, it reads back as it was asked for, and the same program changes nothing", async () => {
    await using lab = await startLab(subject);
    await proveSettled(lab, wholeInputs(lab.samples));
  });

  prove("made with nothing but what it requires, it reads back the same", async () => {
    await using lab = await startLab(subject);
    await proveSettled(lab, fewest(lab, wholeInputs(lab.samples), subject.sample));
  });

  prove.each((subject.definition.writeOnly ?? []).map(String))(
    "%s, which the vendor never returns, stays over a refresh",
    async (input) => {
      await using lab = await startLab(subject);
      const wanted = inputsWith(lab.samples, input);
      const state = await lab.engine.create(lab.urn, wanted);
      expect(there(await lab.engine.read(state)).inputs.properties[input]).toEqual(wanted[input]);
    },
  );

  for (const [effect, run] of Object.entries(subject.sample.effects ?? {}))
    prove(effect, async () => {
      await using lab = await startLab(subject);
      await run(lab);
    });

  if (subject.definition.find) proveForeign(subject, prove);

  const { vanish, stays } = subject.sample;
  prove("deleted, it is gone; deleting it again succeeds; made again, it is there", async () => {
    await using lab = await startLab(subject);
    const { engine, urn } = lab;
    const state = await engine.create(urn, wholeInputs(lab.samples));
    await engine.delete(state);
    if (vanish !== "never" && !stays) expect(await engine.read(state)).toBeUndefined();
    await engine.delete(state);
    await proveSettled(lab, wholeInputs(lab.samples));
  });

  if (vanish === "never") return;
  prove("deleted by somebody else, a refresh says so, and our own deletion succeeds", async () => {
    await using lab = await startLab(subject);
    const { engine, urn, outsider } = lab;
    const state = await engine.create(urn, wholeInputs(lab.samples));
    await vanish(outsider, madeOf(state));
    expect(await engine.read(state)).toBeUndefined();
    await engine.delete(state);
  });
}

/** Only where the kind has a natural key: nothing of somebody else's is adopted or touched. */
function proveForeign(subject: Subject, prove: Prove): void {
  prove(
    "an object of its name that somebody else made is refused with the import command, and stays as it is",
    async () => {
      await using lab = await startLab(subject);
      const { engine, urn, sandbox } = lab;
      const wanted = present({ ...wholeInputs(lab.samples), ...subject.sample.clash });
      const theirs = await engine.create(urnOf(subject.token, "theirs"), wanted);
      const before = sandbox.requests().length;
      await expect(engine.create(urn, wanted)).rejects.toThrow(`${subject.token} ${NAME} ${theirs.id}`);
      const requests = sandbox.requests().slice(before);
      const changing = requests.filter(
        ({ method, requestText }) => method !== "GET" && !subject.sample.asks?.test(requestText),
      );
      expect(changing.map(({ method }) => method)).toEqual([]);
      expect(comparable(there(await engine.read(theirs)))).toEqual(comparable(theirs));
    },
  );
}

async function proveSettled({ engine, urn, calls }: Lab, inputs: Properties): Promise<void> {
  const state = await engine.create(urn, inputs);
  expect(state.id).not.toBe("");
  expect(comparable(there(await engine.read(state)))).toEqual(comparable(state));
  const before = calls();
  expect(engine.diff(state, inputs)).toMatchObject({ changed: [], changes: [], replaces: false });
  expect(calls()).toBe(before);
}

/** Leaves out one input after the other, as long as Check still accepts the rest. */
function fewest({ engine, urn }: Lab, whole: Properties, { needs = [] }: ResourceSample): Properties {
  let rest = whole;
  for (const name of Object.keys(whole).filter((one) => !needs.includes(one))) {
    const without = present({ ...rest, [name]: undefined });
    if (engine.check(urn, without).problems.length === 0) rest = without;
  }
  return rest;
}
