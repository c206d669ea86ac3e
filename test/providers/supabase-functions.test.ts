import { getApikeys, getBranch, getHealth, getPooler, listBackups } from "@pulumi/supabase";
import { provider } from "@pulumi/supabase/provider";
import { expect, test } from "vitest";
import type { Supabase } from "../../packages/supabase/client.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { freeOrganization, healthyProject, management } from "../helpers/supabase-api.ts";
import { connect } from "../helpers/supabase-provider.ts";

const call = { signal: new AbortController().signal };

async function start(change = {}): Promise<{ sandbox: Sandbox; api: Supabase; projectRef: string }> {
  const sandbox = await startSandbox(["supabase"]);
  return { sandbox, api: connect(sandbox, {}), projectRef: await healthyProject(sandbox, change) };
}

test("the plugin answers every function that programs can call", () => {
  const functions = [getPooler, getApikeys, getHealth, listBackups, getBranch];
  expect(provider.invokes?.map(({ token }) => token)).toEqual(functions.map(({ definition }) => definition.token));
});

test("health is the project's and that of the services that were asked", async () => {
  const { sandbox, api, projectRef } = await start();
  await using _sandbox = sandbox;
  const well = await getHealth.definition.run(api, { projectRef, services: ["db", "storage"] }, call);
  expect(well).toEqual({
    ...{ projectRef, status: "ACTIVE_HEALTHY", healthy: true },
    services: ["db", "storage"].map((name) => ({ name, status: "ACTIVE_HEALTHY", error: undefined })),
  });
  expect((await getHealth.definition.run(api, { projectRef }, call)).services).toHaveLength(8);

  const { body } = await management(sandbox)("POST", "/v1/projects", {
    ...{ name: "new", organization_slug: "sandbox", db_pass: "correct-horse" },
    region_selection: { type: "specific", code: "eu-central-1" },
  });
  const early = await getHealth.definition.run(api, { projectRef: body.ref }, call);
  expect(early).toEqual({ projectRef: body.ref, status: "COMING_UP", healthy: false, services: [] });
  sandbox.clock.advance(2_000);
  const late = await getHealth.definition.run(api, { projectRef: body.ref, services: ["db", "pooler"] }, call);
  expect(late).toMatchObject({ status: "ACTIVE_HEALTHY", healthy: false });
  expect(late.services[1]).toMatchObject({
    name: "pooler",
    status: "UNHEALTHY",
    error: expect.stringContaining("Tenant not found"),
  });
});

test("backups are daily, or a range where there is point-in-time recovery, or none on the free plan", async () => {
  const { sandbox, api, projectRef } = await start({ desired_instance_size: "small" });
  await using _sandbox = sandbox;
  sandbox.clock.advance(3 * 86_400_000);
  const daily = await listBackups.definition.run(api, { projectRef }, call);
  expect(daily).toMatchObject({ projectRef, pointInTime: false });
  expect(daily.earliestUnix).toBeUndefined();
  expect(daily.backups).toHaveLength(3);
  expect(daily.backups[0]).toEqual({
    ...{ id: expect.any(Number), status: "COMPLETED", physical: true },
    insertedAt: expect.stringMatching(/T03:00:00/),
  });

  await api.addOns.book(projectRef, "pitr", { variant: "pitr_7", signal: call.signal });
  const ranged = await listBackups.definition.run(api, { projectRef }, call);
  expect(ranged).toMatchObject({ pointInTime: true, backups: [], latestUnix: sandbox.clock.now().getTime() / 1000 });

  const free = await healthyProject(sandbox, { organization_slug: await freeOrganization(sandbox) });
  expect(await listBackups.definition.run(api, { projectRef: free }, call)).toMatchObject({
    ...{ pointInTime: false, backups: [] },
  });
});

test("preview branches are told without the default one, and none where branching is off", async () => {
  const { sandbox, api, projectRef: parentProjectRef } = await start();
  await using _sandbox = sandbox;
  expect(await getBranch.definition.run(api, { parentProjectRef }, call)).toEqual({ parentProjectRef, branches: [] });
  const made = async (body: object) =>
    (await management(sandbox)("POST", `/v1/projects/${parentProjectRef}/branches`, body)).body;
  await made({ branch_name: "main", is_default: true });
  const preview = await made({ branch_name: "try", git_branch: "feature/try" });
  expect(await getBranch.definition.run(api, { parentProjectRef }, call)).toEqual({
    parentProjectRef,
    branches: [{ id: preview.id, gitBranch: "feature/try", projectRef: preview.project_ref }],
  });
});
