import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { healthyProject, type Json, management } from "../helpers/supabase-api.ts";

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

interface FieldSchema {
  type: string;
  enum?: string[];
  minimum?: number;
  format?: string;
  pattern?: string;
  nullable?: boolean;
}

/** A value that the contract allows. */
function allowed(field: string, { type, enum: choices, minimum = 0, format }: FieldSchema): unknown {
  if (choices) return choices[0];
  if (type === "boolean") return true;
  if (type !== "string") return minimum + 1;
  if (format === "email") return "ops@mais.example";
  if (format === "date-time") return "2026-01-15T09:00:00Z";
  return field === "sms_test_otp" ? "15555550100=123456" : "text";
}

test("auth takes every field of the contract, and null where the contract does", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const auth = `/v1/projects/${await healthyProject(sandbox)}/config/auth`;
  const contract = JSON.parse(readFileSync(new URL("../contracts/supabase.contract.json", import.meta.url), "utf8"));
  const fields = Object.entries<FieldSchema>(contract.components.schemas.UpdateAuthConfigBody.properties);
  const set = Object.fromEntries(fields.map(([field, schema]) => [field, allowed(field, schema)]));
  const answered = await management(sandbox)("PATCH", auth, set);
  expect(answered.status).toBe(200);
  const lost = fields.map(([field]) => field).filter((field) => answered.body[field] === null);
  expect([fields.length > 200, lost]).toEqual([true, []]);
  const nullable = fields.filter(([, schema]) => schema.nullable).map(([field]) => [field, null]);
  expect((await management(sandbox)("PATCH", auth, Object.fromEntries(nullable))).status).toBe(200);
});
