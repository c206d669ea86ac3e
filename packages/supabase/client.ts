import type { Connection, Explanation, Http } from "@mais/provider-kit";
import { orAbsent, Refused } from "@mais/provider-kit";
import { z } from "zod";
import { ConfigApi } from "./config-api.ts";
import { StorageApi } from "./storage-api.ts";

const Project = z.object({
  ref: z.string(),
  organization_slug: z.string().optional(),
  organization_id: z.string().optional(),
  name: z.string(),
  region: z.string(),
  created_at: z.string().optional(),
  status: z.string(),
  database: z.object({ host: z.string() }).optional(),
});
const Key = z.object({ name: z.string(), api_key: z.string().nullish(), type: z.string().nullish() });
const Pooler = z.object({
  database_type: z.string(),
  db_host: z.string(),
  db_user: z.string(),
  db_name: z.string(),
  pool_mode: z.string(),
  connection_string: z.string(),
});
const Addons = z.object({
  selected_addons: z.array(z.object({ type: z.string(), variant: z.object({ id: z.string() }) })),
});
const Health = z.array(z.object({ name: z.string(), status: z.string(), error: z.string().optional() }));

export interface LiveProject {
  ref: string;
  organizationId: string;
  name: string;
  region: string;
  createdAt: number | undefined;
  status: string;
  databaseHost: string;
}

export interface ServiceHealth {
  name: string;
  status: string;
  error: string | undefined;
}

/** A project's API keys; the new kinds and the legacy ones may each be missing. */
export interface ProjectKeys {
  anonKey: string | undefined;
  serviceRoleKey: string | undefined;
  publishableKey: string | undefined;
  /** The secret key named `default`, or else the first. */
  secretKey: string | undefined;
  secretKeys: { name: string; apiKey: string }[];
}

export interface PoolerAddress {
  host: string;
  user: string;
  database: string;
}

/** How patiently to look while something comes up. */
export interface Pace {
  firstPauseMs?: number;
  longestPauseMs?: number;
}

const ADVICE: Record<number, string> = {
  401: "Set SUPABASE_ACCESS_TOKEN to a token from https://supabase.com/dashboard/account/tokens",
  402: "On the free plan leave instanceSize and add-ons out, or upgrade the organization",
  403: "The account behind SUPABASE_ACCESS_TOKEN must be an owner or administrator of the organization",
};

/** A deleted project answers 400 with these words as often as 404; settings of one answer 406. */
function explain(status: number, body: unknown): Explanation {
  const parsed = z.object({ message: z.string() }).safeParse(body);
  const message = parsed.success ? parsed.data.message : typeof body === "string" && body ? body : "no reason given";
  const gone = status === 404 || status === 406 || (status === 400 && /resource has been removed/i.test(message));
  return { message, gone, advice: ADVICE[status] };
}

/** Supabase's Management API as the provider needs it. */
export class Supabase {
  readonly config: ConfigApi;
  readonly pace: Pace;
  /** The organization that this provider instance is bound to. */
  readonly organization: string | undefined;
  readonly #http: Http;
  readonly #connection: Connection<SupabaseConfig>;
  readonly #storage = new Map<string, Promise<StorageApi>>();

