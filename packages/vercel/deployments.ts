import { ApiError, type Http, Refused, Unsettled, waitFor } from "@mais/provider-kit";
import {
  AliasesAnswer,
  AliasRequestAnswer,
  type AliasStatus,
  type Deployment,
  DeploymentAnswer,
  DeploymentListAnswer,
  deploymentFromWire,
} from "./deployment-wire.ts";

export interface DeploymentFilter {
  target?: string | undefined;
  state?: string | undefined;
  rollbackCandidate?: boolean | undefined;
  limit?: number | undefined;
}

/** How long to wait for Vercel, and what to tell meanwhile. */
export interface Waiting {
  signal: AbortSignal;
  limitMs?: number;
  progress?(message: string): void;
  /** @defaultValue 250 */
  firstPauseMs?: number;
}

/** What a promotion or a rollback came to. */
export interface Move {
  /** The one that production serves now; a promoted preview is built anew and has another id. */
  deploymentId: string;
  /** False where production served it already, so that nothing was asked. */
  moved: boolean;
  aliases: AliasStatus[];
}

const READY_LIMIT_MS = 20 * 60_000;
/** What Vercel's own command line waits for domains. */
const MOVE_LIMIT_MS = 3 * 60_000;
const FAILED = ["ERROR", "CANCELED", "DELETED", "BLOCKED"];

/** A project's deployments: their state, and which of them production serves. */
export class Deployments {
  readonly #http: Http;
  readonly #scope: Record<string, string>;

  constructor(http: Http, scope: Record<string, string>) {
    this.#http = http;
    this.#scope = scope;
  }

