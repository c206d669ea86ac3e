import { Project } from "@pulumi/supabase";
import { Supabase } from "../../packages/supabase/client.ts";
import { connectionTo, lifecycleCall } from "./provider-connection.ts";
import type { Sandbox } from "./sandbox.ts";

const credentials = { SUPABASE_ACCESS_TOKEN: "sandbox_supabase" };

export function connect(sandbox: Sandbox, config: { organization?: string } = { organization: "sandbox" }): Supabase {
  const connection = connectionTo({ vendor: "Supabase", baseUrl: sandbox.url("supabase"), credentials, config });
  return new Supabase(connection, { firstPauseMs: 1, longestPauseMs: 1 });
}

/** Each look at something unfinished lets the sandbox's clock run on. */
export function patientCall(sandbox: Sandbox) {
  return lifecycleCall({ progress: () => sandbox.clock.advance(400) });
}

export const wantedProject = {
  organizationId: "sandbox",
  name: "mais-dev",
  databasePassword: "correct-horse-battery",
  region: "eu-central-1" as const,
  instanceSize: "micro" as const,
};

export async function makeProject(sandbox: Sandbox, api: Supabase, change: Partial<typeof wantedProject> = {}) {
  return Project.definition.create(api, { ...wantedProject, ...change }, patientCall(sandbox));
}
