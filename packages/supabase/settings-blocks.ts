import { z } from "zod";
import type { Supabase } from "./client.ts";
import type { Service } from "./placement.ts";
import type { Values } from "./settings-text.ts";

export type BlockName = "database" | "pooler" | "network" | "api" | "auth" | "storage";

interface Block {
  /** What must be up for its settings to take effect. */
  service: Service;
  read(api: Supabase, ref: string, signal: AbortSignal): Promise<Values>;
  change(api: Supabase, ref: string, change: { values: Values; signal: AbortSignal }): Promise<Values>;
  /** Keys that steer the call and are never answered. */
  requestOnly?: readonly string[];
}

/** Supabase keeps IPv4 and IPv6 apart; users write one list, as in the official provider. */
export const Restrictions = z.strictObject({ restrictions: z.array(z.union([z.cidrv4(), z.cidrv6()])) });

/** In the order in which they are applied. */
export const BLOCKS: Record<BlockName, Block> = {
  database: {
    service: "db",
    read: ({ config }, ref, signal) => config.postgres(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changePostgres(ref, values, signal),
    requestOnly: ["restart_database"],
  },
  pooler: {
    service: "pooler",
    read: ({ config }, ref, signal) => config.pooler(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changePooler(ref, values, signal),
  },
  network: {
    service: "db",
    read: async ({ config }, ref, signal) => ({ restrictions: await config.network(ref, signal) }),
    change: async ({ config }, ref, { values, signal }) => ({
      restrictions: await config.changeNetwork(ref, Restrictions.parse(values).restrictions, signal),
    }),
  },
  api: {
    service: "rest",
    read: ({ config }, ref, signal) => config.dataApi(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changeDataApi(ref, values, signal),
  },
  auth: {
    service: "auth",
    read: ({ config }, ref, signal) => config.auth(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changeAuth(ref, values, signal),
  },
  storage: {
    service: "storage",
    read: ({ config }, ref, signal) => config.storage(ref, signal),
    change: ({ config }, ref, { values, signal }) => config.changeStorage(ref, values, signal),
  },
};

export const BLOCK_NAMES = Object.keys(BLOCKS) as BlockName[];

/** What the blocks that are written concern, and the database, which all of them stand on. */
export function servicesOf(written: Partial<Record<BlockName, string | undefined>>): Service[] {
  const concerned = BLOCK_NAMES.filter((name) => written[name] !== undefined).map((name) => BLOCKS[name].service);
  return [...new Set<Service>(["db", ...concerned])];
}
