import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Address } from "../../src/sandbox/address.ts";
import { isAlive } from "../helpers/is-alive.ts";
import { psql, withPassword } from "../helpers/postgres-sandbox.ts";
import { newProject } from "../helpers/supabase-api.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";

const main = join(import.meta.dirname, "../../src/sandbox/main.ts");

interface Started {
  child: ChildProcess;
  address: Address;
}

async function start(dir: string, ...options: string[]): Promise<Started> {
  const child = spawn(process.execPath, [main, "--dir", dir, ...options], { stdio: "ignore" });
  const file = join(dir, "address.json");
  const address = await until("the sandbox's address", () => {
    const written: Address | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
    return written?.pid === child.pid ? written : undefined;
  });
  return { child, address };
}

async function supabase<T>({ address }: Started, path: string, body?: unknown): Promise<T> {
  const headers = { authorization: "Bearer sandbox_supabase", "content-type": "application/json" };
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return (await (await fetch(`${address.url}/supabase/v1${path}`, { ...init, headers })).json()) as T;
}

/** Who has the cluster's data in hand, as PostgreSQL itself writes it down. */
function postmaster(dir: string, ref: string): number {
  return Number(readFileSync(join(dir, "postgres", ref, "data", "postmaster.pid"), "utf8").split("\n")[0]);
}

test("databases end with a killed sandbox, come back with the next one at the same address, and go with a reset", async () => {
  using folder = temporaryFolder();
  const dir = folder.path;
  const first = await start(dir, "--postgres");
  const { ref } = await supabase<{ ref: string }>(first, "/projects", newProject);
  const [{ connection_string }] = await supabase<[{ connection_string: string }]>(
    first,
    `/projects/${ref}/config/database/pooler`,
  );
  const url = withPassword(connection_string, newProject.db_pass);
  // The pooler keeps a client waiting until the database is up.
  expect(await psql(url, "create table kept(n int); insert into kept values (1); select count(*) from kept")).toBe("1");
  const server = postmaster(dir, ref);
  first.child.kill("SIGKILL");
  await once(first.child, "close");
  await until("the end of PostgreSQL", () => !isAlive(server));
  const second = await start(dir);
  try {
    expect(await psql(url, "select count(*) from kept")).toBe("1");
    const again = postmaster(dir, ref);
    const authorization = `Bearer ${second.address.controlToken}`;
    const headers = { authorization };
    expect((await fetch(`${second.address.url}/_sandbox/reset`, { method: "POST", headers })).status).toBe(200);
    expect([isAlive(again), existsSync(join(dir, "postgres", ref))]).toEqual([false, false]);
  } finally {
    second.child.kill("SIGTERM");
    await once(second.child, "close");
  }
}, 60_000);
