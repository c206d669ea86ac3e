import { isIP } from "node:net";
import { z } from "zod";
import { type Call, defineRoute, type Reply, type Route } from "../emulator.ts";
import { requireNoBackupRunning } from "./backups.ts";
import { readBody } from "./body.ts";
import { newCredentials, requireFreeSlot, requireReadRegions, shown } from "./databases.ts";
import { PLANS } from "./plans.ts";
import { applyToRedis } from "./real-redis.ts";
import { refuse } from "./refusals.ts";
import { type Database, databaseOf, OK, unixSeconds } from "./state.ts";

/** A call without payload that changes the database and answers `"OK"`. */
function change(
  path: `${"POST" | "PATCH"} /v2/redis/${string}`,
  apply: (database: Database, now: Date) => void,
): Route {
  return defineRoute(path, {
    evidence: "contract",
    async handle(call) {
      const database = databaseOf(call);
      apply(database, call.now);
      await applyToRedis(database, call.world);
      return OK;
    },
  });
}

/** Switching to the state that it is in already is an error; the provider looks for these words in it. */
function switchAutoUpgrade(database: Database, wanted: boolean): void {
  if (database.autoUpgrade === wanted) throw refuse(400, `auto upgrade is already ${wanted ? "enabled" : "disabled"}`);
  database.autoUpgrade = wanted;
}

function changePlan(call: Call): Reply {
  const Wanted = z.object({
    plan_name: z.enum(PLANS).optional(),
    plan: z.enum(PLANS).optional(),
    auto_upgrade: z.boolean().optional(),
    prod_pack_enabled: z.boolean().optional(),
  });
  const database = databaseOf(call);
  const body = readBody(call, Wanted);
  const plan = body.plan_name ?? body.plan;
  if (!plan) throw refuse(400, "invalid plan_name: is required");
  if (plan === "free") requireFree(call, database, body.prod_pack_enabled ?? database.prodPack);
  database.plan = plan;
  if (body.auto_upgrade !== undefined) database.autoUpgrade = body.auto_upgrade;
  if (body.prod_pack_enabled !== undefined) database.prodPack = body.prod_pack_enabled;
  return OK;
}

/** What the free plan does not offer stands in its way; that changing the plan is refused for it is inferred. */
function requireFree(call: Call, database: Database, prodPack: boolean): void {
  requireFreeSlot(call, database.id);
  const { readRegions, primaryRegion, allowedIps, dailyBackup } = database;
  requireReadRegions(readRegions, { primaryRegion, plan: "free" });
  if (prodPack) throw refuse(400, "prod pack is not available on the free plan");
  if (allowedIps.length > 0) throw refuse(400, "ip allowlist is not available on the free plan");
  if (dailyBackup) throw refuse(400, "daily backup is not available on the free plan");
}

function isIpv4Range(text: string): boolean {
  const [address = "", bits = "32"] = text.split("/");
  return isIP(address) === 4 && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
}

function updateAllowlist(call: Call): Reply {
  const database = databaseOf(call);
  const { allowed_ips: list } = readBody(call, z.object({ allowed_ips: z.array(z.string()).nullable() }));
  // Source: https://upstash.com/docs/redis/features/security — not on free, IPv4 addresses and ranges only.
  if (database.plan === "free") throw refuse(400, "ip allowlist is not available on the free plan");
  const bad = (list ?? []).find((ip) => !isIpv4Range(ip));
  if (bad !== undefined) throw refuse(400, `invalid ip address: ${bad}`);
  database.allowedIps = list ?? [];
  return OK;
}

const routes: readonly Route[] = [
  defineRoute("POST /v2/redis/rename/{id}", {
    evidence: "contract",
    handle(call) {
      const database = databaseOf(call);
      database.name = readBody(call, z.object({ name: z.string().min(1) })).name;
      return { status: 200, json: shown(database, call.world) };
    },
  }),
  defineRoute("POST /v2/redis/reset-password/{id}", {
    evidence: "contract",
    async handle(call) {
      const database = databaseOf(call);
      const changed = { ...database, ...newCredentials(call) };
      await applyToRedis(changed, call.world);
      Object.assign(database, changed);
      return { status: 200, json: shown(database, call.world) };
    },
  }),
  defineRoute("POST /v2/redis/enable-tls/{id}", {
    evidence: "contract",
    handle: (call) => ({ status: 200, json: shown(databaseOf(call), call.world) }),
  }),
  change("POST /v2/redis/enable-eviction/{id}", (database) => {
    database.eviction = true;
  }),
  change("POST /v2/redis/disable-eviction/{id}", (database) => {
    database.eviction = false;
  }),
  change("POST /v2/redis/enable-autoupgrade/{id}", (database) => switchAutoUpgrade(database, true)),
  change("POST /v2/redis/disable-autoupgrade/{id}", (database) => switchAutoUpgrade(database, false)),
  change("POST /v2/redis/enable-prodpack/{id}", (database) => {
    if (database.plan === "free") throw refuse(400, "prod pack is not available on the free plan");
    database.prodPack = true;
  }),
  change("POST /v2/redis/disable-prodpack/{id}", (database) => {
    database.prodPack = false;
  }),
  change("PATCH /v2/redis/enable-dailybackup/{id}", (database, now) => {
    if (database.plan === "free") throw refuse(400, "daily backup is not available on the free plan");
    database.dailyBackup = true;
    database.dailyBackupSince ??= unixSeconds(now);
  }),
  change("PATCH /v2/redis/disable-dailybackup/{id}", (database) => {
    database.dailyBackup = false;
    database.dailyBackupSince = undefined;
  }),
  defineRoute("PATCH /v2/redis/update-budget/{id}", {
    evidence: "contract",
    handle(call) {
      const database = databaseOf(call);
      database.budget = readBody(call, z.object({ budget: z.number().int().min(0) })).budget;
      return OK;
    },
  }),
  defineRoute("POST /v2/redis/update-regions/{id}", {
    evidence: "contract",
    handle(call) {
      const database = databaseOf(call);
      const { read_regions: list } = readBody(call, z.object({ read_regions: z.array(z.string()).nullable() }));
      const readRegions = [...new Set(list ?? [])];
      requireReadRegions(readRegions, database);
      database.readRegions = readRegions;
      return OK;
    },
  }),
  defineRoute("POST /v2/redis/update-allowlist/{id}", { evidence: "contract", handle: updateAllowlist }),
  defineRoute("POST /v2/redis/{id}/change-plan", { evidence: "contract", handle: changePlan }),
  defineRoute("POST /v2/redis/change-plan/{id}", { evidence: "contract", handle: changePlan }),
];

/** None of them may be called while a backup is made. */
export const settingRoutes = routes.map((route) => ({
  ...route,
  handle(call: Call) {
    requireNoBackupRunning(call);
    return route.handle(call);
  },
}));
