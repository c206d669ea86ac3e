import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { State } from "../engine-double.ts";
import { comparable, holdsData, type Lab, madeOf, NAME, type Subject, startLab, there } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { type InputSample, inputsWith, type Properties, present } from "../samples/sample.ts";

/** Each input changed alone: by the program, taken in, left out, and by somebody else. */
export function proveChanges(subject: Subject, prove: Prove): void {
  const names = subject.sample.alike ? ["body"] : Object.keys(subject.definition.inputs);

  prove.each(names)("%s changed alone is one step of the right kind, and then nothing is left to do", async (input) => {
    await using lab = await startLab(subject);
    const before = inputsWith(lab.samples, input);
    const { to, refused } = sampleOf(lab, input);
    const after = present({ ...before, [input]: to });
    if (refused) return await proveRefused(lab, subject, { input, before, after, refusal: refused });
    await proveStep(lab, subject, { input, before, after });
  });

  prove.each(names)("%s taken in later is one step, and then nothing is left to do", async (input) => {
    await using lab = await startLab(subject);
    const after = inputsWith(lab.samples, input);
    const before = present({ ...after, [input]: undefined });
    if (subject.sample.needs?.includes(input) || !mayLack(lab, input, before)) return;
    await proveStep(lab, subject, { input, before, after });
  });

  prove.each(names)("%s left out later is one step or refused, and then nothing is left to do", async (input) => {
    await using lab = await startLab(subject);
    const before = inputsWith(lab.samples, input);
    const after = present({ ...before, [input]: undefined });
    if (subject.sample.needs?.includes(input) || !mayLack(lab, input, after)) return;
    await proveStep(lab, subject, { input, before, after, refusal: sampleOf(lab, input).keeps });
  });

  prove.each(subject.sample.unordered ?? [])("%s in another order is no change", async (input) => {
    await using lab = await startLab(subject);
    const wanted = inputsWith(lab.samples, input);
    const list = [wanted[input]].flat();
    expect(list.length, "the sample has too few elements to change their order").toBeGreaterThan(1);
    const state = await lab.engine.create(lab.urn, wanted);
    const reversed = { ...wanted, [input]: list.toReversed() };
    expect(lab.engine.diff(state, reversed)).toMatchObject({ changed: [], replaces: false });
  });

  prove.each(names)(
    "%s changed by somebody else is seen by a refresh, and put right by the next run",
    async (input) => {
      await using probe = await startLab(subject);
      const { outside } = sampleOf(probe, input);
      if (typeof outside === "string") return expect(outside.length).toBeGreaterThan(10);
      for (const position of [outside].flat().keys()) await proveDrift(subject, { input, position });
    },
  );
}

async function proveDrift(subject: Subject, { input, position }: { input: string; position: number }): Promise<void> {
  await using lab = await startLab(subject);
  const { engine, urn, outsider } = lab;
  const wanted = inputsWith(lab.samples, input);
  const state = await engine.create(urn, wanted);
  const change = [sampleOf(lab, input).outside].flat()[position];
  if (typeof change === "function") await change(outsider, madeOf(state));
  const drifted = there(await engine.read(state));
  expect(engine.diff(drifted, wanted)).toMatchObject({ changed: [input], replaces: false });
  await proveSame(lab, await engine.update(drifted, wanted), wanted);
}

interface Step {
  input: string;
  before: Properties;
  after: Properties;
  refusal?: RegExp | undefined;
}

async function proveStep(lab: Lab, { sample, definition }: Subject, step: Step): Promise<void> {
  const { engine, urn, calls } = lab;
  const { input, before, refusal } = step;
  const replaces = sampleOf(lab, input).replaces ?? false;
  const state = await engine.create(urn, before);
  const sent = calls();
  const same = isDeepStrictEqual(
    engine.check(urn, step.after).inputs.properties[input],
    state.inputs.properties[input],
  );
  const guarded = replaces && !same && holdsData(definition.dataBearing, before);
  if (guarded) {
    expect(engine.check(urn, step.after, state).problems.map(({ property }) => property)).toEqual([input]);
  }
  const after = guarded ? { ...step.after, replaceData: NAME } : step.after;
  const difference = engine.diff(state, after);
  expect(difference).toMatchObject({ changed: same ? [] : [input], replaces: replaces && !same });
  for (const { path } of difference.changes) expect(path.split(/[.[]/)[0]).toBe(input);
  expect(calls()).toBe(sent);
  if (refusal) return expect(engine.update(state, after)).rejects.toThrow(refusal);
  if (same) return;
  if (!replaces) return proveSame(lab, await engine.update(state, after), after);
  expect(difference.createBeforeDelete).toBe(sample.createBeforeDelete ?? false);
  const next = await replace(lab, state, { after, first: difference.createBeforeDelete });
  if (next.id !== state.id && !sample.stays) expect(await engine.read(state)).toBeUndefined();
  await proveSame(lab, next, after);
}

/** Where nobody can have the value, whatever permission the program gives. */
async function proveRefused(lab: Lab, { definition }: Subject, step: Step): Promise<void> {
  const { engine, urn } = lab;
  const state = await engine.create(urn, step.before);
  const after = holdsData(definition.dataBearing, step.before) ? { ...step.after, replaceData: NAME } : step.after;
  const attempt = async () => {
    const { replaces, createBeforeDelete: first } = engine.diff(state, after);
    return replaces ? replace(lab, state, { after, first }) : engine.update(state, after);
  };
  await expect(attempt()).rejects.toThrow(step.refusal);
}

async function replace({ engine, urn }: Lab, old: State, how: { after: Properties; first: boolean }): Promise<State> {
  if (!how.first) await engine.delete(old);
  const next = await engine.create(urn, how.after);
  if (how.first) await engine.delete(old);
  return next;
}

/** The same program again changes nothing, before and after a refresh. */
async function proveSame({ engine }: Lab, state: State, inputs: Properties): Promise<void> {
  expect(engine.diff(state, inputs)).toMatchObject({ changed: [], replaces: false });
  const live = there(await engine.read(state));
  expect(comparable(live)).toEqual(comparable(state));
  expect(engine.diff(live, inputs)).toMatchObject({ changed: [], replaces: false });
}

/** Where the object cannot be without the input, Check says so. */
function mayLack({ engine, urn }: Lab, input: string, without: Properties): boolean {
  const { problems } = engine.check(urn, without);
  for (const { reason } of problems) expect(reason, input).not.toBe("");
  return problems.length === 0;
}

function sampleOf({ samples }: Lab, input: string): InputSample {
  const found = samples[input];
  if (!found) throw new Error(`The input ${input} has no sample: add a value and another one to this vendor's samples`);
  return found;
}
