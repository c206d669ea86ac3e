import { type Explanation, type Http, type RawMethod, type RawOptions, sendRaw } from "@mais/provider-kit";
import { z } from "zod";
import { Deployments } from "./deployments.ts";
import { DomainAnswer, DomainConfigAnswer, type DomainTarget, domainTargetToWire } from "./domain-wire.ts";
import { Firewall } from "./firewall-api.ts";
import type { GitRepository, Settings } from "./project-inputs.ts";
import { changesToWire, ProjectAnswer, settingsToWire } from "./project-wire.ts";
import { ProtectionBypasses } from "./protection-bypasses.ts";
import { Variables } from "./variables.ts";
import { Webhooks } from "./webhooks.ts";

type Query = Record<string, string>;

/** Vercel's REST API, as far as our resources need it. https://vercel.com/docs/rest-api */
export class Vercel {
  readonly #http: Http;
  /** Whose objects are meant: a team by id or slug, else the token's own account. */
  readonly #scope: Query;
  readonly deployments: Deployments;
  readonly variables: Variables;
  readonly webhooks: Webhooks;
  readonly bypasses: ProtectionBypasses;
  readonly firewall: Firewall;

  constructor(http: Http, team: string | undefined) {
    this.#http = http;
    this.#scope = team === undefined ? {} : team.startsWith("team_") ? { teamId: team } : { slug: team };
    this.deployments = new Deployments(http, this.#scope);
    this.variables = new Variables(http, this.#scope);
    this.webhooks = new Webhooks(http, this.#scope);
    this.bypasses = new ProtectionBypasses(http, this.#scope);
    this.firewall = new Firewall(http, this.#scope);
  }

  /** Any request in the team's scope, for objects that have no resource here. */
  request(method: RawMethod, path: string, options: RawOptions) {
    return sendRaw(this.#http, method, path, { ...options, query: { ...options.query, ...this.#scope } });
  }

  team(idOrSlug: string, signal: AbortSignal) {
    return this.#http.get(`/v2/teams/${part(idOrSlug)}`, {
      signal,
      answer: z.object({ id: z.string(), slug: z.string() }),
    });
  }

  project(idOrName: string, signal: AbortSignal) {
    return this.#http.get(`/v9/projects/${part(idOrName)}`, { ...this.#call(signal), answer: ProjectAnswer });
  }

  /** Makes the project with those settings that creation takes; `finishProject` sends the others. */
  createProject(name: string, settings: Partial<Settings>, git: GitRepository | undefined, signal: AbortSignal) {
    const json = { name, ...settingsToWire(settings).atCreation, ...(git ? { gitRepository: repository(git) } : {}) };
    return this.#http.post("/v11/projects", { ...this.#call(signal), json, answer: ProjectAnswer });
  }

  /** Sends what creation does not take; undefined when there is nothing. */
  async finishProject(
    id: string,
    settings: Partial<Settings>,
    signal: AbortSignal,
  ): Promise<ProjectAnswer | undefined> {
    const { later } = settingsToWire(settings);
    return Object.keys(later).length === 0 ? undefined : this.#patchProject(id, later, signal);
  }

  /** Sends the changed settings and resets those no longer given; undefined when nothing of it can be sent. */
  async editProject(
    id: string,
    { name, changed, settings }: { name?: string; changed: Iterable<string>; settings: Partial<Settings> },
    signal: AbortSignal,
  ): Promise<ProjectAnswer | undefined> {
    const body = { ...(name === undefined ? {} : { name }), ...changesToWire(settings, changed) };
    return Object.keys(body).length === 0 ? undefined : this.#patchProject(id, body, signal);
  }

  #patchProject(id: string, json: Record<string, unknown>, signal: AbortSignal): Promise<ProjectAnswer> {
    return this.#http.patch(`/v9/projects/${part(id)}`, {
      ...this.#call(signal),
      json,
      answer: ProjectAnswer,
      repeatable: true,
    });
  }

  deleteProject(id: string, signal: AbortSignal) {
    return this.#http.delete(`/v9/projects/${part(id)}`, this.#call(signal));
  }

  link(projectId: string, git: GitRepository, signal: AbortSignal) {
    const json = repository(git);
    return this.#http.post(`/v9/projects/${part(projectId)}/link`, {
      ...this.#call(signal),
      json,
      answer: ProjectAnswer,
    });
  }

  unlink(projectId: string, signal: AbortSignal) {
    return this.#http.delete(`/v9/projects/${part(projectId)}/link`, this.#call(signal));
  }

  setProductionBranch(projectId: string, branch: string, signal: AbortSignal) {
    const request = { ...this.#call(signal), json: { branch }, answer: ProjectAnswer, repeatable: true };
    return this.#http.patch(`/v9/projects/${part(projectId)}/branch`, request);
  }

  addDomain(projectId: string, name: string, target: DomainTarget, signal: AbortSignal) {
    const json = { name, ...domainTargetToWire(target) };
    return this.#http.post(`/v10/projects/${part(projectId)}/domains`, {
      ...this.#call(signal),
      json,
      answer: DomainAnswer,
    });
  }

  domain(projectId: string, name: string, signal: AbortSignal) {
    return this.#http.get(domainPath(projectId, name), { ...this.#call(signal), answer: DomainAnswer });
  }

  editDomain(projectId: string, name: string, target: DomainTarget, signal: AbortSignal) {
    const json = { redirect: null, redirectStatusCode: null, gitBranch: null, ...domainTargetToWire(target) };
    return this.#http.patch(domainPath(projectId, name), {
      ...this.#call(signal),
      json,
      answer: DomainAnswer,
      repeatable: true,
    });
  }

  removeDomain(projectId: string, name: string, signal: AbortSignal) {
    return this.#http.delete(domainPath(projectId, name), this.#call(signal));
  }

  /** Has Vercel look for the DNS record; refused while it is not there. */
  verifyDomain(projectId: string, name: string, signal: AbortSignal) {
    const request = { ...this.#call(signal), answer: z.object({ verified: z.boolean() }), repeatable: true };
    return this.#http.post(`${domainPath(projectId, name)}/verify`, request);
  }

  /** Whether DNS leads the name to Vercel; apart from its verification. */
  domainConfig(projectId: string, name: string, signal: AbortSignal) {
    const query = { ...this.#scope, projectIdOrName: projectId };
    return this.#http.get(`/v6/domains/${part(name)}/config`, { query, signal, answer: DomainConfigAnswer });
  }

  #call(signal: AbortSignal): { query: Query; signal: AbortSignal } {
    return { query: this.#scope, signal };
  }
}

function domainPath(projectId: string, name: string): string {
  return `/v9/projects/${part(projectId)}/domains/${part(name)}`;
}

function repository({ type, repo }: GitRepository): { type: string; repo: string } {
  return { type, repo };
}

function part(text: string): string {
  return encodeURIComponent(text);
}

const ErrorBody = z.object({ error: z.object({ code: z.string().optional(), message: z.string().optional() }) });

/** What Vercel's error body says. https://vercel.com/docs/rest-api/errors */
export function explain(status: number, body: unknown): Explanation {
  const { error } = ErrorBody.safeParse(body).data ?? { error: {} };
  const { code, message = "no explanation given" } = error;
  return { message, code, advice: adviceFor(status, code) };
}

function adviceFor(status: number, code: string | undefined): string | undefined {
  if (code?.startsWith("ENV_"))
    return "Delete that variable in Vercel, or take it out of the program: one variable has one owner";
  if (status === 401 || status === 403)
    return "Check that VERCEL_API_TOKEN is valid and belongs to a member of the team who may change projects (vercel.com/account/settings/tokens)";
  if (status === 402 || status === 428)
    return "The team's plan or add-ons do not include this: change the plan, or leave the setting out";
  return undefined;
}
