import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { freeOrganization, healthyProject, type Json, management, newProject } from "../helpers/supabase-api.ts";

test("a new project comes up on the sandbox's clock, and its pooler a little later than the rest", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const made = await call("POST", "/v1/projects", newProject);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    status: "COMING_UP",
    name: "mais-dev",
    region: "eu-central-1",
    organization_slug: "sandbox",
  });
  expect(made.body.ref).toMatch(/^[a-z]{20}$/);
  expect(made.body.database).toBeUndefined();
  const project = `/v1/projects/${made.body.ref}`;
  expect((await call("GET", `${project}/health?services=db&services=pooler`)).body).toEqual([
    { name: "db", healthy: false, status: "COMING_UP" },
    { name: "pooler", healthy: false, status: "COMING_UP" },
  ]);
  sandbox.clock.advance(2_000);
  const up = await call("GET", project);
  expect(up.body).toMatchObject({ status: "ACTIVE_HEALTHY", database: { host: `db.${made.body.ref}.supabase.co` } });
  const [late] = (await call("GET", `${project}/health?services=pooler`)).body;
  expect(late).toMatchObject({ status: "UNHEALTHY" });
  expect(JSON.parse(late.error)).toEqual({ error: "Tenant not found" });
  sandbox.clock.advance(500);
  expect((await call("GET", `${project}/health?services=pooler`)).body[0].status).toBe("ACTIVE_HEALTHY");
});

test("a deleted project answers 400 and vanishes from the lists, one that never was answers 404", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const ref = await healthyProject(sandbox);
  expect((await call("DELETE", `/v1/projects/${ref}`)).body).toMatchObject({ ref, name: "mais-dev" });
  expect(await call("GET", `/v1/projects/${ref}`)).toMatchObject({
    status: 400,
    body: { message: "Resource has been removed" },
  });
  expect((await call("GET", `/v1/projects/${ref}/config/database/pooler`)).status).toBe(400);
  expect((await call("GET", "/v1/projects")).body).toEqual([]);
  expect((await call("GET", "/v1/projects/abcdefghijklmnopqrst")).status).toBe(404);
});

test("validation names each field, and an unknown one is refused", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const answer = await management(sandbox)("POST", "/v1/projects", {
    name: "x",
    organization_slug: "sandbox",
    colour: "red",
  });
  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(/db_pass: /);
  expect(answer.body.message).toMatch(/colour: property should not exist/);
  const nowhere = await management(sandbox)("POST", "/v1/projects", { ...newProject, organization_slug: "elsewhere" });
  expect(nowhere).toMatchObject({ status: 400, body: { message: expect.stringMatching(/^organization_slug: /) } });
});

test("without the sandbox's token every route is refused", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const answer = await management(sandbox, "sbp_other")("GET", "/v1/projects");
  expect(answer).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
});

test("the free plan refuses a size, a schedule and add-ons with 402, and can pause", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const organization_slug = await freeOrganization(sandbox);
  const sized = { ...newProject, organization_slug, desired_instance_size: "micro" };
  expect((await call("POST", "/v1/projects", sized)).status).toBe(402);
  const ref = await healthyProject(sandbox, { organization_slug });
  expect((await call("GET", `/v1/projects/${ref}/billing/addons`)).body.selected_addons).toEqual([]);
  const addon = { addon_type: "compute_instance", addon_variant: "ci_small" };
  expect((await call("PATCH", `/v1/projects/${ref}/billing/addons`, addon)).status).toBe(402);
  expect((await call("GET", `/v1/projects/${ref}/database/backups/schedule`)).status).toBe(402);
  expect((await call("POST", `/v1/projects/${ref}/pause`)).status).toBe(200);
  sandbox.clock.advance(2_000);
  expect((await call("GET", `/v1/projects/${ref}`)).body.status).toBe("INACTIVE");
  expect((await call("POST", `/v1/projects/${ref}/restore`)).status).toBe(200);
  expect((await call("GET", `/v1/projects/${ref}`)).body.status).toBe("RESTORING");
});

