import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { freeOrganization, healthyProject, type Json, management } from "../helpers/supabase-api.ts";

test("without a database the calls that reach into one say what to start, and change nothing", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const database = `/v1/projects/${await healthyProject(sandbox)}/database`;
  const query = { query: "select 1" };
  for (const [method, path, body] of [
    ["POST", "query", query],
    ["POST", "query/read-only", query],
    ["GET", "migrations"],
    ["POST", "migrations", query],
    ["PUT", "migrations", query],
    ["DELETE", "migrations?gte=1"],
    ["GET", "migrations/1"],
    ["PATCH", "migrations/1", {}],
  ] as const) {
    const answer = await call(method, `${database}/${path}`, body);
    expect([path, answer.status, answer.body.message]).toEqual([path, 501, expect.stringContaining("--postgres")]);
  }
  expect((await call("POST", `${database}/query`, { query: "" })).status).toBe(400);
});

test("secrets are written by name, shown as their digests, and keep away from Supabase's own names", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const path = `/v1/projects/${await healthyProject(sandbox)}/secrets`;
  const wanted = [
    { name: "A", value: "one" },
    { name: "B", value: "two" },
  ];
  expect(await call("POST", path, wanted)).toMatchObject({ status: 201, body: undefined });
  expect((await call("POST", path, [{ name: "A", value: "changed" }])).status).toBe(201);
  const digest = createHash("sha256").update("changed").digest("hex");
  expect((await call("GET", path)).body).toEqual([
    expect.objectContaining({ name: "B" }),
    { name: "A", value: digest, updated_at: sandbox.clock.now().toISOString() },
  ]);
  const reserved = await call("POST", path, [{ name: "SUPABASE_URL", value: "x" }]);
  expect([reserved.status, reserved.body.message]).toEqual([400, expect.stringMatching(/^0\.name: must not start/)]);
  expect((await call("DELETE", path, ["A", "never"])).status).toBe(200);
  expect((await call("GET", path)).body.map(({ name }: Json) => name)).toEqual(["B"]);
});

test("a disk grows, rarely, and does not shrink", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const path = `/v1/projects/${await healthyProject(sandbox)}/config/disk`;
  const attributes = (await call("GET", path)).body.attributes;
  expect(attributes).toMatchObject({ type: "gp3", size_gb: 8 });
  const change = (size_gb: number) => call("POST", path, { attributes: { ...attributes, size_gb } });
  expect((await change(4)).status).toBe(400);
  expect((await change(16)).status).toBe(201);
  expect((await change(32)).status).toBe(400);
  sandbox.clock.advance(4 * 3_600_000);
  expect((await change(32)).status).toBe(201);
  expect((await call("GET", path)).body.attributes.size_gb).toBe(32);
});

test("backups, moments and restore points are restored where they exist, and the project is away meanwhile", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  const backups = `${project}/database/backups`;
  expect((await call("POST", `${backups}/restore`, { id: 1 })).status).toBe(404);
  const moment = { recovery_time_target_unix: Math.floor(sandbox.clock.now().getTime() / 1000) };
  expect((await call("POST", `${backups}/restore-pitr`, moment)).status).toBe(400);
  sandbox.clock.advance(86_400_000);
  const [{ id }] = (await call("GET", backups)).body.backups;
  expect((await call("POST", `${backups}/restore`, { id })).status).toBe(201);
  expect((await call("GET", project)).body.status).toBe("RESTORING");
  expect((await call("POST", `${backups}/restore-point`, { name: "p" })).status).toBe(400);
  sandbox.clock.advance(2_000);
  expect((await call("GET", `${backups}/restore-point`)).status).toBe(404);
  expect((await call("POST", `${backups}/restore-point`, { name: "x".repeat(21) })).status).toBe(400);
  expect((await call("POST", `${backups}/restore-point`, { name: "p" })).body).toMatchObject({ status: "AVAILABLE" });
  expect((await call("GET", `${backups}/restore-point?name=p`)).body.name).toBe("p");
  expect((await call("POST", `${backups}/undo`, { name: "p" })).status).toBe(201);
});

test("a restore that is cancelled leaves the project paused", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const organization_slug = await freeOrganization(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox, { organization_slug })}`;
  expect((await call("POST", `${project}/restore/cancel`)).status).toBe(400);
  await call("POST", `${project}/pause`);
  sandbox.clock.advance(2_000);
  await call("POST", `${project}/restore`);
  expect((await call("POST", `${project}/restore/cancel`)).status).toBe(200);
  expect((await call("GET", project)).body.status).toBe("INACTIVE");
});

test("branching is off until the default branch is named; branches come up, are made to stay, and are deleted in an hour", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  const path = `${project}/branches`;
  expect((await call("GET", path)).status).toBe(422);
  expect((await call("POST", path, { branch_name: "feature" })).status).toBe(422);
  expect((await call("POST", path, { branch_name: "Production", is_default: true })).status).toBe(201);
  const { body: made } = await call("POST", path, {
    branch_name: "feature",
    git_branch: "feature/x",
    persistent: true,
  });
  expect(made).toMatchObject({ status: "CREATING_PROJECT", preview_project_status: "COMING_UP", is_default: false });
  expect((await call("POST", path, { branch_name: "feature" })).status).toBe(400);
  sandbox.clock.advance(2_000);
  const one = `/v1/branches/${made.id}`;
  expect((await call("GET", one)).body).toMatchObject({
    ref: made.project_ref,
    status: "ACTIVE_HEALTHY",
    db_port: 5432,
  });
  expect((await call("GET", `${path}/feature`)).body.id).toBe(made.id);
  expect((await call("GET", `/v1/projects/${made.project_ref}`)).status).toBe(404);
  expect((await call("DELETE", one)).status).toBe(422);
  expect((await call("PATCH", one, { persistent: false })).body.persistent).toBe(false);
  expect((await call("POST", `${one}/push`, {})).body.message).toBe("ok");
  expect((await call("DELETE", `${one}?force=false`)).body).toEqual({ message: "ok" });
  expect((await call("GET", `${path}/feature`)).body.deletion_scheduled_at).toBeDefined();
  expect((await call("POST", `${one}/restore`)).status).toBe(200);
  await call("DELETE", `${one}?force=false`);
  sandbox.clock.advance(3_600_000);
  expect((await call("GET", one)).status).toBe(404);
  expect((await call("GET", path)).body.map(({ name }: Json) => name)).toEqual(["Production"]);
  expect((await call("DELETE", path)).status).toBe(200);
  expect((await call("GET", path)).status).toBe(422);
});
