import { z } from "zod";
import type { ServerAddress } from "../data-servers.ts";
import { defineRoute } from "../emulator.ts";
import type { World } from "../world.ts";
import { readBody } from "./body.ts";
import { connectionLimits } from "./compute.ts";
import { directAddress } from "./real-database.ts";
import { type Project, projectOf } from "./state.ts";

/** The number in the host is Supabase's to choose; clients must take host and port from here. */
function poolerAddress({ ref, number, region, pooler }: Project, world: World): ServerAddress {
  const real = world.dataServers?.postgres?.addresses(ref);
  if (real) return real[pooler.mode];
  const host = `aws-${number % 2}-${region}.pooler.supabase.com`;
  return { host, port: pooler.mode === "session" ? 5432 : 6543 };
}

function shown(project: Project, world: World) {
  const user = `postgres.${project.ref}`;
  const { host, port } = poolerAddress(project, world);
  const address = `postgresql://${user}:[YOUR-PASSWORD]@${host}:${port}/postgres`;
  return {
    identifier: project.ref,
    database_type: "PRIMARY",
    is_using_scram_auth: true,
    db_user: user,
    db_host: host,
    db_port: port,
    db_name: "postgres",
    connection_string: address,
    connectionString: address,
    default_pool_size: project.pooler.defaultPoolSize,
    max_client_conn: connectionLimits(project.addons.compute_instance).pooler,
    pool_mode: project.pooler.mode,
  };
}

/** The dedicated pooler has the database's own host. The sandbox has none, so there the database itself answers. */
function dedicated(ref: string, world: World): string {
  const { host, port } = directAddress(ref, world);
  return `${host}:${world.dataServers?.postgres?.addresses(ref) ? port : 6543}`;
}

const Change = z.object({
  default_pool_size: z.number().int().min(0).max(3000).nullish(),
  pool_mode: z.enum(["transaction", "session"]).optional(),
});

export const poolerRoutes = [
  defineRoute("GET /v1/projects/{ref}/config/database/pooler", {
    evidence: "contract",
    source: "https://supabase.com/docs/guides/database/connecting-to-postgres",
    handle: (call) => ({ status: 200, json: [shown(projectOf(call), call.world)] }),
  }),
  defineRoute("PATCH /v1/projects/{ref}/config/database/pooler", {
    evidence: "contract",
    handle(call) {
      const { pooler } = projectOf(call);
      const change = readBody(call, Change);
      if (change.default_pool_size !== undefined) pooler.defaultPoolSize = change.default_pool_size;
      // That the mode can be set is the contract's word; Supabase has announced that port 6543 serves transactions only.
      if (change.pool_mode) pooler.mode = change.pool_mode;
      return { status: 200, json: { default_pool_size: pooler.defaultPoolSize, pool_mode: pooler.mode } };
    },
  }),
  defineRoute("GET /v1/projects/{ref}/config/database/pgbouncer", {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      const { pooler: clients } = connectionLimits(project.addons.compute_instance);
      return {
        status: 200,
        json: {
          default_pool_size: project.pooler.defaultPoolSize ?? 15,
          ignore_startup_parameters: "",
          max_client_conn: clients,
          pool_mode: "transaction",
          connection_string: `postgresql://postgres:[YOUR-PASSWORD]@${dedicated(project.ref, call.world)}/postgres`,
        },
      };
    },
  }),
];
