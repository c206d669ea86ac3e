import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { PROVIDERS } from "../../packages/plugin-host/providers.ts";
import { samples } from "./samples/index.ts";

test("every provider that the plugin serves is proven", async () => {
  expect(Object.keys(samples).sort()).toEqual(Object.keys(PROVIDERS).sort());
  for (const [name, load] of Object.entries(PROVIDERS)) {
    expect(samples[name]?.provider).toBe(await load());
    expect(existsSync(new URL(`./${name}.test.ts`, import.meta.url)), name).toBe(true);
  }
});
