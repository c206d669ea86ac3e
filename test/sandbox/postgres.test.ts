import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loopbackHost, tryListen } from "../../src/sandbox/loopback-address.ts";
import { PostgresPooler } from "../../src/sandbox/postgres-pooler.ts";
import { postgresSandbox, psql, withPassword } from "../helpers/postgres-sandbox.ts";
import { freeOrganization, newProject } from "../helpers/supabase-api.ts";

let rig: Awaited<ReturnType<typeof postgresSandbox>>;
let project: string;
let password = "it's a p@ss";

beforeAll(async () => {
  rig = await postgresSandbox();
  project = `/v1/projects/${rig.ref}`;
}, 60_000);
afterAll(() => rig[Symbol.asyncDispose]());

async function poolerUrl(mode?: "session"): Promise<string> {
  if (mode) await rig.call("PATCH", `${project}/config/database/pooler`, { pool_mode: mode });
  const [entry] = (await rig.call("GET", `${project}/config/database/pooler`)).body;
  if (mode) await rig.call("PATCH", `${project}/config/database/pooler`, { pool_mode: "transaction" });
  return withPassword(entry.connection_string, password);
}

async function query(text: string, more: Record<string, unknown> = {}) {
  return await rig.call("POST", `${project}/database/query`, { query: text, ...more });
}

test("a project comes up with its database, and not before", async () => {
  expect(["COMING_UP", "ACTIVE_HEALTHY"]).toContain((await rig.call("GET", project)).body.status);
  await rig.servers.ready(rig.ref);
  const { body } = await rig.call("GET", project);
  expect(body.status).toBe("ACTIVE_HEALTHY");
  expect(body.database.host).toMatch(/^127\./);
  const [shown] = (await query("show server_version")).body;
  expect(shown.server_version).toMatch(new RegExp(`^${body.database.version}\\b`));
  expect(rig.failures).toEqual([]);
});

test("its connection strings work as the API gives them: transaction, session, direct", async () => {
  const whoAmI = "select current_user, current_database()";
  const [transaction, session] = [await poolerUrl(), await poolerUrl("session")];
  expect(transaction).toContain(`//postgres.${rig.ref}:`);
  expect(await psql(transaction, whoAmI)).toBe("postgres|postgres");
  expect(await psql(session, whoAmI)).toBe("postgres|postgres");
  const { connection_string } = (await rig.call("GET", `${project}/config/database/pgbouncer`)).body;
  expect(await psql(withPassword(connection_string, password), whoAmI)).toBe("postgres|postgres");
  // Both encrypt when asked to, and prove who they are.
  for (const url of [transaction, withPassword(connection_string, password)]) {
    const verified = `${url}?sslmode=verify-full&sslrootcert=${rig.authority.file}`;
    const isEncrypted = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    expect(await psql(verified, "select 1")).toBe("1");
    expect(await psql(`${url}?sslmode=disable`, isEncrypted)).toBe("f");
  }
  expect(await psql(transaction.replace(rig.ref, "z".repeat(20)), whoAmI)).toContain("Tenant or user not found");
  expect(await psql(withPassword(connection_string, "wrong"), whoAmI)).toContain("password authentication failed");
});

test("roles are Supabase's: postgres is no superuser, makes databases and extensions, and row level security holds", async () => {
  const url = await poolerUrl();
  expect(
    await psql(url, "select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"),
  ).toBe("f|t|t");
  expect(await psql(url, "create database shadow")).toBe("");
  expect(await psql(url, "create extension pg_trgm schema extensions; select (show_trgm('a'))[1] is not null")).toBe(
    "t",
  );
  const guarded = `create table notes(id int); insert into notes values (1); alter table notes enable row level security;
    set role anon; select count(*) from notes; set role service_role; select count(*) from notes`;
  expect(await psql(url, guarded)).toBe("0\n1");
  expect(await psql(url, "set role supabase_admin")).toContain("permission denied");
  expect(await psql(url, "create role prisma login password 'p'")).toBe("");
  expect(await psql(url.replace(/\/\/.*@/, `//prisma.${rig.ref}:p@`), "select current_user")).toBe("prisma");
});

