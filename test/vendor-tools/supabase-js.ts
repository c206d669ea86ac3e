import { deepEqual } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/** Supabase's own SDK over a bucket's life, at the project's own host name. */
export const supabaseJs: VendorTool = {
  name: "supabase-js",
  packages: ["@supabase/supabase-js@2.119.1"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("supabase-js.mjs"), {
      made: "avatars",
      buckets: ["avatars"],
      limit: 1_048_576,
      isPublic: true,
      left: [],
    });
  },
};
