import { z } from "zod";

/** What Upstash sells. https://upstash.com/docs/redis/overall/pricing */
export const PLANS = [
  "free",
  "payg",
  "fixed_250mb",
  "fixed_1gb",
  "fixed_5gb",
  "fixed_10gb",
  "fixed_50gb",
  "fixed_100gb",
  "fixed_500gb",
] as const;

export type Plan = (typeof PLANS)[number];

/** Fields that only some sources list are optional; the published OpenAPI lacks the credentials, which may also be hidden. */
export const Database = z.object({
  database_id: z.string(),
  database_name: z.string(),
  region: z.string(),
  primary_region: z.string().optional(),
  read_regions: z.array(z.string()).nullish(),
  endpoint: z.string(),
  port: z.number(),
  tls: z.boolean().optional(),
  eviction: z.boolean().optional(),
  auto_upgrade: z.boolean().optional(),
  prod_pack_enabled: z.boolean().optional(),
  budget: z.number().optional(),
  allowed_ip_ranges: z.array(z.string()).nullish(),
  password: z.string().optional(),
  rest_token: z.string().optional(),
  read_only_rest_token: z.string().optional(),
  state: z.string().optional(),
  user_email: z.string().optional(),
  customer_id: z.string().optional(),
  creation_time: z.number().optional(),
  database_type: z.string().optional(),
  type: z.string().optional(),
  daily_backup_enabled: z.boolean().optional(),
  db_max_clients: z.number().optional(),
  db_max_request_size: z.number().optional(),
  db_max_entry_size: z.number().optional(),
  db_memory_threshold: z.number().optional(),
  db_disk_threshold: z.number().optional(),
  db_daily_bandwidth_limit: z.number().optional(),
  db_max_commands_per_second: z.number().optional(),
});

export type LiveDatabase = ReturnType<typeof toDatabase>;

/** In the words of the published SDK. */
export function toDatabase(wire: z.output<typeof Database>) {
  return {
    ...{ databaseId: wire.database_id, databaseName: wire.database_name, region: wire.region },
    ...{ primaryRegion: wire.primary_region, readRegions: wire.read_regions ?? [] },
    // Documented as a bare slug or a host; today's clients take it for a host.
    endpoint: wire.endpoint.includes(".") ? wire.endpoint : `${wire.endpoint}.upstash.io`,
    ...{ port: wire.port, tls: wire.tls, eviction: wire.eviction },
    ...{ autoScale: wire.auto_upgrade, prodPack: wire.prod_pack_enabled, budget: wire.budget },
    ipAllowlists: wire.allowed_ip_ranges ?? [],
    ...{ password: wire.password, restToken: wire.rest_token, readOnlyRestToken: wire.read_only_rest_token },
    state: wire.state,
    userEmail: wire.user_email ?? wire.customer_id,
    creationTime: wire.creation_time,
    databaseType: wire.database_type ?? wire.type,
    plan: planOf(wire),
    dailyBackup: wire.daily_backup_enabled,
    dbMaxClients: wire.db_max_clients,
    dbMaxRequestSize: wire.db_max_request_size,
    dbMaxEntrySize: wire.db_max_entry_size,
    dbMemoryThreshold: wire.db_memory_threshold,
    dbDiskThreshold: wire.db_disk_threshold,
    dbDailyBandwidthLimit: wire.db_daily_bandwidth_limit,
    dbMaxCommandsPerSecond: wire.db_max_commands_per_second,
  };
}

/** The answer says free, pay as you go or paid; which fixed plan stands in the display text only, where it does. */
function planOf({ type, database_type: text = "" }: z.output<typeof Database>): Plan | undefined {
  if (type === "free" || type === "payg") return type;
  const [, size, unit] = /(\d+)\s*(mb|gb)/i.exec(text) ?? [];
  return PLANS.find((plan) => plan === `fixed_${size}${unit?.toLowerCase()}`);
}

const Point = z.object({ x: z.string(), y: z.number() });
const series = z.array(Point).nullish();
const counter = z.number().nullish();

/** Every series and counter may be null or missing. */
export const Stats = z.object({
  connection_count: series,
  throughput: series,
  dailyrequests: series,
  daily_net_commands: counter,
  total_monthly_requests: counter,
  total_monthly_bandwidth: counter,
  total_monthly_billing: counter,
  current_storage: counter,
});

export const Backup = z.object({
  backup_id: z.string(),
  name: z.string().optional(),
  creation_time: z.number().optional(),
  state: z.string().optional(),
  backup_size: z.number().optional(),
  // A text in the documentation; a real truth value is taken too.
  daily_backup: z.union([z.boolean(), z.string()]).optional(),
});
