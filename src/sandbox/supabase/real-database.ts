import type { PostgresHost, ServerAddress, Statement } from "../data-servers.ts";
import { type Call, Refusal } from "../emulator.ts";
import { PostgresError } from "../postgres-client.ts";
import type { Store } from "../store.ts";
import type { World } from "../world.ts";
import { connectionLimits } from "./compute.ts";
import { refuse } from "./refusals.ts";
import { modelStatement } from "./role-model.ts";
import { type Branch, branches, type Project, projects } from "./state.ts";

/** Makes the project's database, or takes up the one it has. Nothing happens in a sandbox without `--postgres`. */
export async function openDatabase(project: Project, world: World): Promise<void> {
  const { pooler: poolerClients } = connectionLimits(project.addons.compute_instance);
  await world.dataServers?.postgres?.open({ ref: project.ref, password: project.databasePassword, poolerClients });
}

/** A preview branch is a project of its own, as far as its database goes. */
export async function openBranchDatabase(branch: Branch, world: World): Promise<void> {
  if (branch.isDefault) return;
  const { pooler: poolerClients } = connectionLimits(branch.computeAddon);
  await world.dataServers?.postgres?.open({ ref: branch.ref, password: branch.databasePassword, poolerClients });
}

/** After a start over a filled store. One that fails must not keep the others down. */
export async function openDatabases(store: Store, world: World): Promise<void> {
  const active = projects(store)
    .list()
    .filter(({ settled }) => settled === "ACTIVE_HEALTHY");
  const opened = await Promise.allSettled([
    ...active.map((project) => openDatabase(project, world)),
    ...branches(store)
      .list()
      .map((branch) => openBranchDatabase(branch, world)),
  ]);
  const failures = opened.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} databases did not open`);
}

export function directAddress(ref: string, world: World): ServerAddress {
  return world.dataServers?.postgres?.addresses(ref)?.direct ?? { host: `db.${ref}.supabase.co`, port: 5432 };
}

/** The machine's own where there is a real one, else that of Supabase's newest images. */
export function databaseVersion({ dataServers }: World): { version: string; postgres_engine: string } {
  const version = dataServers?.postgres?.version ?? "17.6.1.054";
  return { version, postgres_engine: version.split(".")[0] ?? version };
}

/** For calls that reach into the database: without one there is nothing true to answer. */
export function requirePostgres({ world, method, path }: Call): PostgresHost {
  const postgres = world.dataServers?.postgres;
  if (postgres) return postgres;
  const message = `The sandbox has no database behind it for ${method} ${path}. Start it with one: mais sandbox start --postgres`;
  throw refuse(501, message);
}

/** Settings that hold for new connections; the others are kept and shown, and change nothing at a small local server. */
const OF_A_SESSION = [
  ...["effective_cache_size", "logical_decoding_work_mem", "maintenance_work_mem", "work_mem", "statement_timeout"],
  ...["max_parallel_maintenance_workers", "max_parallel_workers", "max_parallel_workers_per_gather"],
  "session_replication_role",
];

/** What the server refuses, such as a unit that it does not know, is the caller's fault. */
export async function configureDatabase(ref: string, change: Record<string, unknown>, { world }: Call): Promise<void> {
  const settings = Object.entries(change).filter(([name]) => OF_A_SESSION.includes(name));
  for (const [name, value] of settings) {
    try {
      await world.dataServers?.postgres?.configure(ref, name, String(value));
    } catch (error) {
      throw error instanceof PostgresError ? refuse(400, `${name}: ${error.message}`) : error;
    }
  }
}

/** What the server refuses is the caller's fault. The wording is that of the dashboard; the status is inferred. */
export async function runStatement(call: Call, ref: string, statement: Statement) {
  const modelled = call.world.dataServers?.postgres ? undefined : modelStatement(call, ref, statement);
  if (modelled) return modelled;
  try {
    return await requirePostgres(call).query(ref, statement);
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof PostgresError)) throw error;
    throw refuse(400, `Failed to run sql query: ERROR: ${error.code}: ${error.message}`);
  }
}