  /** The newest first, one page. */
  async list(projectId: string, filter: DeploymentFilter, signal: AbortSignal): Promise<Deployment[]> {
    const wanted = Object.entries({ projectId, ...filter }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const query = { ...this.#scope, ...Object.fromEntries(wanted) };
    const { deployments } = await this.#http.get("/v7/deployments", { query, signal, answer: DeploymentListAnswer });
    return deployments.map(deploymentFromWire);
  }

  async get(idOrUrl: string, signal: AbortSignal): Promise<Deployment> {
    const path = `/v13/deployments/${encodeURIComponent(idOrUrl)}`;
    return deploymentFromWire(await this.#http.get(path, { query: this.#scope, signal, answer: DeploymentAnswer }));
  }

  /** Waits until it is built; one that failed is an error that says why. */
  async waitReady(id: string, { signal, limitMs = READY_LIMIT_MS, progress, ...pace }: Waiting): Promise<Deployment> {
    const look = async (): Promise<Deployment | undefined> => {
      const seen = await this.get(id, signal);
      if (seen.state === "READY") return seen;
      if (FAILED.includes(seen.state)) throw new Refused(failureOf(seen));
      progress?.(`${seen.name}: ${seen.state.toLowerCase()}`);
      return undefined;
    };
    return waitFor(`The deployment ${id}`, look, { signal, limitMs, ...pace });
  }

  /**
   * Gives production to a deployment and waits until every domain leads to it. After a rollback this switches the
   * assignment of new deployments on again. A preview is first built anew for production, with production's variables.
   */
  async promote(projectId: string, deploymentId: string, waiting: Waiting): Promise<Move> {
    const found = await this.get(deploymentId, waiting.signal);
    const isProduction = found.target === "production";
    const id = isProduction ? found.id : await this.#buildForProduction(projectId, found, waiting);
    const move = await this.#move("promote", projectId, id, waiting);
    // A new build may have been given the domains by itself.
    return isProduction ? move : { ...move, moved: true };
  }

  /**
   * Gives production back to an earlier deployment, with the variables that it was built with, and builds nothing. New
   * production deployments then stay staged until one is promoted.
   */
  rollback(projectId: string, deploymentId: string, waiting: Waiting): Promise<Move> {
    return this.#move("rollback", projectId, deploymentId, waiting);
  }

  /** How far each domain is in the last promotion or rollback. */
  async aliases(projectId: string, kind: "promote" | "rollback", signal: AbortSignal): Promise<AliasStatus[]> {
    const path = `/v1${projectPath(projectId)}/${kind}/aliases`;
    const query = { ...this.#scope, limit: "100" };
    return (await this.#http.get(path, { query, signal, answer: AliasesAnswer })).aliases;
  }

  async #buildForProduction(projectId: string, { id, name }: Deployment, waiting: Waiting): Promise<string> {
    const json = { name, project: projectId, deploymentId: id, target: "production", meta: { action: "promote" } };
    const request = { query: this.#scope, signal: waiting.signal, json, answer: DeploymentAnswer };
    const made = deploymentFromWire(await this.#http.post("/v13/deployments", request));
    return (await this.waitReady(made.id, waiting)).id;
  }

  async #move(kind: "promote" | "rollback", projectId: string, id: string, waiting: Waiting): Promise<Move> {
    const { signal, limitMs = MOVE_LIMIT_MS, progress, ...pace } = waiting;
    const before = await this.#lastRequest(projectId, signal);
    const isUnderWay = isOpen(before) && isFor(before, id, kind);
    const isServed = !isOpen(before) && before.targets?.production?.id === id;
    if (isServed) return { deploymentId: id, moved: false, aliases: [] };
    if (!isUnderWay) await this.#ask(kind, projectId, id, signal);
    const look = async (): Promise<string | undefined> => {
      const seen = await this.#lastRequest(projectId, signal);
      const isNew = isUnderWay || seen.lastAliasRequest?.requestedAt !== before.lastAliasRequest?.requestedAt;
      if (!isNew || !isFor(seen, id, kind) || isOpen(seen)) return undefined;
      return seen.lastAliasRequest?.jobStatus;
    };
    progress?.(`${kind}: moving the production domains`);
    const ended = await waitFor(`The ${kind} to ${id}`, look, { signal, limitMs, ...pace });
    const aliases = await this.aliases(projectId, kind, signal);
    if (ended !== "succeeded") throw new Refused(unmoved(kind, ended, aliases));
    return { deploymentId: id, moved: true, aliases };
  }

  /** A lost answer is no failure: the project says whether the request has arrived. */
  async #ask(kind: "promote" | "rollback", projectId: string, id: string, signal: AbortSignal): Promise<void> {
    const path = `/${kind === "promote" ? "v10" : "v1"}${projectPath(projectId)}/${kind}/${encodeURIComponent(id)}`;
    try {
      await this.#http.post(path, { query: this.#scope, signal, json: {} });
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof Unsettled)) throw error;
      if (isFor(await this.#lastRequest(projectId, signal), id, kind)) return;
      throw error;
    }
  }

  #lastRequest(projectId: string, signal: AbortSignal): Promise<AliasRequestAnswer> {
    const query = { ...this.#scope, rollbackInfo: "true" };
    return this.#http.get(`/v9${projectPath(projectId)}`, { query, signal, answer: AliasRequestAnswer });
  }
}

function projectPath(projectId: string): string {
  return `/projects/${encodeURIComponent(projectId)}`;
}

function isFor({ lastAliasRequest }: AliasRequestAnswer, id: string, kind: string): boolean {
  return lastAliasRequest?.toDeploymentId === id && lastAliasRequest.type === kind;
}

function isOpen({ lastAliasRequest }: AliasRequestAnswer): boolean {
  return ["pending", "in-progress"].includes(lastAliasRequest?.jobStatus ?? "");
}

function failureOf({ id, name, state, failure = "Vercel names no reason" }: Deployment): string {
  if (state === "BLOCKED")
    return `The deployment ${id} of ${name} waits for a person: open it in Vercel, then run the same command again`;
  return `The deployment ${id} of ${name} ended as ${state}: ${failure}. Its log in Vercel says more; production was not touched`;
}

function unmoved(kind: string, status: string, aliases: readonly AliasStatus[]): string {
  const left = aliases.filter(({ status: one }) => one !== "completed").map(({ alias }) => alias);
  const domains = left.length > 0 ? ` These domains did not move: ${left.join(", ")}.` : "";
  return `Vercel ended the ${kind} as ${status}.${domains} Look at the project's domains in Vercel, then run the same command again`;
}