test("resizing takes its time, and point in time recovery needs at least small", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  const pitr = { addon_type: "pitr", addon_variant: "pitr_7" };
  expect((await call("PATCH", `${project}/billing/addons`, pitr)).status).toBe(400);
  const small = { addon_type: "compute_instance", addon_variant: "ci_small" };
  expect((await call("PATCH", `${project}/billing/addons`, small)).status).toBe(200);
  expect((await call("GET", project)).body.status).toBe("RESIZING");
  sandbox.clock.advance(2_000);
  expect((await call("GET", project)).body.status).toBe("ACTIVE_HEALTHY");
  expect((await call("PATCH", `${project}/billing/addons`, pitr)).status).toBe(200);
  const { selected_addons } = (await call("GET", `${project}/billing/addons`)).body;
  expect(selected_addons.map(({ variant }: { variant: { id: string } }) => variant.id)).toEqual(["ci_small", "pitr_7"]);
  expect((await call("GET", `${project}/database/backups`)).body).toMatchObject({ pitr_enabled: true, backups: [] });
  expect((await call("DELETE", `${project}/billing/addons/pitr_7`)).status).toBe(200);
});

test("daily backups gather night by night, at the scheduled hour, and the oldest go", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  expect((await call("GET", `${project}/database/backups`)).body.backups).toEqual([]);
  expect((await call("PATCH", `${project}/database/backups/schedule`, { schedule_for: "25:00:00" })).status).toBe(400);
  await call("PATCH", `${project}/database/backups/schedule`, { schedule_for: "04:30:00" });
  sandbox.clock.advance(2 * 86_400_000);
  const two = (await call("GET", `${project}/database/backups`)).body.backups;
  expect(two.map(({ inserted_at }: { inserted_at: string }) => inserted_at)).toEqual([
    "2026-01-17T04:30:00.000Z",
    "2026-01-16T04:30:00.000Z",
  ]);
  sandbox.clock.advance(30 * 86_400_000);
  expect((await call("GET", `${project}/database/backups`)).body.backups).toHaveLength(7);
});

test("organizations page their projects, and regions are known", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  for (const name of ["b", "a", "c"]) await healthyProject(sandbox, { name });
  const page = (await call("GET", "/v1/organizations/sandbox/projects?limit=2&offset=1")).body;
  expect(page.projects.map(({ name }: Json) => name)).toEqual(["b", "c"]);
  expect(page.pagination).toEqual({ count: 3, limit: 2, offset: 1 });
  expect((await call("GET", "/v1/organizations/sandbox/projects?limit=101")).status).toBe(400);
  expect((await call("GET", "/v1/organizations/sandbox")).body).toMatchObject({ plan: "pro" });
  expect((await call("GET", "/v1/organizations/nowhere")).status).toBe(404);
  const regions = (await call("GET", "/v1/projects/available-regions?organization_slug=sandbox&continent=EU")).body;
  expect(regions.recommendations.smartGroup.code).toBe("emea");
  expect(regions.all.specific).toHaveLength(18);
  expect((await call("GET", "/v1/projects/available-regions")).status).toBe(400);
});

test("the 121st request of a minute to one endpoint is refused, and the next minute is free again", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const first = await call("GET", "/v1/organizations");
  expect(first.headers.get("x-ratelimit-limit")).toBe("120");
  expect(first.headers.get("x-ratelimit-remaining")).toBe("119");
  for (let count = 2; count <= 120; count++) await call("GET", "/v1/organizations");
  expect((await call("GET", "/v1/organizations")).status).toBe(429);
  expect((await call("GET", "/v1/profile")).status).toBe(200);
  sandbox.clock.advance(60_000);
  expect((await call("GET", "/v1/organizations")).status).toBe(200);
});

test("what is not emulated says so", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const answer = await management(sandbox)("GET", `/v1/projects/${ref}/functions`);
  expect(answer).toMatchObject({ status: 501, body: { message: expect.stringContaining("does not emulate GET") } });
});
