import type { SettingFault } from "./read-settings.ts";
import type { DraftSettings } from "./settings.ts";
import { SUPABASE_CONNECTIONS } from "./vendor-terms.ts";

/** Who opens how many connections, and how many the database takes. */
export interface ConnectionBudget {
  /** Pool × instances at most × processes, for each tier that keeps a pool. */
  uses: readonly {
    tier: "api" | "worker";
    poolSize: number;
    instances: number;
    processes: number;
    connections: number;
  }[];
  total: number;
  poolerClients: number;
  direct: number;
  directLimit: number;
}

/** Undefined where the database is not ours, or where settings at fault decide. */
export function connectionBudget(settings: DraftSettings, poolSize: number): ConnectionBudget | undefined {
  const { api, worker, database } = settings;
  if (!database || api === undefined || worker === undefined) return undefined;
  const limits = SUPABASE_CONNECTIONS[database.size ?? "micro"];
  const use = (tier: "api" | "worker", instances: number, processes: number) => ({
    tier,
    poolSize,
    instances,
    processes,
    connections: poolSize * instances * processes,
  });
  const uses = [
    ...(api ? [use("api", api.instances.max, api.processes)] : []),
    ...(worker ? [use("worker", worker.instances, worker.processes)] : []),
  ];
  return {
    uses,
    total: uses.reduce((sum, { connections }) => sum + connections, 0),
    poolerClients: limits.pooler,
    direct: database.directConnections,
    directLimit: limits.direct,
  };
}

/** In words, where all pools together ask more of the pooler than it takes. */
export function overdrawnPooler({ uses, total, poolerClients }: ConnectionBudget): string | undefined {
  if (total <= poolerClients) return undefined;
  const terms = uses.map(
    ({ tier, poolSize, instances, processes }) =>
      `${tier} ${poolSize} × ${instances} instances × ${processes} processes`,
  );
  return `expected at most ${poolerClients} connections to the pooler of this database size, found ${total} (${terms.join(" + ")})`;
}

export function overdrawnDirect({ direct, directLimit }: ConnectionBudget): SettingFault[] {
  if (direct <= directLimit) return [];
  const rule = `expected at most ${directLimit}, all that a database of this size takes past its pooler`;
  return [{ path: "database.directConnections", kind: "conflict", rule }];
}
