import { equal, match, ok } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { VendorTool, Workshop } from "./workshop.ts";

interface Project {
  ref: string;
  name: string;
  status: string;
}

const ATTEMPTS = 20;

/** Supabase's own command line makes a project, waits until it is up, changes settings of it, and deletes it. */
export const supabaseCli: VendorTool = {
  name: "supabase-cli",
  packages: ["supabase@3.1.0"],
  async prove(workshop) {
    match(await supabase(workshop, "orgs", "list"), /sandbox/);
    const place = ["--org-id", "sandbox", "--region", "eu-central-1", "--db-password", "Nine-Lives-42-Cats"];
    const { ref } = JSON.parse(await supabase(workshop, "projects", "create", "from-the-cli", ...place, "-o", "json"));
    await untilHealthy(workshop, ref);
    match(await supabase(workshop, "projects", "api-keys", `--remote=${ref}`), /sb_publishable_/);
    const restrict = ["network-restrictions", "update", "--db-allow-cidr", "198.51.100.0/24"];
    match(await supabase(workshop, ...restrict, `--remote=${ref}`), /198\.51\.100\.0\/24/);
    await supabase(workshop, "ssl-enforcement", "update", "--enable-db-ssl-enforcement", `--remote=${ref}`);
    ok(workshop.calls("supabase").includes(`PUT /v1/projects/${ref}/ssl-enforcement 200`));
    await supabase(workshop, "projects", "delete", ref);
    equal((await projects(workshop)).length, 0);
  },
};

async function supabase(workshop: Workshop, ...args: string[]): Promise<string> {
  return await workshop.run("supabase", [...args, "--experimental", "--yes"]);
}

async function projects(workshop: Workshop): Promise<Project[]> {
  return JSON.parse(await supabase(workshop, "projects", "list", "-o", "json"));
}

async function untilHealthy(workshop: Workshop, ref: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const project = (await projects(workshop)).find((one) => one.ref === ref);
    if (project?.status === "ACTIVE_HEALTHY") return;
    await sleep(500);
  }
  throw new Error(`${ref} is not healthy after ${ATTEMPTS} looks`);
}