  constructor(connection: Connection<SupabaseConfig>, pace: Pace = {}) {
    const token = connection.credentials.SUPABASE_ACCESS_TOKEN ?? "";
    this.#connection = connection;
    this.#http = connection.http({ headers: { authorization: `Bearer ${token}` }, secrets: [token], explain });
    this.config = new ConfigApi(this.#http);
    this.pace = pace;
    this.organization = connection.config.organization;
  }

  /** Slugs of the organizations that the token reaches. */
  async organizations(signal: AbortSignal): Promise<string[]> {
    const Organizations = z.array(z.object({ id: z.string().optional(), slug: z.string().optional() }));
    const found = await this.#http.get("/v1/organizations", { answer: Organizations, signal });
    return found.flatMap(({ slug, id }) => slug ?? id ?? []);
  }

  async listProjects(signal: AbortSignal): Promise<LiveProject[]> {
    const found = await this.#http.get("/v1/projects", { answer: z.array(Project), signal });
    return found.map(toProject);
  }

  async getProject(ref: string, signal: AbortSignal): Promise<LiveProject> {
    return toProject(await this.#http.get(`/v1/projects/${path(ref)}`, { answer: Project, signal }));
  }

  async createProject(wanted: NewProject, signal: AbortSignal): Promise<LiveProject> {
    const json = {
      name: wanted.name,
      organization_slug: wanted.organizationId,
      db_pass: wanted.databasePassword,
      region_selection: { type: "specific", code: wanted.region },
      desired_instance_size: wanted.instanceSize,
    };
    return toProject(await this.#http.post("/v1/projects", { json, answer: Project, signal }));
  }

  async renameProject(ref: string, name: string, signal: AbortSignal): Promise<void> {
    await this.#http.patch(`/v1/projects/${path(ref)}`, { json: { name }, signal, repeatable: true });
  }

  async setDatabasePassword(ref: string, password: string, signal: AbortSignal): Promise<void> {
    const json = { password };
    await this.#http.patch(`/v1/projects/${path(ref)}/database/password`, { json, signal, repeatable: true });
  }

  async deleteProject(ref: string, signal: AbortSignal): Promise<void> {
    await orAbsent(this.#http.delete(`/v1/projects/${path(ref)}`, { signal }));
  }

  async health(ref: string, services: readonly string[], signal: AbortSignal): Promise<ServiceHealth[]> {
    const query = { services };
    const found = await this.#http.get(`/v1/projects/${path(ref)}/health`, { query, answer: Health, signal });
    return found.map(({ name, status, error }) => ({ name, status, error }));
  }

  async keys(ref: string, signal: AbortSignal): Promise<ProjectKeys> {
    const request = { query: { reveal: true }, answer: z.array(Key), signal };
    const found = await this.#http.get(`/v1/projects/${path(ref)}/api-keys`, request);
    const legacy = (name: string) => found.find((key) => key.name === name && (key.type ?? "legacy") === "legacy");
    const current = (type: string) =>
      found.find((key) => key.type === type && key.name === "default") ?? found.find((key) => key.type === type);
    return {
      anonKey: legacy("anon")?.api_key ?? undefined,
      serviceRoleKey: legacy("service_role")?.api_key ?? undefined,
      publishableKey: current("publishable")?.api_key ?? undefined,
      secretKey: current("secret")?.api_key ?? undefined,
      secretKeys: found.flatMap(({ type, name, api_key: apiKey }) =>
        type === "secret" && apiKey ? { name, apiKey } : [],
      ),
    };
  }

  /** Whether the legacy keys work. The switch is announced for removal; its absence means that they are off. */
  async legacyKeysEnabled(ref: string, signal: AbortSignal): Promise<boolean> {
    const answer = z.object({ enabled: z.boolean() });
    const found = await orAbsent(this.#http.get(`/v1/projects/${path(ref)}/api-keys/legacy`, { answer, signal }));
    return found?.enabled ?? false;
  }

  async setLegacyKeysEnabled(ref: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    await this.#http.put(`/v1/projects/${path(ref)}/api-keys/legacy`, { query: { enabled }, signal });
  }

  /** The shared pooler of the primary database. Its host cannot be composed, only asked for. */
  async pooler(ref: string, signal: AbortSignal): Promise<PoolerAddress | undefined> {
    const [primary] = await this.#primaryPoolers(ref, signal);
    return primary && { host: primary.db_host, user: primary.db_user, database: primary.db_name };
  }

  /** Connection strings by pool mode, with a placeholder for the password. */
  async poolerUrls(ref: string, signal: AbortSignal): Promise<Record<string, string>> {
    const found = await this.#primaryPoolers(ref, signal);
    return Object.fromEntries(found.map(({ pool_mode: mode, connection_string: url }) => [mode, url]));
  }

  async #primaryPoolers(ref: string, signal: AbortSignal) {
    const request = { answer: z.array(Pooler), signal };
    const found = await this.#http.get(`/v1/projects/${path(ref)}/config/database/pooler`, request);
    return found.filter(({ database_type: type }) => type === "PRIMARY");
  }

  /** The compute size, without the add-on's `ci_`; undefined where there is no such add-on (the free plan, nano). */
  async instanceSize(ref: string, signal: AbortSignal): Promise<string | undefined> {
    const found = await this.#http.get(`/v1/projects/${path(ref)}/billing/addons`, { answer: Addons, signal });
    const compute = found.selected_addons.find(({ type }) => type === "compute_instance");
    return compute?.variant.id.replace(/^ci_/, "");
  }

  async resize(ref: string, size: string, signal: AbortSignal): Promise<void> {
    const json = { addon_type: "compute_instance", addon_variant: `ci_${size}` };
    await this.#http.patch(`/v1/projects/${path(ref)}/billing/addons`, { json, signal, repeatable: true });
  }

  async removeInstanceSize(ref: string, size: string, signal: AbortSignal): Promise<void> {
    await orAbsent(this.#http.delete(`/v1/projects/${path(ref)}/billing/addons/ci_${path(size)}`, { signal }));
  }

  /** The project's own Storage API. Its key is asked for once per run. */
  storage(ref: string, signal: AbortSignal): Promise<StorageApi> {
    const open = this.#storage.get(ref) ?? this.#openStorage(ref, signal);
    this.#storage.set(ref, open);
    open.catch(() => this.#storage.delete(ref));
    return open;
  }

  async #openStorage(ref: string, signal: AbortSignal): Promise<StorageApi> {
    const keys = await this.keys(ref, signal);
    return StorageApi.open(this.#connection, ref, keys);
  }
}

export interface SupabaseConfig {
  /** A slug. */
  organization?: string | undefined;
}

export interface NewProject {
  name: string | undefined;
  organizationId: string;
  databasePassword: string;
  region: string;
  instanceSize: string | undefined;
}

function path(segment: string): string {
  return encodeURIComponent(segment);
}

function toProject(wire: z.output<typeof Project>): LiveProject {
  const organizationId = wire.organization_slug ?? wire.organization_id;
  if (organizationId === undefined) throw new Refused(`Supabase did not say to which organization ${wire.ref} belongs`);
  return {
    ...{ ref: wire.ref, organizationId, name: wire.name, region: wire.region, status: wire.status },
    createdAt: wire.created_at === undefined ? undefined : Date.parse(wire.created_at),
    databaseHost: wire.database?.host ?? `db.${wire.ref}.supabase.co`,
  };
}
