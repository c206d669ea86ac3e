import { describe, expect, test } from "vitest";
import { PROVIDERS } from "../../packages/plugin-host/providers.ts";
import { upgraded } from "../../packages/provider-kit/state-version.ts";
import type { State } from "../conformance/engine-double.ts";
import { type Subject, there } from "../conformance/lab.ts";
import { samples } from "../conformance/samples/index.ts";
import { type Fixture, type FrozenObject, fixturesOf, releases } from "./fixture.ts";
import { openLab, subjectsOf } from "./frozen-objects.ts";

const SUBJECTS = new Map(
  Object.values(samples)
    .flatMap(subjectsOf)
    .map((subject) => [subject.token, subject]),
);

test("there is a frozen release to be held to", () => {
  expect(releases()).not.toEqual([]);
});

describe.each(releases())("state of release %s", (release) => {
  describe.each(fixturesOf(release).map((fixture) => [fixture.provider, fixture] as const))("%s", (_, fixture) => {
    test("each of its kinds is still served", async () => {
      const { resources = [] } = (await PROVIDERS[fixture.provider]?.()) ?? {};
      const served = resources.map(({ definition }) => definition.token);
      const missing = kindsIn(fixture).filter((token) => !served.includes(token));
      expect(missing, "a stack of that release could neither refresh nor destroy these").toEqual([]);
    });

    test.each(kindsIn(fixture))("%s plans as empty", async (token) => {
      const subject = SUBJECTS.get(token);
      if (!subject) return;
      for (const object of fixture.objects.filter((one) => one.token === token)) await proveUnchanged(subject, object);
    });
  });
});

function kindsIn({ objects }: Fixture): string[] {
  return [...new Set(objects.map(({ token }) => token))];
}

/** The program that made it changes nothing of it, neither before nor after a refresh. */
async function proveUnchanged(subject: Subject, frozen: FrozenObject): Promise<void> {
  const { lab, refs } = await openLab(subject);
  await using opened = lab;
  const { engine, urn } = opened;
  const { id, args, inputs, outputs } = moved(frozen, frozen.refs, refs);
  const old = { urn, id, inputs, outputs };
  // What the program wrote, and all that was kept of it: a default that has changed shows in the first alone.
  const program = inTodaysWords(subject, { ...old, inputs: { properties: args, secretPaths: [] } });
  const kept = inTodaysWords(subject, old);
  for (const wanted of [program.inputs.properties, kept.inputs.properties])
    expect(said(frozen, engine.diff(old, wanted))).toEqual(unchanged(frozen));

  const made = await engine.create(urn, program.inputs.properties);
  const refreshed = there(await engine.read(asKept(made, moved(old, id, made.id), kept)));
  expect(said(frozen, engine.diff(refreshed, program.inputs.properties))).toEqual(unchanged(frozen));
}

const said = ({ with: name }: FrozenObject, { changed, replaces }: { changed: string[]; replaces: boolean }) => ({
  ...{ with: name, changed, replaces },
});
const unchanged = (frozen: FrozenObject) => said(frozen, { changed: [], replaces: false });

function inTodaysWords({ definition }: Subject, { urn, id, inputs, outputs }: State): State {
  const { oldInputs, oldOutputs } = upgraded(definition, { urn, oldInputs: inputs, oldOutputs: outputs });
  return { urn, id, inputs: oldInputs, outputs: oldOutputs };
}

/** A new object in place of the frozen one, with what state held of that: an output that is new since then is not there. */
function asKept(made: State, old: State, { outputs }: State): State {
  const known = Object.entries(made.outputs.properties).filter(
    ([name]) => name.startsWith("__") || name in outputs.properties,
  );
  return { ...made, inputs: old.inputs, outputs: { ...made.outputs, properties: Object.fromEntries(known) } };
}

/** The same, with the ids that objects have got in this sandbox. */
function moved<T>(value: T, from: unknown, to: unknown): T {
  const now = textsIn(to);
  const pairs = textsIn(from).map((text, index): [string, string] => [text, now[index] ?? text]);
  return withTexts(value, (text) => pairs.reduce(replaced, text)) as T;
}

/** A short id is replaced as a whole only: it would be found in other words. */
function replaced(text: string, [old, next]: readonly [string, string]): string {
  if (old.length < 8) return text === old ? next : text;
  return text.replaceAll(old, next);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}

function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, change)]));
}
