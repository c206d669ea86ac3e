import type { Http } from "@mais/provider-kit";
import {
  EnvAnswer,
  EnvListAnswer,
  type EnvVariable,
  EnvWriteAnswer,
  type LiveVariable,
  liveVariable,
  movedToWire,
  variableChanges,
  variableToWire,
  type WriteFailure,
} from "./env-wire.ts";

type Query = Record<string, string>;

/** The environment variables of projects, each project named by its id or its name. */
export class Variables {
  readonly #http: Http;
  readonly #scope: Query;

  constructor(http: Http, scope: Query) {
    this.#http = http;
    this.#scope = scope;
  }

  /** All variables of a project, decrypted where they can be read at all. */
  async list(projectId: string, signal: AbortSignal): Promise<LiveVariable[]> {
    const found: LiveVariable[] = [];
    for (let until: number | undefined; ; ) {
      const query = { ...this.#scope, decrypt: "true", ...(until === undefined ? {} : { until: String(until) }) };
      const path = `/v10/projects/${part(projectId)}/env`;
      const answer = await this.#http.get(path, { query, signal, answer: EnvListAnswer });
      found.push(...answer.envs.map(liveVariable));
      const next = answer.pagination?.next ?? undefined;
      if (next === undefined || next === until) return found;
      until = next;
    }
  }

  /**
   * Writes variables in one call. With `overwrite` an entry of the same key and scope gets the new value; without, it
   * is refused. An accepted call can still have refused some of them: read `failed`.
   */
  async write(
    projectId: string,
    variables: readonly EnvVariable[],
    { overwrite, signal }: { overwrite: boolean; signal: AbortSignal },
  ): Promise<{ written: LiveVariable[]; failed: WriteFailure[] }> {
    const query = { ...this.#scope, ...(overwrite ? { upsert: "true" } : {}) };
    const json = variables.map(variableToWire);
    const path = `/v10/projects/${part(projectId)}/env`;
    const answer = await this.#http.post(path, { query, json, signal, answer: EnvWriteAnswer, repeatable: overwrite });
    return {
      written: [answer.created ?? []].flat().map(liveVariable),
      failed: answer.failed.map(({ error }) => error),
    };
  }

  async get(projectId: string, id: string, signal: AbortSignal): Promise<LiveVariable> {
    const path = `/v1/projects/${part(projectId)}/env/${part(id)}`;
    return liveVariable(await this.#http.get(path, { query: this.#scope, signal, answer: EnvAnswer }));
  }

  /** Sends the properties of these names alone; what is no longer given is cleared. */
  change(
    projectId: string,
    id: string,
    { variable, names, signal }: { variable: EnvVariable; names: ReadonlySet<string>; signal: AbortSignal },
  ): Promise<LiveVariable> {
    return this.#patch(projectId, id, { json: variableChanges(variable, names), signal });
  }

  /** Gives an entry another scope and value; the branch and the custom environments that it leaves are cleared. */
  move(projectId: string, from: LiveVariable, variable: EnvVariable, signal: AbortSignal): Promise<LiveVariable> {
    return this.#patch(projectId, from.id, { json: movedToWire(variable, from), signal });
  }

  delete(projectId: string, id: string, signal: AbortSignal) {
    return this.#http.delete(`/v9/projects/${part(projectId)}/env/${part(id)}`, { query: this.#scope, signal });
  }

  deleteMany(projectId: string, ids: readonly string[], signal: AbortSignal) {
    const path = `/v1/projects/${part(projectId)}/env`;
    return this.#http.delete(path, { query: this.#scope, signal, json: { ids } });
  }

  async #patch(
    projectId: string,
    id: string,
    { json, signal }: { json: Record<string, unknown>; signal: AbortSignal },
  ): Promise<LiveVariable> {
    const request = { query: this.#scope, signal, json, answer: EnvAnswer, repeatable: true };
    return liveVariable(await this.#http.patch(`/v9/projects/${part(projectId)}/env/${part(id)}`, request));
  }
}

function part(text: string): string {
  return encodeURIComponent(text);
}
