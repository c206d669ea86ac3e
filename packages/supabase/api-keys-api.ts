import type { Http } from "@mais/provider-kit";
import { orAbsent } from "@mais/provider-kit";
import { z } from "zod";

const Key = z.object({
  id: z.string().nullish(),
  name: z.string(),
  type: z.string().nullish(),
  api_key: z.string().nullish(),
  description: z.string().nullish(),
  secret_jwt_template: z.record(z.string(), z.unknown()).nullish(),
  inserted_at: z.string().nullish(),
});
type Wire = z.output<typeof Key>;

export type KeyType = "publishable" | "secret";

/** A key of the new kinds, which have ids. */
export interface LiveKey {
  id: string;
  name: string;
  type: KeyType;
  apiKey: string | undefined;
  description: string | undefined;
  /** The Postgres role that a secret key acts as. */
  role: string | undefined;
  createdAt: number | undefined;
}

/** A project's API keys at a glance; the new kinds and the legacy ones may each be missing. */
export interface ProjectKeys {
  anonKey: string | undefined;
  serviceRoleKey: string | undefined;
  /** The publishable key named `default`, or else the first. */
  publishableKey: string | undefined;
  /** The secret key named `default`, or else the first. */
  secretKey: string | undefined;
  secretKeys: { name: string; apiKey: string }[];
}

export interface KeySettings {
  name: string;
  /** Null takes it away. */
  description: string | null;
}

/** Secret keys act as this Postgres role, as in the official provider. */
const SECRET_ROLE = "service_role";
/** Without it, values come back masked. */
const query = { reveal: true };

/** The API keys of projects. */
export class ApiKeysApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async summary(ref: string, signal: AbortSignal): Promise<ProjectKeys> {
    const found = await this.#list(ref, signal);
    const legacy = (name: string) => found.find((key) => key.name === name && (key.type ?? "legacy") === "legacy");
    const current = (type: KeyType) =>
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

  async list(ref: string, signal: AbortSignal): Promise<LiveKey[]> {
    return (await this.#list(ref, signal)).flatMap((wire) => toKey(wire) ?? []);
  }

  async #list(ref: string, signal: AbortSignal): Promise<Wire[]> {
    return this.#http.get(at(ref), { query, answer: z.array(Key), signal });
  }

  async get(ref: string, id: string, signal: AbortSignal): Promise<LiveKey | undefined> {
    const found = await orAbsent(this.#http.get(at(ref, id), { query, answer: Key, signal }));
    return found && toKey(found);
  }

  async create(ref: string, type: KeyType, { settings, signal }: { settings: KeySettings; signal: AbortSignal }) {
    const template = type === "secret" ? { secret_jwt_template: { role: SECRET_ROLE } } : {};
    const json = { type, ...settings, ...template };
    return toKey(await this.#http.post(at(ref), { query, json, answer: Key, signal }));
  }

  async change(ref: string, id: string, { settings, signal }: { settings: KeySettings; signal: AbortSignal }) {
    const request = { query, json: { ...settings }, answer: Key, signal, repeatable: true };
    return toKey(await this.#http.patch(at(ref, id), request));
  }

  async delete(ref: string, id: string, signal: AbortSignal): Promise<void> {
    await orAbsent(this.#http.delete(at(ref, id), { signal }));
  }

  /** Whether the legacy keys work. The switch is announced for removal; its absence means that they are off. */
  async legacyEnabled(ref: string, signal: AbortSignal): Promise<boolean> {
    const answer = z.object({ enabled: z.boolean() });
    const found = await orAbsent(this.#http.get(at(ref, "legacy"), { answer, signal }));
    return found?.enabled ?? false;
  }

  async setLegacyEnabled(ref: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    await this.#http.put(at(ref, "legacy"), { query: { enabled }, signal });
  }
}

function at(ref: string, rest?: string): string {
  const base = `/v1/projects/${encodeURIComponent(ref)}/api-keys`;
  return rest === undefined ? base : `${base}/${encodeURIComponent(rest)}`;
}

/** Undefined for the legacy keys, which have no id. */
function toKey(wire: Wire): LiveKey | undefined {
  if (!wire.id || (wire.type !== "secret" && wire.type !== "publishable")) return undefined;
  const role = wire.secret_jwt_template?.role;
  return {
    ...{ id: wire.id, name: wire.name, type: wire.type },
    apiKey: wire.api_key ?? undefined,
    description: wire.description || undefined,
    role: typeof role === "string" ? role : undefined,
    createdAt: wire.inserted_at ? Date.parse(wire.inserted_at) : undefined,
  };
}
