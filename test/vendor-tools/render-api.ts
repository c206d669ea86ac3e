import { deepEqual } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/**
 * Render publishes its command line and its Terraform provider as downloads only; this client of its API is the work of
 * others. It leaves out fields of native runtimes and refuses `null` where Render sends it, so services run an image here.
 */
export const renderApi: VendorTool = {
  name: "render-api",
  packages: ["render-api@1.2.2"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("render-api.mjs"), {
      made: "from-the-client",
      read: "from-the-client",
      renamed: "renamed",
      variables: { GREETING: "hello" },
      // The sandbox stands in for an image, under the service's public name.
      application: true,
      gone: 404,
    });
  },
};
