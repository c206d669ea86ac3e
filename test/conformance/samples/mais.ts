import { provider } from "../../../packages/mais/provider.ts";
import type { VendorSample } from "./sample.ts";

const NOWHERE = "a generated secret lives in the state alone, so nobody else can reach it";

/** Resources without a vendor. */
export const mais: VendorSample = {
  provider: provider as never,
  connect: () => ({}),
  resources: {
    "mais:index/generatedSecret:GeneratedSecret": {
      inputs: () => ({
        length: { value: 64, to: 48, outside: NOWHERE },
        charset: { value: "hex", to: "base64url", outside: NOWHERE },
        generation: { value: 2, to: 3, outside: NOWHERE },
        overlap: { value: true, to: false, outside: NOWHERE },
        keepers: { value: { owner: "one" }, to: { owner: "two" }, outside: NOWHERE },
      }),
      secrets: ["value", "previousValue"],
      forbidden: [{ inputs: { length: 8 }, property: "length", reason: /which gives \d+ bits/ }],
      vanish: "never",
      importId: /nothing to import/,
      officialDiffers: "none",
    },
  },
};
