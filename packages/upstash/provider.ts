import { defineProvider, Refused, UPSTASH_PLUGIN_VERSION } from "@mais/provider-kit";
import { z } from "zod";
import { ApiObject } from "./api-object.ts";
import { Upstash, type UpstashConfig } from "./client.ts";
import { DatabaseSettings } from "./database-settings.ts";
import { getRedisDatabase, getStats, listBackups } from "./functions.ts";
import { RedisDatabase } from "./redis-database.ts";

export const provider = defineProvider<Upstash, UpstashConfig>({
  name: "upstash",
  title: "Upstash",
  version: UPSTASH_PLUGIN_VERSION,
  baseUrl: "https://api.upstash.com/v2",
  sandboxPath: "/upstash/v2",
  config: {
    /** The account that this instance may work in. Upstash's API tells no other identity. */
    email: z.string().optional(),
  },
  credentials: {
    UPSTASH_EMAIL: {
      about: "The Upstash account that manages databases",
      getIt: "https://console.upstash.com/account/api",
    },
    UPSTASH_API_KEY: {
      about: "Manages Upstash databases",
      getIt: "https://console.upstash.com/account/api",
    },
  },
  connect: (connection) => new Upstash(connection),
  async verifyAccount(api, { email }) {
    if (email === undefined || email.toLowerCase() === api.email.toLowerCase()) return;
    throw new Refused(
      `UPSTASH_EMAIL is "${api.email}", but this provider belongs to "${email}". Use that account's e-mail and key`,
    );
  },
  resources: [RedisDatabase, DatabaseSettings, ApiObject],
  invokes: [getRedisDatabase, getStats, listBackups],
});
