import type { SettingFault } from "./read-settings.ts";
import type { DraftSettings } from "./settings.ts";
import { SUPABASE_CONNECTIONS, SUPABASE_SIZES } from "./vendor-terms.ts";

/** Pool × instances at most × processes, for one tier that keeps a pool. */
interface Use {
  tier: "api" | "worker" | "cron";
  poolSize: number;
  instances: number;
  processes: number;
  connections: number;
}

/** Who opens how many connections, and how many the database takes. */
export interface ConnectionBudget {
  uses: readonly Use[];
  total: number;
  size: keyof typeof SUPABASE_CONNECTIONS;
  poolerClients: number;
  direct: number;
  directLimit: number;
}

/** Undefined where the database is not ours, or where settings at fault decide. */
export function connectionBudget(settings: DraftSettings, poolSize: number): ConnectionBudget | undefined {
  const { api, worker, cron, database } = settings;
  if (!database || api === undefined || worker === undefined || cron === undefined) return undefined;
  const { size = "micro" } = database;
  const limits = SUPABASE_CONNECTIONS[size];
  const use = (tier: Use["tier"], instances: number, processes: number): Use => ({
    ...{ tier, poolSize, instances, processes },
    connections: poolSize * instances * processes,
  });
  const uses = [
    ...(api ? [use("api", api.instances.max, api.processes)] : []),
    ...(worker ? [use("worker", worker.instances, worker.processes)] : []),
    // Render starts no second run of a cron job while one is under way.
    ...(cron ? [use("cron", 1, 1)] : []),
  ];
  return {
    uses,
    total: uses.reduce((sum, { connections }) => sum + connections, 0),
    size,
    poolerClients: limits.pooler,
    direct: database.directConnections,
    directLimit: limits.direct,
  };
}

/** What is wrong, and the ways out of it. */
export interface Overdraft {
  rule: string;
  fix: string;
}

/** Where all pools together ask more of the pooler than it takes. */
export function overdrawnPooler({ uses, total, size, poolerClients }: ConnectionBudget): Overdraft | undefined {
  if (total <= poolerClients) return undefined;
  const terms = uses.map(
    ({ tier, poolSize, instances, processes }) =>
      `${tier} ${poolSize} × ${counted(instances, "instance")} × ${counted(processes, "process")}`,
  );
  const pools = uses.reduce((sum, { instances, processes }) => sum + instances * processes, 0);
  const poolSize = uses[0]?.poolSize ?? 1;
  const larger = SUPABASE_SIZES.find((one) => SUPABASE_CONNECTIONS[one].pooler >= total);
  const ways = [
    ...(poolerClients >= pools ? [`set DATABASE_POOL_SIZE to ${Math.floor(poolerClients / pools)} or less`] : []),
    `run at most ${Math.floor(poolerClients / poolSize)} processes in all`,
    ...(larger
      ? [`set mais:database.size to ${larger}, whose pooler takes ${SUPABASE_CONNECTIONS[larger].pooler}`]
      : []),
  ];
  return {
    rule: `expected at most ${poolerClients} connections, what the pooler of size ${size} takes, found ${total} (${terms.join(" + ")})`,
    fix: choice(ways),
  };
}

export function overdrawnDirect({ direct, directLimit, size }: ConnectionBudget): SettingFault[] {
  if (direct <= directLimit) return [];
  const rule = `expected at most ${directLimit}, all that a database of size ${size} takes past its pooler`;
  return [{ path: "database.directConnections", kind: "conflict", rule }];
}

const counted = (count: number, word: string) =>
  `${count} ${word}${count === 1 ? "" : word.endsWith("s") ? "es" : "s"}`;

function choice(ways: readonly string[]): string {
  const text = ways.join("; or ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
