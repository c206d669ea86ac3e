import { z } from "zod";
import { type Call, defineRoute, type Reply } from "../emulator.ts";
import type { World } from "../world.ts";
import { readBody } from "./body.ts";
import { nextDaily } from "./daily-backups.ts";
import { limitsOf, PLANS } from "./plans.ts";
import { addressOf, applyToRedis } from "./real-redis.ts";
import { refuse } from "./refusals.ts";
import { PRIMARY_REGIONS, platformOf, READ_REGIONS } from "./regions.ts";
import { backups, type Database, databaseOf, databases, OK, unixSeconds } from "./state.ts";

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The published form (`platform`), the provider's (`region`), and the MCP server's (`name`) are all taken. */
const NewDatabase = z.object({
  database_name: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  platform: z.enum(["aws", "gcp"]).optional(),
  region: z.string().optional(),
  primary_region: z.string().optional(),
  read_regions: z.array(z.string()).nullish(),
  plan: z.enum(PLANS).optional(),
  budget: z.number().int().min(0).optional(),
  eviction: z.boolean().optional(),
  tls: z.boolean().optional(),
  auto_upgrade: z.boolean().optional(),
  prod_pack_enabled: z.boolean().optional(),
  consistent: z.boolean().optional(),
  multizone: z.boolean().optional(),
});
type NewDatabase = z.output<typeof NewDatabase>;

/** The wire form; credentials are left out on request. */
export function shown(database: Database, world: World, credentials: "shown" | "hide" = "shown") {
  const { password, readOnlyToken } = database;
  const secrets = { password, rest_token: password, read_only_rest_token: readOnlyToken };
  return {
    ...identity(database),
    ...addressOf(database, world),
    ...limitsOf(database.plan),
    ...(credentials === "hide" ? {} : secrets),
    budget: database.budget,
    eviction: database.eviction,
    db_eviction: database.eviction,
    auto_upgrade: database.autoUpgrade,
    prod_pack_enabled: database.prodPack,
    consistent: false,
    multizone: database.prodPack,
    daily_backup_enabled: database.dailyBackup,
    ...(database.dailyBackup ? { next_daily_backup_time: nextDaily(database, world.clock.now()) } : {}),
    allowed_ip_ranges: database.allowedIps,
    db_resource_size: "S",
    db_type: "pebble",
    db_conn_idle_timeout: 21_600_000_000_000,
    db_acl_enabled: "false",
    db_acl_default_user_status: "true",
    prometheus_enabled: database.prodPack ? "true" : "false",
    securityAddons: {
      ipWhitelisting: database.allowedIps.length > 0,
      ...{ vpcPeering: false, privateLink: false, tlsMutualAuth: false, encryptionAtRest: database.prodPack },
    },
  };
}

function identity(database: Database) {
  return {
    database_id: database.id,
    database_name: database.name,
    customer_id: database.owner,
    user_email: database.owner,
    creation_time: database.createdAt,
    state: database.state ?? "active",
    modifying_state: "",
    region: database.region,
    primary_region: database.primaryRegion,
    read_regions: database.readRegions,
    primary_members: [database.primaryRegion],
    all_members: [database.primaryRegion, ...database.readRegions],
    replicas: 1 + database.readRegions.length,
  };
}

export const databaseRoutes = [
  defineRoute("POST /v2/redis/database", { evidence: "contract", handle: createDatabase }),
  defineRoute("GET /v2/redis/databases", {
    evidence: "contract",
    handle: ({ store, world }) => ({
      status: 200,
      json: databases(store)
        .list()
        .map((database) => shown(database, world)),
    }),
  }),
  defineRoute("GET /v2/redis/database/{id}", {
    evidence: "contract",
    handle(call) {
      const credentials = call.query.get("credentials") === "hide" ? "hide" : "shown";
      return { status: 200, json: shown(databaseOf(call), call.world, credentials) };
    },
  }),
  defineRoute("DELETE /v2/redis/database/{id}", {
    evidence: "contract",
    async handle(call) {
      const { id } = databaseOf(call);
      databases(call.store).delete(id);
      await call.world.dataServers?.redis?.remove(id);
      for (const backup of backups(call.store).list())
        if (backup.databaseId === id) backups(call.store).delete(backup.id);
      return OK;
    },
  }),
];

