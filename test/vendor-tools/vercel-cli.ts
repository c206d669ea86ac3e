import { deepEqual, match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { VendorTool, Workshop } from "./workshop.ts";

/** Vercel's own command line makes, links and removes a project, its variables too. Its look for updates and its telemetry are refused. */
export const vercelCli: VendorTool = {
  name: "vercel-cli",
  packages: ["vercel@60.0.0"],
  async prove(workshop) {
    deepEqual((await vercel(workshop, "whoami")).trim(), "sandbox");
    await vercel(workshop, "project", "add", "from-the-cli");
    ok((await vercel(workshop, "project", "ls", "--json")).includes("from-the-cli"));
    await vercel(workshop, "link", "--yes", "--project", "from-the-cli");
    match(readFileSync(join(workshop.folder, ".vercel", "project.json"), "utf8"), /"orgId":"team_sandbox"/);
    await vercel(workshop, "env", "add", "GREETING", "production", "--value", "hello", "--type", "config", "--yes");
    await vercel(workshop, "env", "pull", "--environment", "production", "--yes", "pulled.env");
    match(readFileSync(join(workshop.folder, "pulled.env"), "utf8"), /^GREETING="hello"$/m);
    await vercel(workshop, "env", "rm", "GREETING", "production", "--yes");
    await workshop.run("sh", ["-c", "echo y | vercel project rm from-the-cli --scope sandbox"]);
    ok(!(await vercel(workshop, "project", "ls", "--json")).includes("from-the-cli"));
    ok(workshop.calls("vercel").some((call) => call.startsWith("DELETE /v2/projects/from-the-cli 204")));
  },
};

async function vercel(workshop: Workshop, ...args: string[]): Promise<string> {
  return await workshop.run("vercel", [...args, "--scope", "sandbox"]);
}
