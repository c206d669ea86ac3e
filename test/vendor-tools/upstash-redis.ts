import { deepEqual } from "node:assert/strict";
import type { VendorTool } from "./workshop.ts";

/** Upstash's own Redis client over its REST API, at the database's own host name, with a real Redis behind it. */
export const upstashRedis: VendorTool = {
  name: "upstash-redis",
  packages: ["@upstash/redis@1.39.0"],
  start: ["--redis"],
  async prove(workshop) {
    deepEqual(await workshop.runClient("upstash-redis.mjs"), {
      set: "OK",
      read: { greeting: "hellö" },
      counted: 2,
      // The client takes a text that is a number for a number.
      pipeline: ["OK", 1, 1],
      missing: null,
      refused: true,
    });
  },
};
