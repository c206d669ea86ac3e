import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

type Json = Record<string, unknown>;

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is judged field by field
  body: any;
  headers: Headers;
}

function management(sandbox: Sandbox, token = "sandbox_supabase") {
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const init: RequestInit = {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(sandbox.url("supabase") + path, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  };
}

const wanted = {
  name: "mais-dev",
  organization_slug: "sandbox",
  db_pass: "correct-horse-battery",
  region_selection: { type: "specific", code: "eu-central-1" },
};

async function healthyProject(sandbox: Sandbox, change: Json = {}): Promise<string> {
  const { body } = await management(sandbox)("POST", "/v1/projects", { ...wanted, ...change });
  sandbox.clock.advance(10_000);
  return body.ref;
}

async function freeOrganization(sandbox: Sandbox): Promise<string> {
  const { body } = await management(sandbox)("POST", "/v1/organizations", { name: "Hobby" });
  return body.slug;
}

test("a new project comes up on the sandbox's clock, and its pooler a little later than the rest", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const made = await call("POST", "/v1/projects", wanted);
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
  const nowhere = await management(sandbox)("POST", "/v1/projects", { ...wanted, organization_slug: "elsewhere" });
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
  const sized = { ...wanted, organization_slug, desired_instance_size: "micro" };
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

test("secret keys show themselves only when asked to, and legacy keys can be switched off", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  const hidden = (await call("GET", `${project}/api-keys`)).body;
  const shown = (await call("GET", `${project}/api-keys?reveal=true`)).body;
  expect(shown.map(({ name, type }: Json) => `${type} ${name}`)).toEqual([
    "legacy anon",
    "legacy service_role",
    "publishable default",
    "secret default",
  ]);
  expect(shown[3].api_key).toMatch(/^sb_secret_\w{22}_\w{8}$/);
  expect(hidden[3].api_key).not.toBe(shown[3].api_key);
  const [, claims = ""] = shown[1].api_key.split(".");
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
    role: "service_role",
    iss: "supabase",
  });
  expect((await call("PUT", `${project}/api-keys/legacy?enabled=false`)).body).toEqual({ enabled: false });
  expect((await call("GET", `${project}/api-keys/legacy`)).body).toEqual({ enabled: false });
  const made = await call("POST", `${project}/api-keys?reveal=true`, { type: "secret", name: "worker" });
  expect(made.status).toBe(201);
  expect((await call("POST", `${project}/api-keys`, { type: "secret", name: "has-dash" })).status).toBe(400);
  expect((await call("DELETE", `${project}/api-keys/${made.body.id}`)).status).toBe(200);
  expect((await call("GET", `${project}/api-keys/${made.body.id}`)).status).toBe(404);
});

test("the pooler gives a host that cannot be composed and a string without the password", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const ref = await healthyProject(sandbox);
  const [pooler] = (await call("GET", `/v1/projects/${ref}/config/database/pooler`)).body;
  expect(pooler.db_host).toMatch(/^aws-\d-eu-central-1\.pooler\.supabase\.com$/);
  expect(pooler).toMatchObject({
    db_user: `postgres.${ref}`,
    db_port: 6543,
    connection_string: `postgresql://postgres.${ref}:[YOUR-PASSWORD]@${pooler.db_host}:6543/postgres`,
  });
  await call("PATCH", `/v1/projects/${ref}/config/database/pooler`, { default_pool_size: 40 });
  expect((await call("GET", `/v1/projects/${ref}/config/database/pooler`)).body[0].default_pool_size).toBe(40);
  expect((await call("GET", `/v1/projects/${ref}/config/database/pgbouncer`)).body.default_pool_size).toBe(40);
});

test("settings keep what was set, refuse what breaks the contract, and hash secrets", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  const postgres = await call("PUT", `${project}/config/database/postgres`, {
    statement_timeout: "60s",
    restart_database: true,
  });
  expect(postgres.body).toMatchObject({ statement_timeout: "60s", max_connections: 60 });
  expect((await call("PUT", `${project}/config/database/postgres`, { colour: "red" })).status).toBe(400);
  const auth = await call("PATCH", `${project}/config/auth`, {
    site_url: "https://mais.example",
    smtp_pass: "hunter2hunter2",
  });
  expect(auth.body.site_url).toBe("https://mais.example");
  expect(auth.body.smtp_pass).toMatch(/^[0-9a-f]{64}$/);
  expect(Object.keys(auth.body)).toHaveLength(237);
  expect((await call("PATCH", `${project}/config/auth`, { site_url: "https://a,https://b" })).status).toBe(400);
  expect((await call("PATCH", `${project}/config/auth`, { password_min_length: 5 })).status).toBe(400);
  expect((await call("PATCH", `${project}/postgrest`, { max_rows: 500 })).body.max_rows).toBe(500);
  expect(await call("PATCH", `${project}/config/storage`, { fileSizeLimit: 1000 })).toMatchObject({
    status: 200,
    body: undefined,
  });
  expect((await call("GET", `${project}/config/storage`)).body.fileSizeLimit).toBe(1000);
});

