import type { Connection, Explanation, Http, RawMethod, RawOptions } from "@mais/provider-kit";
import { ApiError, orAbsent, sendRaw } from "@mais/provider-kit";
import { z } from "zod";

/** Fields that only some sources list are optional; the published OpenAPI lacks the credentials, which may also be hidden. */
const Database = z.object({
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
  db_max_clients: z.number().optional(),
  db_max_request_size: z.number().optional(),
  db_max_entry_size: z.number().optional(),
  db_memory_threshold: z.number().optional(),
  db_disk_threshold: z.number().optional(),
  db_daily_bandwidth_limit: z.number().optional(),
  db_max_commands_per_second: z.number().optional(),
});

export type LiveDatabase = ReturnType<typeof toDatabase>;

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

  /** Asking for the state that it is in already is an error here, and only here. */
  async setAutoScale(id: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.#set("post", `${enabled ? "enable" : "disable"}-autoupgrade/${path(id)}`, { signal });
    } catch (error) {
      if (!(error instanceof ApiError && /already (enabled|disabled)/i.test(error.message))) throw error;
    }
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

  /** All of these set a state, so that sending one again changes nothing more. */
  async #set(method: "post" | "patch", rest: string, request: { json?: unknown; signal: AbortSignal }): Promise<void> {
    await this.#http[method](`/redis/${rest}`, { ...request, repeatable: true });
  }
}

function path(segment: string): string {
  return encodeURIComponent(segment);
}

function toDatabase(wire: z.output<typeof Database>) {
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
    dbMaxClients: wire.db_max_clients,
    dbMaxRequestSize: wire.db_max_request_size,
    dbMaxEntrySize: wire.db_max_entry_size,
    dbMemoryThreshold: wire.db_memory_threshold,
    dbDiskThreshold: wire.db_disk_threshold,
    dbDailyBandwidthLimit: wire.db_daily_bandwidth_limit,
    dbMaxCommandsPerSecond: wire.db_max_commands_per_second,
  };
}