test("where its own addresses are taken the pooler has one free port for both modes", async () => {
  const { direct: database } = rig.servers.addresses(rig.ref) ?? {};
  if (!database) throw new Error("the project has no database");
  const options = { ref: rig.ref, name: "taken", database, limit: () => 1, ready: () => rig.servers.ready(rig.ref) };
  const squatter = await tryListen(loopbackHost("taken/pooler"), 5432);
  const pooler = await PostgresPooler.open({ ...options, authority: rig.authority });
  try {
    const { transaction, session } = pooler.addresses;
    expect(session).toEqual(transaction);
    expect([transaction.host, [5432, 6543].includes(transaction.port)]).toEqual(["127.0.0.1", false]);
    const url = `postgresql://postgres.${rig.ref}:${encodeURIComponent(password)}@127.0.0.1:${transaction.port}/postgres`;
    const both = await Promise.all([1, 2].map(() => psql(url, "select pg_sleep(0.3) is null")));
    expect(both.toSorted()).toEqual(["f", expect.stringContaining("Max client connections reached")]);
  } finally {
    await pooler.close();
    squatter?.close();
  }
});

test("queries run for real: rows as JSON, parameters, read-only, and the server's own refusals", async () => {
  const made = await query(
    "create table pairs(a int primary key, b text[], c jsonb); insert into pairs values (1, null, null)",
  );
  expect(made).toMatchObject({ status: 201, body: [] });
  const values = [2, ["x", 'y"{,'], { deep: [1] }];
  expect((await query("insert into pairs values ($1, $2, $3)", { parameters: values })).status).toBe(201);
  expect(
    (await query("select *, 9007199254740993 as big, 1.50 as exact, true as yes from pairs order by a")).body,
  ).toEqual([
    { a: 1, b: null, c: null, big: "9007199254740993", exact: "1.50", yes: true },
    { a: 2, b: ["x", 'y"{,'], c: { deep: [1] }, big: "9007199254740993", exact: "1.50", yes: true },
  ]);
  expect(await query("delete from pairs", { read_only: true })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining("25006") },
  });
  const readOnly = await rig.call("POST", `${project}/database/query/read-only`, { query: "drop table pairs" });
  expect(readOnly.status).toBe(400);
  const { status, body } = await query("select * from missing");
  expect([status, body.message]).toEqual([
    400,
    'Failed to run sql query: ERROR: 42P01: relation "missing" does not exist',
  ]);
});

test("a migration applies and is recorded in one step, once for each idempotency key", async () => {
  const path = `${project}/database/migrations`;
  const wanted = { query: "create table orders(id int); comment on table orders is 'it''s';", name: "orders" };
  expect((await rig.call("POST", path, wanted)).status).toBe(200);
  expect((await rig.call("POST", path, wanted)).status).toBe(400);
  expect((await rig.call("POST", path, { query: "create table half(id int); select 1/0" })).status).toBe(400);
  expect((await query("select to_regclass('half') as half, obj_description('orders'::regclass) as said")).body).toEqual(
    [{ half: null, said: "it's" }],
  );
  const [{ version }, ...others] = (await rig.call("GET", path)).body;
  expect(others).toEqual([]);
  expect((await rig.call("GET", `${path}/${version}`)).body).toMatchObject({
    name: "orders",
    statements: [wanted.query],
  });
  expect((await rig.call("PUT", path, { query: "create table elsewhere()", name: "known" })).status).toBe(200);
  expect((await query("select to_regclass('elsewhere') as found")).body).toEqual([{ found: null }]);
  expect((await rig.call("DELETE", `${path}?gte=${BigInt(version) + 1n}`)).status).toBe(200);
  expect((await rig.call("GET", path)).body).toEqual([{ version, name: "orders" }]);
  expect((await rig.call("GET", `${path}/1`)).status).toBe(404);
});

test("a new password holds at once, and settings hold for new connections", async () => {
  const before = await poolerUrl();
  password = "ânother 'one";
  expect((await rig.call("PATCH", `${project}/database/password`, { password })).status).toBe(200);
  expect(await psql(before, "select 1")).toContain("password authentication failed");
  expect(await psql(await poolerUrl(), "select 1")).toBe("1");
  const settings = { work_mem: "3MB", statement_timeout: "7s" };
  expect((await rig.call("PUT", `${project}/config/database/postgres`, settings)).status).toBe(200);
  expect(
    await psql(await poolerUrl(), "select current_setting('work_mem'), current_setting('statement_timeout')"),
  ).toBe("3MB|7s");
  const wrong = await rig.call("PUT", `${project}/config/database/postgres`, { work_mem: "3 parsecs" });
  expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining("work_mem: ")]);
});

