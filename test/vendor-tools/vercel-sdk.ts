import { deepEqual } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/** Vercel's own SDK, which also checks each answer against Vercel's published description, over a project's life. */
export const vercelSdk: VendorTool = {
  name: "vercel-sdk",
  packages: ["@vercel/sdk@1.28.35"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("vercel-sdk.mjs"), {
      made: "from-the-sdk",
      framework: "nextjs",
      node: "22.x",
      variables: ["GREETING"],
      left: [],
    });
  },
};
