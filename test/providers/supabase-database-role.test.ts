import { DatabaseRole } from "@pulumi/supabase";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Supabase } from "../../packages/supabase/client.ts";
import { passwordVerifier } from "../../packages/supabase/password-verifier.ts";
import { postgresSandbox, psql, withPassword } from "../helpers/postgres-sandbox.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { connect } from "../helpers/supabase-provider.ts";

const { create, read, update, delete: remove, find } = DatabaseRole.definition;
const FIRST = "canary-first-p@ss";
const SECOND = "canary-second-'p";

let rig: Awaited<ReturnType<typeof postgresSandbox>>;
let api: Supabase;
let pooled: string;

beforeAll(async () => {
  rig = await postgresSandbox();
  api = connect(rig.sandbox);
  await rig.servers.ready(rig.ref);
  const [entry] = (await rig.call("GET", `/v1/projects/${rig.ref}/config/database/pooler`)).body;
  pooled = entry.connection_string;
}, 60_000);
afterAll(() => rig[Symbol.asyncDispose]());

const wanted = (name: string, change: object = {}) => ({
  ...{ projectRef: rig.ref, name, password: FIRST, login: true, schemas: ["public"] },
  ...change,
});
const as = (name: string, password: string) =>
  withPassword(pooled.replace(`//postgres.${rig.ref}:`, `//${name}.${rig.ref}:`), password);
const postgres = (sql: string) => psql(withPassword(pooled, "it's a p@ss"), sql);

function observed() {
  const call = lifecycleCall();
  return { call, warnings: call.warned, notes: call.said };
}

async function change(id: string, olds: ReturnType<typeof wanted>, next: ReturnType<typeof wanted>) {
  const changed = new Set(
    (Object.keys(next) as (keyof typeof next)[]).filter(
      (key) => JSON.stringify(next[key]) !== JSON.stringify(olds[key]),
    ),
  );
  return await update?.(api, id, next, { ...observed().call, olds, outputs: {}, changed });
}

test("two users share every table that postgres makes, before and after, and can make none", async () => {
  await postgres("create table early (id bigint generated always as identity primary key, text text)");
  const { call, warnings, notes } = observed();
  const made = await create(api, wanted("app_a"), call);
  expect(made.id).toBe(`${rig.ref}/app_a`);
  await create(api, wanted("app_b", { password: SECOND }), call);
  expect([warnings, notes]).toEqual([[], []]);
  await postgres("create table late (id serial primary key, text text)");
  for (const [name, password] of [["app_a", FIRST] as const, ["app_b", SECOND] as const]) {
    const url = as(name, password);
    expect(await psql(url, "select current_user")).toBe(name);
    for (const table of ["early", "late"]) {
      expect(await psql(url, `insert into ${table} (text) values ('by ${name}') returning text`)).toBe(`by ${name}`);
      expect(await psql(url, `update ${table} set text = 'changed' where text = 'by ${name}' returning text`)).toBe(
        "changed",
      );
    }
    expect(await psql(url, "select count(*) from early")).not.toBe("0");
    expect(await psql(url, "create table own (id int)")).toContain("permission denied for schema public");
    expect(await psql(url, "drop table early")).toContain("must be owner of table early");
    expect(await psql(url, "alter role postgres password 'mine'")).toContain("must be superuser");
    expect(await psql(url, "select extensions.gen_random_bytes(1) is not null")).toBe("t");
  }
  expect(await psql(as("app_a", SECOND), "select 1")).toContain("password authentication failed");
});

