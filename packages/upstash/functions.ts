import { defineFunction } from "@mais/provider-kit";
import { z } from "zod";
import type { Upstash } from "./client.ts";
import { PREFIX, uuidOf } from "./database-id.ts";
import { RedisDatabase } from "./redis-database.ts";

const { inputs, outputs, secrets } = RedisDatabase.definition;
const { databaseId: _own, ...live } = { ...inputs, ...outputs };

const database = {
  /** As the console shows it, or with the prefix of the engine's id. */
  databaseId: z.string().min(1),
};

/** Everything that a database's resource knows. Programs call it as the published SDK's. */
export const getRedisDatabase = defineFunction("upstash:index/getRedisDatabase:getRedisDatabase", {
  inputs: database,
  outputs: { id: z.string(), databaseId: z.string(), ...live },
  secrets: secrets as ["password", "restToken", "readOnlyRestToken"],
  async run(api: Upstash, { databaseId }, { signal }) {
    const {
      plan: _plan,
      dailyBackup: _dailyBackup,
      tls = true,
      ...found
    } = await api.getDatabase(uuidOf(databaseId), signal);
    const { eviction = false, autoScale = false, prodPack = false, budget } = found;
    const switches = { tls, eviction, autoScale, prodPack, budget, consistent: false, multizone: prodPack };
    return { id: PREFIX + found.databaseId, ...found, ...switches };
  },
});

/** How a database is used. What Upstash does not tell is left out, which does not say that it is 0. */
export const getStats = defineFunction("upstash:index/getStats:getStats", {
  inputs: {
    ...database,
    /** How far back the newest connection count and throughput may lie. @defaultValue `1h` */
    period: z.enum(["1h", "3h", "12h", "1d", "3d", "7d"]).optional(),
  },
  outputs: {
    databaseId: z.string(),
    /** Clients that were connected when it was last counted. */
    connections: z.number().optional(),
    /** Commands per second, as last measured. */
    throughput: z.number().optional(),
    /** Commands of the day so far. */
    dailyCommands: z.number().optional(),
    /** Commands of the month so far: what the free plan limits and pay as you go counts. */
    monthlyCommands: z.number().optional(),
    /** Bytes sent in the month so far. */
    monthlyBandwidth: z.number().optional(),
    /** The month's bill so far, in the unit of Upstash's answer. */
    monthlyBilling: z.number().optional(),
    /** Bytes that are stored. */
    storage: z.number().optional(),
  },
  async run(api: Upstash, { databaseId, period }, { signal }) {
    const id = uuidOf(databaseId);
    const stats = await api.stats(id, period, signal);
    return {
      databaseId: id,
      connections: stats.connection_count?.at(-1)?.y,
      throughput: stats.throughput?.at(-1)?.y,
      dailyCommands: stats.daily_net_commands ?? undefined,
      monthlyCommands: stats.total_monthly_requests ?? undefined,
      monthlyBandwidth: stats.total_monthly_bandwidth ?? undefined,
      monthlyBilling: stats.total_monthly_billing ?? undefined,
      storage: stats.current_storage ?? undefined,
    };
  },
});

/** The backups that a restore can go back to, newest first. */
export const listBackups = defineFunction("upstash:index/listBackups:listBackups", {
  inputs: database,
  outputs: {
    databaseId: z.string(),
    backups: z.array(
      z.object({
        backupId: z.string(),
        name: z.string().optional(),
        /** `pending`, `completed` or `failed`. */
        state: z.string().optional(),
        /** Seconds since 1970. */
        creationTime: z.number().optional(),
        /** In bytes. */
        size: z.number().optional(),
        /** Made by Upstash's own schedule. */
        daily: z.boolean(),
      }),
    ),
  },
  async run(api: Upstash, { databaseId }, { signal }) {
    const id = uuidOf(databaseId);
    const found = await api.backups(id, signal);
    const newestFirst = found.toSorted((a, b) => (b.creation_time ?? 0) - (a.creation_time ?? 0));
    return {
      databaseId: id,
      backups: newestFirst.map((one) => ({
        ...{ backupId: one.backup_id, name: one.name, state: one.state, creationTime: one.creation_time },
        ...{ size: one.backup_size, daily: String(one.daily_backup) === "true" },
      })),
    };
  },
});
