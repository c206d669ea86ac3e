import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { connectionLimits } from "./compute.ts";
import { configureDatabase } from "./real-database.ts";
import { activeProjectOf, type Project, projectOf } from "./state.ts";

const size = z.string();
const time = z.string().regex(/^(-?[0-9]+(?:\.[0-9]+)?)(us|ms|s|min|h|d)?$/);
const count = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum);

/** Every setting is optional; anything else is refused, as the contract's `additionalProperties: false` says. */
const PostgresChange = z
  .strictObject({
    effective_cache_size: size,
    logical_decoding_work_mem: size,
    maintenance_work_mem: size,
    track_activity_query_size: size,
    max_connections: count(1, 262_143),
    max_locks_per_transaction: count(10, 2_147_483_640),
    max_parallel_maintenance_workers: count(0, 1024),
    max_parallel_workers: count(0, 1024),
    max_parallel_workers_per_gather: count(0, 1024),
    max_replication_slots: z.number().int(),
    max_slot_wal_keep_size: size,
    max_standby_archive_delay: size,
    max_standby_streaming_delay: size,
    max_wal_size: size,
    max_wal_senders: z.number().int(),
    max_worker_processes: count(0, 262_143),
    session_replication_role: z.enum(["origin", "replica", "local"]),
    shared_buffers: size,
    statement_timeout: time,
    track_commit_timestamp: z.boolean(),
    wal_keep_size: size,
    wal_sender_timeout: time,
    work_mem: size,
    checkpoint_timeout: time,
    hot_standby_feedback: z.boolean(),
    restart_database: z.boolean(),
  })
  .partial();

/** "Full effective configuration": what the compute size gives, under what was set. The values are inferred. */
function effectivePostgres(project: Project) {
  return {
    effective_cache_size: "384MB",
    maintenance_work_mem: "32MB",
    max_connections: connectionLimits(project.addons.compute_instance).direct,
    max_parallel_maintenance_workers: 1,
    max_parallel_workers: 2,
    max_parallel_workers_per_gather: 1,
    max_worker_processes: 6,
    session_replication_role: "origin",
    shared_buffers: "224MB",
    statement_timeout: "120000ms",
    track_commit_timestamp: false,
    wal_sender_timeout: "60s",
    work_mem: "2184kB",
    hot_standby_feedback: false,
    ...project.postgres,
  };
}

export const databaseRoutes = [
  defineRoute("PATCH /v1/projects/{ref}/database/password", {
    evidence: "contract",
    async handle(call) {
      const project = activeProjectOf(call);
      const { password } = readBody(call, z.object({ password: z.string().min(4) }));
      await call.world.dataServers?.postgres?.setPassword(project.ref, password);
      project.databasePassword = password;
      return { status: 200, json: { message: "Successfully updated password" } };
    },
  }),
  defineRoute("GET /v1/projects/{ref}/config/database/postgres", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: effectivePostgres(projectOf(call)) }),
  }),
  defineRoute("PUT /v1/projects/{ref}/config/database/postgres", { evidence: "contract", handle: putPostgres }),
];

async function putPostgres(call: Call) {
  const project = activeProjectOf(call);
  const { restart_database: _requestOnly, ...change } = readBody(call, PostgresChange);
  await configureDatabase(project.ref, change, call);
  Object.assign(project.postgres, change);
  return { status: 200, json: effectivePostgres(project) };
}
