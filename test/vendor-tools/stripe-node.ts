import { deepEqual } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/** Stripe's own SDK on `fetch`: its other transport brings connections of its own, which heed no proxy setting of Node's. */
export const stripeNode: VendorTool = {
  name: "stripe-node",
  packages: ["stripe@23.1.0"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("stripe-node.mjs"), {
      product: "From the SDK",
      price: 1500,
      renamed: "Renamed",
      active: false,
      webhook: true,
      gone: true,
    });
  },
};
