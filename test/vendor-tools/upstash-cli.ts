import { deepEqual, equal, match } from "node:assert/strict";
import type { VendorTool, Workshop } from "./workshop.ts";

interface Database {
  database_id: string;
  database_name: string;
  endpoint: string;
  eviction: boolean;
}

/** Upstash's own command line makes, reads, changes and deletes a database. It knows one host name, Upstash's. */
export const upstashCli: VendorTool = {
  name: "upstash-cli",
  packages: ["@upstash/cli@1.0.2"],
  async prove(workshop) {
    const made = await ask<Database>(workshop, "create", "--name", "from-the-cli", "--region", "us-east-1");
    match(made.endpoint, /\.upstash\.io$/);
    const one = ["--db-id", made.database_id];
    deepEqual(await ask(workshop, "get", ...one), made);
    await ask(workshop, "rename", ...one, "--name", "renamed");
    await ask(workshop, "enable-eviction", ...one);
    const changed = await ask<Database>(workshop, "get", ...one);
    deepEqual([changed.database_name, changed.eviction], ["renamed", true]);
    await ask(workshop, "delete", ...one);
    deepEqual(await ask(workshop, "list"), []);
    equal(workshop.calls("upstash").filter((call) => !call.endsWith(" 200")).length, 0);
  },
};

async function ask<T>(workshop: Workshop, ...args: string[]): Promise<T> {
  return JSON.parse(await workshop.run("upstash", ["redis", ...args]));
}
