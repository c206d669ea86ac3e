import { GeneratedSecret } from "@pulumi/mais";
import { expect, test } from "vitest";

const { definition } = GeneratedSecret;
const call = {
  urn: "urn:pulumi:dev::shop::mais:index/generatedSecret:GeneratedSecret::jwt-secret",
  signal: new AbortController().signal,
  progress() {},
  note() {},
  warn() {},
  nonce: "0".repeat(32),
};
const inputs = { length: 64, charset: "hex", generation: 1, overlap: undefined, keepers: undefined } as const;

test("a hex secret has the asked length, only hex digits, and is never the same twice", async () => {
  const first = await definition.create({}, inputs, call);
  const second = await definition.create({}, inputs, call);
  expect(first.id).toBe("jwt-secret");
  expect(first.value).toMatch(/^[0-9a-f]{64}$/);
  expect(second.value).not.toBe(first.value);
});

test("every character of the alphabet is equally likely", async () => {
  const { value = "" } = await definition.create({}, { ...inputs, charset: "base64url", length: 64_000 }, call);
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(64);
  // Each is expected 1000 times, with a standard deviation of 31.4; 8 of them are never seen by chance.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(251);
});

test("raising the generation gives a new value in place; an unchanged one keeps its value", async () => {
  const old = { olds: inputs, outputs: { value: "kept" } };
  const rotated = await definition.update?.(
    {},
    "id",
    { ...inputs, generation: 2 },
    { ...call, ...old, changed: new Set(["generation"] as const) },
  );
  const same = await definition.update?.({}, "id", inputs, { ...call, ...old, changed: new Set<never>() });
  expect(rotated?.value).toMatch(/^[0-9a-f]{64}$/);
  expect(same).toEqual({ value: "kept", previousValue: "kept" });
  expect(definition.recomputed?.value).toContain("generation");
});

test("while its rotation is under way the value before the present one stays, and no longer", async () => {
  const update = async (changed: "generation" | "overlap" | "both", overlap: true | undefined, outputs: object) => {
    const names = changed === "both" ? (["generation", "overlap"] as const) : [changed];
    const about = { ...call, olds: inputs, outputs: outputs as { value: string }, changed: new Set(names) };
    return await definition.update?.({}, "id", { ...inputs, overlap }, about);
  };
  const begun = await update("both", true, { value: "first" });
  expect(begun).toEqual({ value: expect.stringMatching(/^[0-9a-f]{64}$/), previousValue: "first" });
  const retired = { value: "second", previousValue: "second" };
  expect(await update("overlap", undefined, { value: "second", previousValue: "first" })).toEqual(retired);
  expect(await update("overlap", true, { value: "second" })).toEqual(retired);
  const abrupt = await update("generation", undefined, { value: "second", previousValue: "first" });
  expect(abrupt?.value).not.toBe("second");
  expect(abrupt?.previousValue).toBe(abrupt?.value);
});

test("a refresh keeps the value from the state, and an import is refused because there is nothing to read", async () => {
  const live = await definition.read({}, "id", {
    ...call,
    inputs,
    outputs: { value: "kept", previousValue: "before" },
  });
  expect(live).toEqual({ ...inputs, value: "kept", previousValue: "before" });
  await expect(definition.read({}, "id", { ...call, inputs: undefined, outputs: undefined })).rejects.toThrow(
    "nothing to import",
  );
});

test.each([
  ["hex", 32],
  ["alphanumeric", 22],
  ["base64url", 22],
] as const)("a %s secret shorter than %i characters is refused", (charset, fewest) => {
  expect(definition.check?.({ ...inputs, charset, length: fewest })).toEqual([]);
  const [problem] = definition.check?.({ ...inputs, charset, length: fewest - 1 }) ?? [];
  expect(problem?.reason).toBe(`must be at least ${fewest} for ${charset}, which gives 128 bits`);
});

test("both values are secret", () => {
  expect(definition.secrets).toEqual(["value", "previousValue"]);
});