/** One free database for each account. Source: https://upstash.com/docs/redis/overall/pricing */
export function requireFreeSlot(call: Call, except?: string): void {
  const free = databases(call.store)
    .list()
    .filter(({ id, plan }) => plan === "free" && id !== except);
  if (free.length > 0) throw refuse(400, "free databases are limited to one per account");
}

export function requireReadRegions(
  regions: readonly string[],
  database: Pick<Database, "primaryRegion" | "plan">,
): void {
  const unknown = regions.find((region) => !READ_REGIONS.includes(region));
  if (unknown !== undefined) throw refuse(400, `invalid read region: ${unknown}`);
  // The official provider refuses this before sending; that the API does too is inferred.
  if (regions.includes(database.primaryRegion)) throw refuse(400, "read regions cannot contain the primary region");
  if (database.plan === "free" && regions.length > 1)
    throw refuse(400, "free databases can have at most one read region");
}

function placement(body: NewDatabase): { region: string; primaryRegion: string } {
  const { platform, region, primary_region: primary } = body;
  // Seen in a report: regional databases can no longer be made.
  if (region !== undefined && region !== "global" && region !== "gcp-global")
    throw refuse(400, "regional db creation is deprecated");
  if (platform === undefined && region === undefined) throw refuse(400, "invalid platform: must be one of aws, gcp");
  const wanted = platform ?? (region === "gcp-global" ? "gcp" : "aws");
  // Without a primary region Upstash chooses; which one is unknown.
  const primaryRegion = primary || (wanted === "gcp" ? "us-central1" : "us-east-1");
  if (!PRIMARY_REGIONS.includes(primaryRegion)) throw refuse(400, `invalid primary region: ${primaryRegion}`);
  if (platform !== undefined && platformOf(primaryRegion) !== platform)
    throw refuse(400, `primary region ${primaryRegion} is not a region of ${platform}`);
  // The newest SDK knows "gcp-global"; what a database made with `platform: gcp` answers is unknown.
  return { region: region ?? "global", primaryRegion };
}

async function createDatabase(call: Call): Promise<Reply> {
  const body = readBody(call, NewDatabase);
  const name = body.database_name ?? body.name;
  if (!name) throw refuse(400, "invalid database_name: is required");
  const place = placement(body);
  const plan = body.plan ?? "payg";
  const readRegions = [...new Set(body.read_regions ?? [])];
  requireReadRegions(readRegions, { primaryRegion: place.primaryRegion, plan });
  if (plan === "free") requireFreeSlot(call);
  if (plan === "free" && body.prod_pack_enabled) throw refuse(400, "prod pack is not available on the free plan");
  const { ids } = call.world;
  const database: Database = {
    ...{ id: ids.uuid(), name, owner: call.identity, createdAt: unixSeconds(call.now), ...place, readRegions },
    endpoint: `${ids.text(8, "abcdefghijklmnopqrstuvwxyz")}-${ids.text(8, "abcdefghijklmnopqrstuvwxyz")}-${ids.text(5, "123456789")}.upstash.io`,
    ...newCredentials(call),
    ...{ plan, budget: body.budget ?? 20, eviction: body.eviction ?? false },
    ...{ autoUpgrade: body.auto_upgrade ?? false, prodPack: body.prod_pack_enabled ?? false },
    ...{ dailyBackup: false, allowedIps: [] },
  };
  await applyToRedis(database, call.world);
  databases(call.store).set(database.id, database);
  return { status: 200, json: shown(database, call.world) };
}

/** Password and REST token are one value in new databases. */
export function newCredentials({ world }: Call): Pick<Database, "password" | "readOnlyToken"> {
  return { password: `A${world.ids.text(55, ALPHANUMERIC)}`, readOnlyToken: `A${world.ids.text(55, ALPHANUMERIC)}` };
}
