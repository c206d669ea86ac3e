import type { Http } from "@mais/provider-kit";
import { ApiError } from "@mais/provider-kit";
import { z } from "zod";

type Values = Record<string, unknown>;
const Values = z.record(z.string(), z.unknown());
const Network = z.object({
  config: z.object({
    dbAllowedCidrs: z.array(z.string()).optional(),
    dbAllowedCidrsV6: z.array(z.string()).optional(),
  }),
});
const Ssl = z.object({ currentConfig: z.object({ database: z.boolean() }), appliedSuccessfully: z.boolean() });
const Poolers = z.array(z.looseObject({ database_type: z.string() }));

export interface SslEnforcement {
  enforced: boolean;
  applied: boolean;
}

/** The settings of a project, by the Management API's own field names: users write them so, in JSON. */
export class ConfigApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  postgres(ref: string, signal: AbortSignal): Promise<Values> {
    return this.#http.get(at(ref, "config/database/postgres"), { answer: Values, signal });
  }

  async changePostgres(ref: string, json: Values, signal: AbortSignal): Promise<Values> {
    return this.#http.put(at(ref, "config/database/postgres"), { json, answer: Values, signal });
  }

  auth(ref: string, signal: AbortSignal): Promise<Values> {
    return this.#http.get(at(ref, "config/auth"), { answer: Values, signal });
  }

  changeAuth(ref: string, json: Values, signal: AbortSignal): Promise<Values> {
    return this.#http.patch(at(ref, "config/auth"), { json, answer: Values, signal, repeatable: true });
  }

  /** PostgREST, which serves the Data API. */
  dataApi(ref: string, signal: AbortSignal): Promise<Values> {
    return this.#http.get(at(ref, "postgrest"), { answer: Values, signal });
  }

  changeDataApi(ref: string, json: Values, signal: AbortSignal): Promise<Values> {
    return this.#http.patch(at(ref, "postgrest"), { json, answer: Values, signal, repeatable: true });
  }

  storage(ref: string, signal: AbortSignal): Promise<Values> {
    return this.#http.get(at(ref, "config/storage"), { answer: Values, signal });
  }

  /** Answers an empty body, so the effect is read back. */
  async changeStorage(ref: string, json: Values, signal: AbortSignal): Promise<Values> {
    await this.#http.patch(at(ref, "config/storage"), { json, signal, repeatable: true });
    return this.storage(ref, signal);
  }

  async pooler(ref: string, signal: AbortSignal): Promise<Values> {
    const found = await this.#http.get(at(ref, "config/database/pooler"), { answer: Poolers, signal });
    return found.find(({ database_type: type }) => type === "PRIMARY") ?? {};
  }

  async changePooler(ref: string, json: Values, signal: AbortSignal): Promise<Values> {
    await this.#http.patch(at(ref, "config/database/pooler"), { json, signal, repeatable: true });
    return this.pooler(ref, signal);
  }

  /** The addresses that may reach the database; Supabase keeps IPv4 and IPv6 apart, users write one list. */
  async network(ref: string, signal: AbortSignal): Promise<string[]> {
    const { config } = await this.#http.get(at(ref, "network-restrictions"), { answer: Network, signal });
    return [...(config.dbAllowedCidrs ?? []), ...(config.dbAllowedCidrsV6 ?? [])];
  }

  async changeNetwork(ref: string, cidrs: readonly string[], signal: AbortSignal): Promise<string[]> {
    const isV6 = (cidr: string) => cidr.includes(":");
    const json = { dbAllowedCidrs: cidrs.filter((cidr) => !isV6(cidr)), dbAllowedCidrsV6: cidrs.filter(isV6) };
    await this.#http.post(at(ref, "network-restrictions/apply"), { json, signal, repeatable: true });
    return this.network(ref, signal);
  }

  /** Undefined where the plan or the kind of project has no SSL enforcement. */
  ssl(ref: string, signal: AbortSignal): Promise<SslEnforcement | undefined> {
    return unlessNotOffered(async () => {
      const answer = await this.#http.get(at(ref, "ssl-enforcement"), { answer: Ssl, signal });
      return { enforced: answer.currentConfig.database, applied: answer.appliedSuccessfully };
    });
  }

  /** Undefined likewise; what is answered is not in force yet. */
  changeSsl(ref: string, database: boolean, signal: AbortSignal): Promise<{ enforced: boolean } | undefined> {
    return unlessNotOffered(async () => {
      await this.#http.put(at(ref, "ssl-enforcement"), { json: { requestedConfig: { database } }, signal });
      return { enforced: database };
    });
  }
}

async function unlessNotOffered<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && /not allowed to configure SSL enforcement/i.test(error.message)) return undefined;
    throw error;
  }
}

function at(ref: string, rest: string): string {
  return `/v1/projects/${encodeURIComponent(ref)}/${rest}`;
}
