import type { Connection, Explanation, Http, RawMethod, RawOptions } from "@mais/provider-kit";
import { orAbsent, Refused, sendRaw } from "@mais/provider-kit";
import { z } from "zod";
import { AddOnsApi } from "./add-ons-api.ts";
import { ApiKeysApi } from "./api-keys-api.ts";
import { ConfigApi } from "./config-api.ts";
import { DatabaseApi } from "./database-api.ts";
import { RolesApi } from "./roles-api.ts";
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
const Health = z.array(z.object({ name: z.string(), status: z.string(), error: z.string().optional() }));

export interface LiveProject {
  ref: string;
  organizationId: string;
  name: string;
  region: string;
  createdAt: number | undefined;
  status: string;
  databaseHost: string;
  databasePort: number;
}

export interface ServiceHealth {
  name: string;
  status: string;
  error: string | undefined;
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
  readonly database: DatabaseApi;
  readonly roles: RolesApi;
  readonly apiKeys: ApiKeysApi;
  readonly addOns: AddOnsApi;
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
    this.database = new DatabaseApi(this.#http);
    this.roles = new RolesApi(this.#http);
    this.apiKeys = new ApiKeysApi(this.#http);
    this.addOns = new AddOnsApi(this.#http);
    this.pace = pace;
    this.organization = connection.config.organization;
  }

  /** Any request, for objects that have no resource here. */
  request(method: RawMethod, path: string, options: RawOptions) {
    return sendRaw(this.#http, method, path, options);
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

  async deleteProject(ref: string, signal: AbortSignal): Promise<void> {
    await orAbsent(this.#http.delete(`/v1/projects/${path(ref)}`, { signal }));
  }

  async health(ref: string, services: readonly string[], signal: AbortSignal): Promise<ServiceHealth[]> {
    const query = { services };
    const found = await this.#http.get(`/v1/projects/${path(ref)}/health`, { query, answer: Health, signal });
    return found.map(({ name, status, error }) => ({ name, status, error }));
  }

  /** The project's own Storage API. Its key is asked for once per run. */
  storage(ref: string, signal: AbortSignal): Promise<StorageApi> {
    const open = this.#storage.get(ref) ?? this.#openStorage(ref, signal);
    this.#storage.set(ref, open);
    open.catch(() => this.#storage.delete(ref));
    return open;
  }

  /** After a key is gone: it may be the one that the Storage API was opened with. */
  forgetStorage(ref: string): void {
    this.#storage.delete(ref);
  }

  async #openStorage(ref: string, signal: AbortSignal): Promise<StorageApi> {
    const keys = await this.apiKeys.summary(ref, signal);
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
    ...directAddress(wire.database?.host ?? `db.${wire.ref}.supabase.co`),
  };
}

const POSTGRES_PORT = 5432;

/** Supabase names the host alone, and Postgres is at its usual port there; a stand-in may name another. */
function directAddress(host: string): { databaseHost: string; databasePort: number } {
  const [, name = host, port] = /^([^:]+):(\d+)$/.exec(host) ?? [];
  return { databaseHost: name, databasePort: port === undefined ? POSTGRES_PORT : Number(port) };
}
