import { deepEqual } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/** Postmark's own SDK over a server's life, its streams with the server's own token included. */
export const postmarkJs: VendorTool = {
  name: "postmark-js",
  packages: ["postmark@5.1.0"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("postmark-js.mjs"), {
      made: "From the SDK",
      renamed: "Renamed",
      streams: ["broadcast", "inbound", "outbound"],
      left: 0,
    });
  },
};