test("a restore point brings the whole cluster back; what the sandbox has no copy of is refused", async () => {
  const points = `${project}/database/backups`;
  await query("create table ledger(n int); insert into ledger values (1)");
  const made = await rig.call("POST", `${points}/restore-point`, { name: "before it" });
  expect(made).toMatchObject({ status: 201, body: { name: "before it", status: "AVAILABLE" } });
  await query("insert into ledger values (2); create role later");
  expect((await rig.call("POST", `${points}/undo`, { name: "before it" })).status).toBe(201);
  expect((await rig.call("GET", project)).body.status).toBe("RESTORING");
  rig.sandbox.clock.advance(2_000);
  expect(await psql(await poolerUrl(), "select (select count(*) from ledger), to_regrole('later') is null")).toBe(
    "1|t",
  );
  expect((await rig.call("POST", `${points}/undo`, { name: "never" })).status).toBe(404);
  rig.sandbox.clock.advance(3 * 86_400_000);
  const [{ id }] = (await rig.call("GET", points)).body.backups;
  expect((await rig.call("POST", `${points}/restore`, { id })).status).toBe(501);
}, 30_000);

test("a preview branch has a database of its own, and gives the way into it", async () => {
  const branches = `${project}/branches`;
  await rig.call("POST", branches, { branch_name: "main", is_default: true });
  const { id } = (await rig.call("POST", branches, { branch_name: "feature" })).body;
  rig.sandbox.clock.advance(10_000);
  const { ref } = (await rig.call("GET", `/v1/branches/${id}`)).body;
  await rig.servers.ready(ref);
  const { db_host, db_port, db_user, db_pass, status } = (await rig.call("GET", `/v1/branches/${id}`)).body;
  expect(status).toBe("ACTIVE_HEALTHY");
  const url = `postgresql://${db_user}:${db_pass}@${db_host}:${db_port}/postgres`;
  expect(await psql(url, "create table only_here(); select to_regclass('only_here')")).toBe("only_here");
  expect((await query("select to_regclass('only_here') as found")).body).toEqual([{ found: null }]);
  expect((await rig.call("POST", `/v1/branches/${id}/reset`, {})).status).toBe(501);
  expect((await rig.call("DELETE", `/v1/branches/${id}`)).body).toEqual({ message: "ok" });
  expect(existsSync(join(rig.folder, "postgres", ref))).toBe(false);
}, 30_000);

test("pausing ends the server, restoring brings it back with its data, deleting takes everything", async () => {
  const organization_slug = await freeOrganization(rig.sandbox);
  const { ref } = (await rig.call("POST", "/v1/projects", { ...newProject, organization_slug })).body;
  rig.sandbox.clock.advance(10_000);
  await rig.servers.ready(ref);
  const path = `/v1/projects/${ref}`;
  await rig.call("POST", `${path}/database/query`, { query: "create table kept()" });
  const [{ connection_string }] = (await rig.call("GET", `${path}/config/database/pooler`)).body;
  const url = withPassword(connection_string, newProject.db_pass);
  expect((await rig.call("POST", `${path}/pause`)).status).toBe(200);
  expect(await psql(url, "select 1")).toContain("Connection refused");
  rig.sandbox.clock.advance(10_000);
  expect((await rig.call("POST", `${path}/restore`)).status).toBe(200);
  rig.sandbox.clock.advance(10_000);
  // Who comes before the server does waits for it.
  expect(await psql(url, "select to_regclass('kept')")).toBe("kept");
  const folder = join(rig.folder, "postgres", ref);
  expect(existsSync(folder)).toBe(true);
  expect((await rig.call("DELETE", path)).status).toBe(200);
  expect(existsSync(folder)).toBe(false);
  expect(await psql(url, "select 1")).toContain("Connection refused");
}, 30_000);
