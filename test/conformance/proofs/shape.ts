import { existsSync } from "node:fs";
import { expect } from "vitest";
import { officialDifferences } from "../../helpers/official-shape.ts";
import { holdsData as holds, type Subject, startLab } from "../lab.ts";
import type { Prove } from "../prove.ts";
import { inputsWith, present, wholeInputs } from "../samples/sample.ts";

/** Its form: the vendor's official one where there is one, and no part of it that nothing proves. */
export function proveShape(subject: Subject, prove: Prove): void {
  const { vendor, token, definition, sample } = subject;

  prove("every input has a sample, and every sample an input", async () => {
    await using lab = await startLab(subject);
    expect(Object.keys(lab.samples).sort()).toEqual(Object.keys(definition.inputs).sort());
    for (const [name, { value, to }] of Object.entries(lab.samples)) expect(to, name).not.toEqual(value);
  });

  prove("the inputs whose order carries no meaning are the ones that the sample names", () => {
    expect([...(definition.unordered ?? [])].map(String).sort()).toEqual([...(sample.unordered ?? [])].sort());
  });

  prove("it holds customers' data, and makes its own name, exactly where the sample says so", async () => {
    await using lab = await startLab(subject);
    const { holdsData, named } = sample;
    expect(definition.autoName?.property).toBe(named);
    const conditional = typeof holdsData === "object" ? holdsData.with : undefined;
    const whole = conditional === undefined ? wholeInputs(lab.samples) : inputsWith(lab.samples, conditional);
    expect(holds(definition.dataBearing, whole)).toBe(holdsData !== undefined);
    if (conditional === undefined) return;
    expect(holds(definition.dataBearing, present({ ...whole, [conditional]: undefined }))).toBe(false);
  });

  prove("every output is there once it is made, or was said to be optional", async () => {
    await using lab = await startLab(subject);
    const { properties } = (await lab.engine.create(lab.urn, wholeInputs(lab.samples))).outputs;
    for (const [name, schema] of Object.entries(definition.outputs))
      expect(schema.safeParse(properties[name]), name).toMatchObject({ success: true });
  });

  prove("its properties are spelt, typed and required as the official provider's are", () => {
    const official = officialShape(vendor.provider, vendor.vendor ?? "");
    const { officialDiffers = [] } = sample;
    if (officialDiffers === "none") return expect(official[token]).toBeUndefined();
    expect(official[token]?.contradicting).toEqual([...officialDiffers].sort());
  });
}

function officialShape(provider: unknown, vendor: string): ReturnType<typeof officialDifferences> {
  const hasOne = existsSync(new URL(`../../contracts/${vendor}.schema.json`, import.meta.url));
  return hasOne ? officialDifferences(provider, vendor) : {};
}
