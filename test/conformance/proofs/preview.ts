import { expect } from "vitest";
import { hasUnknown, UNKNOWN } from "../../../packages/provider-kit/values.ts";
import { type Subject, startLab } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { inputsWith, wholeInputs } from "../samples/sample.ts";

/** Plans: unknown values pass, known ones are shown, and nobody is called. */
export function provePreview(subject: Subject, prove: Prove): void {
  const { definition } = subject;
  const names = Object.keys(definition.inputs);
  const allUnknown = Object.fromEntries(Object.keys(definition.outputs).map((name) => [name, UNKNOWN]));

  prove("planned with every input unknown, all of it is unknown and nobody is called", async () => {
    await using lab = await startLab(subject);
    const before = lab.calls();
    const unknown = Object.fromEntries(names.map((name) => [name, UNKNOWN]));
    const planned = await lab.engine.previewCreate(lab.urn, unknown);
    expect(planned.id).toBe("");
    expect(planned.outputs.properties).toEqual({ ...unknown, ...allUnknown });
    expect(lab.calls()).toBe(before);
  });

  prove("planned with known inputs, they are shown, the outputs are unknown and nobody is called", async () => {
    await using lab = await startLab(subject);
    const before = lab.calls();
    const planned = await lab.engine.previewCreate(lab.urn, wholeInputs(lab.samples));
    expect(planned.inputs.properties).toMatchObject(wholeInputs(lab.samples));
    expect(planned.outputs.properties).toEqual({ ...planned.inputs.properties, ...allUnknown });
    expect(lab.calls()).toBe(before);
  });

  prove.each(names)("%s not known yet shows as a change, its kind included, and nobody is called", async (input) => {
    await using lab = await startLab(subject);
    const wanted = inputsWith(lab.samples, input);
    const state = await lab.engine.create(lab.urn, wanted);
    const before = lab.calls();
    const unsure = { ...wanted, [input]: UNKNOWN };
    const replaces = lab.samples[input]?.replaces ?? false;
    expect(lab.engine.diff(state, unsure)).toMatchObject({ changed: [input], replaces });
    const planned = await lab.engine.update(state, unsure, true);
    expect(planned.outputs.properties[input]).toBe(UNKNOWN);
    expect(lab.calls()).toBe(before);
  });

  prove.each(names)("%s changed: the plan says no output to be known that comes out otherwise", async (input) => {
    await using lab = await startLab(subject);
    const { engine } = lab;
    const before = inputsWith(lab.samples, input);
    const state = await engine.create(lab.urn, before);
    const { to, replaces, refused } = lab.samples[input] ?? {};
    const after = { ...before, [input]: to };
    if (refused) return expect(engine.diff(state, before).changed).toEqual([]);
    if (replaces) return expect(engine.check(lab.urn, after).problems).toEqual([]);
    const sent = lab.calls();
    const planned = (await engine.update(state, after, true)).outputs.properties;
    expect(lab.calls()).toBe(sent);
    const done = (await engine.update(state, after)).outputs.properties;
    for (const [name, value] of Object.entries(planned))
      if (!hasUnknown(value)) expect([name, done[name]]).toEqual([name, value]);
  });
}