test("a switched-off user is logged out at once, and comes back with another password alone", async () => {
  const id = `${rig.ref}/app_a`;
  // A session that would go on for long: it ends by itself only if nobody ends it.
  const session = psql(as("app_a", FIRST), "select pg_sleep(60)");
  const isLoggedIn = "select count(*) from pg_stat_activity where usename = 'app_a'";
  while ((await postgres(isLoggedIn)) === "0");
  const off = wanted("app_a", { login: false });
  await change(id, wanted("app_a"), off);
  expect(await session).toMatch(/terminating connection|closed the connection/);
  expect(await psql(as("app_a", FIRST), "select 1")).toContain("not permitted to log in");
  expect(await read(api, id, { ...observed().call, inputs: off, outputs: {} })).toEqual({
    ...{ id, projectRef: rig.ref, name: "app_a", login: false, schemas: ["public"] },
  });
  await change(id, off, wanted("app_a", { password: "canary-third-pass" }));
  expect(await psql(as("app_a", FIRST), "select 1")).toContain("password authentication failed");
  expect(await psql(as("app_a", "canary-third-pass"), "select current_user")).toBe("app_a");
});

test("the password is in no statement, and its verifier in no error", async () => {
  const bodies = JSON.stringify(rig.sandbox.requests());
  expect(bodies).toContain("ALTER DEFAULT PRIVILEGES");
  expect(bodies).not.toContain("canary");
  const failure = await create(api, wanted("app_b"), observed().call).catch((error: Error) => error.message);
  expect(failure).toContain('role "app_b" already exists');
  const odd = wanted("app_c", { schemas: ["public", `it's "odd"; drop table early; --`] });
  const refused = await create(api, odd, observed().call).catch((error: Error) => error.message);
  expect(refused).toContain("does not exist");
  expect(`${failure}${refused}`).not.toMatch(/SCRAM|canary/);
  // All or nothing.
  expect(await find?.(api, odd, observed().call)).toEqual([]);
  expect(await postgres("select count(*) >= 0 from early")).toBe("t");
});

test("schemas come and go; row-level security is pointed out, for postgres did not have to mind it", async () => {
  await postgres(
    "create schema billing; create table billing.invoices (id int); insert into billing.invoices values (1)",
  );
  await postgres("create table guarded (id int); alter table guarded enable row level security");
  const id = `${rig.ref}/app_b`;
  const [before, both] = [
    wanted("app_b", { password: SECOND }),
    wanted("app_b", { password: SECOND, schemas: ["public", "billing"] }),
  ];
  const { call, warnings } = observed();
  await update?.(api, id, both, { ...call, olds: before, outputs: {}, changed: new Set(["schemas"] as const) });
  expect(warnings).toEqual([expect.stringContaining("Row-level security holds for app_b on guarded")]);
  expect(await psql(as("app_b", SECOND), "select id from billing.invoices")).toBe("1");
  await change(id, both, before);
  expect(await psql(as("app_b", SECOND), "select id from billing.invoices")).toContain("permission denied");
});

test("deleting a user keeps what it owns, and deleting it again succeeds", async () => {
  await postgres("grant create on schema public to app_b");
  expect(await psql(as("app_b", SECOND), "create table theirs (id int)")).toBe("");
  const [id, inputs] = [`${rig.ref}/app_b`, wanted("app_b")];
  await remove(api, id, { ...observed().call, inputs, outputs: {} });
  expect(await postgres("select tableowner from pg_tables where tablename = 'theirs'")).toBe("postgres");
  expect(await read(api, id, { ...observed().call, inputs, outputs: {} })).toBeUndefined();
  await remove(api, id, { ...observed().call, inputs, outputs: {} });
});

test("the verifier is PostgreSQL's own: the same salt gives what psql's \\password sends", async () => {
  await rig.call("POST", `/v1/projects/${rig.ref}/database/query`, {
    query: "create role probe password 'pencil-pencil-pencil'",
  });
  const [{ rolpassword }] = (await rig.servers.query(
    rig.ref,
    { text: "select rolpassword from pg_authid where rolname = 'probe'" },
    "admin",
  )) as [{ rolpassword: string }];
  const salt = Buffer.from(rolpassword.split(/[:$]/)[2] ?? "", "base64");
  expect(passwordVerifier("pencil-pencil-pencil", salt)).toBe(rolpassword);
});
