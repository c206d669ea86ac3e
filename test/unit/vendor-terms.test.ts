import { expect, test } from "vitest";
import { PAID_PLANS } from "../../packages/render/service-inputs.ts";
import { INSTANCE_SIZES, REGIONS } from "../../packages/supabase/placement.ts";
import { PLANS } from "../../packages/upstash/wire.ts";
import { RENDER_PLANS, SUPABASE_REGIONS, SUPABASE_SIZES, UPSTASH_PLANS } from "../../src/config/vendor-terms.ts";

// The configuration loads no provider, so it has lists of its own: a setting that it accepts must not fail in Check.
test.each([
  ["Supabase's regions", SUPABASE_REGIONS, REGIONS],
  ["Render's plans", RENDER_PLANS, PAID_PLANS],
  ["Upstash's plans", UPSTASH_PLANS, PLANS],
])("settings and provider agree on %s", (_what, settings: readonly string[], provider: readonly string[]) => {
  expect([...settings].sort()).toEqual([...provider].sort());
});

test("every size of the settings is one that the provider takes", () => {
  expect(SUPABASE_SIZES.filter((size) => !(INSTANCE_SIZES as readonly string[]).includes(size))).toEqual([]);
});
