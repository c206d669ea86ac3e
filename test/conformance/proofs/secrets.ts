import { expect } from "vitest";
import type { Decoded } from "../../../packages/provider-kit/values.ts";
import { UNKNOWN } from "../../../packages/provider-kit/values.ts";
import { type Subject, startLab, there } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { inputsWith, type Properties, wholeInputs } from "../samples/sample.ts";

/** Every secret is marked wherever it goes, whatever the program says. */
export function proveSecrets(subject: Subject, prove: Prove): void {
  const { definition, sample } = subject;
  const { secrets = [] } = sample;

  prove("its secrets are the ones that the sample names", () => {
    expect([...(definition.secrets ?? [])].map(String).sort()).toEqual([...secrets].sort());
  });

  prove.each(secrets)(
    "%s is marked as secret when checked, planned, made, read, changed and imported",
    async (pattern) => {
      await using lab = await startLab(subject);
      const { engine, urn } = lab;
      const [property = ""] = pattern.split(".");
      const isInput = property in definition.inputs;
      const wanted = isInput ? inputsWith(lab.samples, property) : wholeInputs(lab.samples);
      if (isInput) expectMarked(pattern, engine.check(urn, wanted).inputs);
      expectMarked(pattern, (await engine.previewCreate(urn, wanted)).outputs, isInput ? pattern : property);
      const unknown = await engine.previewCreate(urn, { ...wanted, ...(isInput ? { [property]: UNKNOWN } : {}) });
      expectMarked(property, unknown.outputs);
      const state = await engine.create(urn, wanted);
      expectMarked(pattern, state.outputs);
      const live = there(await engine.read(state));
      expectMarked(pattern, live.outputs);
      if (isInput) expectMarked(pattern, live.inputs);
      expectMarked(pattern, (await engine.update(state, wanted)).outputs);
    },
  );
}

/** At every place that the pattern leads to, and there is one. */
function expectMarked(pattern: string, { properties, secretPaths }: Decoded, at = pattern): void {
  const marked = new Set(secretPaths.map((path) => path.join(".")));
  const places = placesOf(at.split("."), properties, []);
  expect(places, `${pattern} has no value to judge`).not.toEqual([]);
  for (const place of places) expect([...marked], place).toContain(place);
}

function placesOf([step, ...rest]: readonly string[], value: unknown, path: readonly string[]): string[] {
  if (value === undefined) return [];
  if (step === undefined) return [path.join(".")];
  if (value === null || typeof value !== "object") return [];
  const fields = value as Properties;
  const keys = step === "*" ? Object.keys(fields) : [step];
  return keys.flatMap((key) => placesOf(rest, fields[key], [...path, key]));
}