test("network restrictions are stored, then applied, and SSL enforcement likewise", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = management(sandbox);
  const project = `/v1/projects/${await healthyProject(sandbox)}`;
  const lists = { dbAllowedCidrs: ["203.0.113.0/24"], dbAllowedCidrsV6: [] };
  expect(await call("POST", `${project}/network-restrictions/apply`, lists)).toMatchObject({
    status: 201,
    body: { status: "stored" },
  });
  sandbox.clock.advance(2_000);
  expect((await call("GET", `${project}/network-restrictions`)).body).toMatchObject({
    status: "applied",
    config: lists,
  });
  const added = await call("PATCH", `${project}/network-restrictions`, {
    add: { dbAllowedCidrsV6: ["2001:db8::/32"] },
  });
  expect(added.body.config.dbAllowedCidrs).toEqual([
    { address: "203.0.113.0/24", type: "v4" },
    { address: "2001:db8::/32", type: "v6" },
  ]);
  expect(
    (await call("POST", `${project}/network-restrictions/apply`, { dbAllowedCidrs: ["203.0.113.0"] })).status,
  ).toBe(400);
  const wantedSsl = { requestedConfig: { database: true } };
  expect((await call("PUT", `${project}/ssl-enforcement`, wantedSsl)).body).toEqual({
    currentConfig: { database: false },
    appliedSuccessfully: false,
  });
  sandbox.clock.advance(2_000);
  expect((await call("GET", `${project}/ssl-enforcement`)).body).toEqual({
    currentConfig: { database: true },
    appliedSuccessfully: true,
  });
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

interface StorageKeys {
  secret: string;
  publishable: string;
  serviceRole: string;
}

async function storageOf(sandbox: Sandbox, ref: string) {
  const { body } = await management(sandbox)("GET", `/v1/projects/${ref}/api-keys?reveal=true`);
  const keys: StorageKeys = { serviceRole: body[1].api_key, publishable: body[2].api_key, secret: body[3].api_key };
  const call = async (
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const headers = { "content-type": "application/json", ...(options.headers ?? { apikey: keys.secret }) };
    const init: RequestInit = { method, headers };
    if (options.body !== undefined) init.body = JSON.stringify(options.body);
    const response = await fetch(`${sandbox.url("supabase")}/storage/${ref}/v1${path}`, init);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { keys, call };
}

test("buckets are made with a secret key, refuse duplicates, and go only when empty", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const { call } = await storageOf(sandbox, ref);
  const body = { name: "invoices", public: false, file_size_limit: "10MB", allowed_mime_types: ["application/pdf"] };
  expect(await call("POST", "/bucket", { body })).toEqual({ status: 200, body: { name: "invoices" } });
  expect(await call("POST", "/bucket", { body })).toMatchObject({
    status: 400,
    body: { statusCode: "409", error: "Duplicate" },
  });
  expect((await call("GET", "/bucket/invoices")).body).toMatchObject({ file_size_limit: 10_485_760, public: false });
  await call("PUT", "/bucket/invoices", { body: { public: true, allowed_mime_types: null } });
  expect((await call("GET", "/bucket")).body).toMatchObject([
    { id: "invoices", public: true, allowed_mime_types: null },
  ]);
  expect((await management(sandbox)("GET", `/v1/projects/${ref}/storage/buckets`)).body).toMatchObject([
    { name: "invoices" },
  ]);
  await call("POST", "/object/invoices/1.pdf", { body: {} });
  expect(await call("DELETE", "/bucket/invoices")).toMatchObject({ status: 400, body: { statusCode: "409" } });
  await call("POST", "/bucket/invoices/empty");
  expect((await call("DELETE", "/bucket/invoices")).status).toBe(200);
  expect(await call("GET", "/bucket/invoices")).toMatchObject({ status: 400, body: { statusCode: "404" } });
  const large = { name: "films", file_size_limit: 60_000_000 };
  expect((await call("POST", "/bucket", { body: large })).body.statusCode).toBe("413");
});

test("the Storage API takes keys of this project only, and the new ones not as a bearer token", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const other = await storageOf(sandbox, await healthyProject(sandbox, { name: "other" }));
  const { call, keys } = await storageOf(sandbox, ref);
  const list = (headers: Record<string, string>) => call("GET", "/bucket", { headers });
  expect((await list({ apikey: keys.serviceRole, authorization: `Bearer ${keys.serviceRole}` })).status).toBe(200);
  expect((await list({ apikey: keys.secret, authorization: `Bearer ${keys.secret}` })).status).toBe(400);
  expect((await list({ apikey: keys.publishable })).body.statusCode).toBe("403");
  expect((await list({ apikey: other.keys.secret })).status).toBe(401);
  expect((await list({ authorization: "Bearer sandbox_supabase" })).status).toBe(401);
  await management(sandbox)("PUT", `/v1/projects/${ref}/api-keys/legacy?enabled=false`);
  expect((await list({ apikey: keys.serviceRole, authorization: `Bearer ${keys.serviceRole}` })).status).toBe(401);
});

test("what is not emulated says so", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const answer = await management(sandbox)("GET", `/v1/projects/${ref}/functions`);
  expect(answer).toMatchObject({ status: 501, body: { message: expect.stringContaining("does not emulate GET") } });
});
