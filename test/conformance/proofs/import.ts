import { expect } from "vitest";
import type { State } from "../engine-double.ts";
import { comparable, madeOf, type Subject, startLab, there } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { inputsWith, type Properties, present, wholeInputs } from "../samples/sample.ts";

/** Taken over by its id: what the import writes is a program by itself, and the original program differs where it must. */
export function proveImport(subject: Subject, prove: Prove): void {
  const { sample } = subject;
  const { importId = ({ id }) => id, importDiffers = [], importLacks = [], importHides = [] } = sample;

  prove("imported, it differs from the program in nothing but what cannot be known", async () => {
    await using lab = await startLab(subject);
    const { engine, urn } = lab;
    const wanted = wholeInputs(lab.samples);
    const state = await engine.create(urn, wanted);
    if (importId instanceof RegExp) return await expect(engine.import(urn, state.id)).rejects.toThrow(importId);
    const imported = there(await engine.import(urn, importId(madeOf(state))));
    expect(imported.id).toBe(state.id);
    expect(outputsOf(subject, imported)).toEqual(without(outputsOf(subject, state), importHides));
    const difference = engine.diff(imported, wanted);
    expect(difference).toMatchObject({ changed: [...importDiffers].sort(), replaces: false });
    const updated = difference.changed.length > 0 ? await engine.update(imported, wanted) : imported;
    const live = there(await engine.read(updated));
    expect(live.inputs.properties).toEqual(engine.check(urn, wanted).inputs.properties);
    expect(engine.diff(live, wanted).changed).toEqual([]);
  });

  if (importId instanceof RegExp) return;
  prove.each(Object.keys(subject.definition.inputs))(
    "%s, where it stands alone, reads back and is told by an import",
    async (input) => {
      await using lab = await startLab(subject);
      const { engine, urn } = lab;
      if (!lab.samples[input]?.instead) return;
      const wanted = inputsWith(lab.samples, input);
      const state = await engine.create(urn, wanted);
      expect(comparable(there(await engine.read(state)))).toEqual(comparable(state));
      if (lab.samples[input].importSpells) return;
      const imported = there(await engine.import(urn, importId(madeOf(state))));
      expect(outputsOf(subject, imported)).toEqual(without(outputsOf(subject, state), importHides));
      if (importDiffers.includes(input) || subject.definition.writeOnly?.includes(input)) return;
      expect(engine.diff(imported, wanted).changed).not.toContain(input);
    },
  );

  prove("what an import writes is accepted as a program, without a change", async () => {
    await using lab = await startLab(subject);
    const { engine, urn } = lab;
    const state = await engine.create(urn, wholeInputs(lab.samples));
    const imported = there(await engine.import(urn, importId(madeOf(state))));
    const { properties } = imported.inputs;
    const { problems } = engine.check(urn, properties, imported);
    expect(problems.map(({ property }) => property)).toEqual(importLacks);
    if (importLacks.length === 0) expect(engine.diff(imported, properties).changed).toEqual([]);
  });
}

/** What the vendor tells of it, the inputs aside. */
function outputsOf({ definition }: Subject, { outputs }: State): Properties {
  const told = Object.keys(definition.outputs).map((name) => [name, outputs.properties[name]]);
  return present(Object.fromEntries(told));
}

function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
