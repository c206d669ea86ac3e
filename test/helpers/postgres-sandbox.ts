import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { LoopbackAuthority } from "../../src/sandbox/loopback-authority.ts";
import { findPostgres } from "../../src/sandbox/postgres-programs.ts";
import { PostgresServers } from "../../src/sandbox/postgres-servers.ts";
import { serverUser } from "../../src/sandbox/server-user.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { healthyProject, management } from "./supabase-api.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);

/** A sandbox whose Supabase projects have real databases, with one project up. */
export async function postgresSandbox() {
  const folder = temporaryFolder();
  const failures: unknown[] = [];
  const authority = LoopbackAuthority.open(folder.path);
  const options = { dir: folder.path, programs: findPostgres(), user: serverUser(), authority };
  const servers = new PostgresServers({ ...options, report: (error) => void failures.push(error) });
  const sandbox: Sandbox = await startSandbox(["supabase"]);
  sandbox.world.dataServers = { postgres: servers };
  const ref = await healthyProject(sandbox, { db_pass: "it's a p@ss" });
  return {
    ...{ sandbox, servers, failures, authority, ref, folder: folder.path, call: management(sandbox) },
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await servers.stopAll();
      folder[Symbol.dispose]();
    },
  };
}

/** What PostgreSQL's own client says: the rows as text, or its error. */
export async function psql(url: string, sql: string): Promise<string> {
  // A client that asks for a password would wait for ever.
  const options = { timeout: 20_000, env: { PATH: process.env.PATH, PGCONNECT_TIMEOUT: "15" } };
  return run("psql", [url, "--no-password", "--no-psqlrc", "-qAtc", sql], options).then(
    ({ stdout }) => stdout.trim(),
    (error: { stderr: string }) => error.stderr.trim(),
  );
}

/** A connection string as Supabase's dashboard writes it, the password in its place. */
export function withPassword(connectionString: string, password: string): string {
  return connectionString.replace("[YOUR-PASSWORD]", encodeURIComponent(password));
}
