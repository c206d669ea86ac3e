import type { Connection, Explanation, Http, RawMethod, RawOptions } from "@mais/provider-kit";
import { ApiError, orAbsent, sendRaw } from "@mais/provider-kit";
import { z } from "zod";
import { Backup, Database, type LiveDatabase, type Plan, Stats, toDatabase } from "./wire.ts";

export type { LiveDatabase } from "./wire.ts";

export interface UpstashConfig {
  email?: string | undefined;
}

export interface NewDatabase {
  databaseName: string;
  region: string;
  primaryRegion: string | undefined;
  readRegions: readonly string[] | undefined;
  eviction: boolean;
  autoScale: boolean;
  prodPack: boolean;
  budget: number | undefined;
}

const ADVICE: Record<number, string> = {
  401: "Set UPSTASH_EMAIL and UPSTASH_API_KEY to an account made at Upstash itself and a key from https://console.upstash.com/account/api",
  403: "The key acts for the account or team that it was made in; make one in the account that owns the database",
};

/** Error bodies are bare JSON strings; the vendor's own CLI also reads an object with `error` or `message`. */
function explain(status: number, body: unknown): Explanation {
  const parsed = z.object({ error: z.string().optional(), message: z.string().optional() }).safeParse(body);
  const fields = parsed.success ? (parsed.data.error ?? parsed.data.message) : undefined;
  const message = fields ?? (typeof body === "string" && body ? body : "no reason given");
  const regional = /regional db creation/i.test(message)
    ? 'Set region to "global" and name the place in primaryRegion'
    : undefined;
  return { message, advice: regional ?? ADVICE[status] };
}

/** Upstash's Developer API as the provider needs it. */
export class Upstash {
  /** The account that deploys. */
  readonly email: string;
  readonly #http: Http;

  constructor({ credentials, http }: Connection<UpstashConfig>) {
    const { UPSTASH_EMAIL: email = "", UPSTASH_API_KEY: key = "" } = credentials;
    const basic = Buffer.from(`${email}:${key}`).toString("base64");
    this.email = email;
    this.#http = http({ headers: { authorization: `Basic ${basic}` }, secrets: [key, basic], explain });
  }

  /** Any request, for objects that have no resource here. */
  request(method: RawMethod, path: string, options: RawOptions) {
    return sendRaw(this.#http, method, path, options);
  }

  async listDatabases(signal: AbortSignal): Promise<LiveDatabase[]> {
    const found = await this.#http.get("/redis/databases", { answer: z.array(Database), signal });
    return found.map(toDatabase);
  }

  async getDatabase(id: string, signal: AbortSignal): Promise<LiveDatabase> {
    return toDatabase(await this.#http.get(`/redis/database/${path(id)}`, { answer: Database, signal }));
  }

  /** The official provider's form of the request; TLS is always on, and the two retired switches always off. */
  async createDatabase(wanted: NewDatabase, signal: AbortSignal): Promise<LiveDatabase> {
    const json = {
      database_name: wanted.databaseName,
      region: wanted.region,
      primary_region: wanted.primaryRegion,
      read_regions: wanted.readRegions?.length ? wanted.readRegions : undefined,
      ...{ tls: true, consistent: false, multizone: false },
      eviction: wanted.eviction,
      auto_upgrade: wanted.autoScale,
      prod_pack_enabled: wanted.prodPack,
      budget: wanted.budget,
    };
    return toDatabase(await this.#http.post("/redis/database", { json, answer: Database, signal }));
  }

  async deleteDatabase(id: string, signal: AbortSignal): Promise<void> {
    await orAbsent(this.#http.delete(`/redis/database/${path(id)}`, { signal }));
  }

  async rename(id: string, name: string, signal: AbortSignal): Promise<void> {
    await this.#set("post", `rename/${path(id)}`, { json: { name }, signal });
  }

  async setEviction(id: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    await this.#set("post", `${enabled ? "enable" : "disable"}-eviction/${path(id)}`, { signal });
  }

  async setAutoScale(id: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    await this.#set("post", `${enabled ? "enable" : "disable"}-autoupgrade/${path(id)}`, { signal });
  }

  async setProdPack(id: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    await this.#set("post", `${enabled ? "enable" : "disable"}-prodpack/${path(id)}`, { signal });
  }

  async setBudget(id: string, budget: number, signal: AbortSignal): Promise<void> {
    await this.#set("patch", `update-budget/${path(id)}`, { json: { budget }, signal });
  }

  /** Replaces the whole list. */
  async setReadRegions(id: string, regions: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#set("post", `update-regions/${path(id)}`, { json: { read_regions: regions }, signal });
  }

  /** Replaces the whole list; an empty one lets every address in. */
  async setIpAllowlist(id: string, addresses: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#set("post", `update-allowlist/${path(id)}`, { json: { allowed_ips: addresses }, signal });
  }

  async changePlan(id: string, plan: Plan, signal: AbortSignal): Promise<void> {
    await this.#set("post", `${path(id)}/change-plan`, { json: { plan_name: plan }, signal });
  }

  async setDailyBackup(id: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    await this.#set("patch", `${enabled ? "enable" : "disable"}-dailybackup/${path(id)}`, { signal });
  }

  /** From its answer on, the old password and tokens open nothing. */
  async resetPassword(id: string, signal: AbortSignal): Promise<LiveDatabase> {
    const request = { answer: Database, signal, repeatable: true };
    return toDatabase(await this.#http.post(`/redis/reset-password/${path(id)}`, request));
  }

  stats(id: string, period: string | undefined, signal: AbortSignal) {
    return this.#http.get(`/redis/stats/${path(id)}`, { query: { period }, answer: Stats, signal });
  }

  async backups(id: string, signal: AbortSignal) {
    const found = await this.#http.get(`/redis/list-backup/${path(id)}`, {
      answer: z.array(Backup).nullable(),
      signal,
    });
    return found ?? [];
  }

  /**
   * All of these set a state, so that sending one again changes nothing more. For auto-upgrade Upstash calls the state
   * that it is in already an error; whether it does so for another switch is not known.
   */
  async #set(method: "post" | "patch", rest: string, request: { json?: unknown; signal: AbortSignal }): Promise<void> {
    try {
      await this.#http[method](`/redis/${rest}`, { ...request, repeatable: true });
    } catch (error) {
      if (!(error instanceof ApiError && /already (enabled|disabled)/i.test(error.message))) throw error;
    }
  }
}

function path(segment: string): string {
  return encodeURIComponent(segment);
}
