import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { PLUGIN_VERSION, UPSTASH_PLUGIN_VERSION } from "@mais/provider-kit";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { PROVIDERS } from "../../packages/plugin-host/providers.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const declared = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")).plugins.providers as {
  name: string;
  path: string;
  version: string;
}[];

test("Pulumi.yaml declares every provider with the exact version that our classes ask for", async () => {
  expect(declared.map(({ name }) => name).sort()).toEqual(Object.keys(PROVIDERS).sort());
  for (const { name, version } of declared) {
    expect([name, version]).toEqual([name, name === "upstash" ? UPSTASH_PLUGIN_VERSION : PLUGIN_VERSION]);
    expect((await PROVIDERS[name]?.())?.version).toBe(version);
  }
});

test("each provider's folder has the program that the engine starts", () => {
  for (const { name, path } of declared) accessSync(join(ROOT, path, `pulumi-resource-${name}`), constants.X_OK);
});

test("every resource token belongs to its provider, and none is declared twice", async () => {
  const tokens = await Promise.all(
    Object.entries(PROVIDERS).map(async ([name, load]) => {
      const { resources } = await load();
      for (const { definition } of resources) expect(definition.token).toMatch(new RegExp(`^${name}:index/`));
      return resources.map(({ definition }) => definition.token);
    }),
  );
  expect(new Set(tokens.flat()).size).toBe(tokens.flat().length);
  expect(tokens.flat().length).toBeGreaterThanOrEqual(20);
});
