import { type Http, orAbsent, type RawMethod, type RawOptions, sendRaw } from "@mais/provider-kit";
import type { z } from "zod";
import * as wire from "./wire.ts";

/** Whatever stops the call: a resource's call, or just a signal. */
export interface Stop {
  signal: AbortSignal;
}

export type Body = Record<string, unknown>;

/** Render's longest page. */
export const PAGE = 100;

/** What belongs to the workspace as a whole: its owner, env groups, projects and their environments. */
export class WorkspaceApi {
  readonly ownerId: string;
  /** Its dashboard cannot be opened. */
  readonly sandbox: boolean;
  /** Between two looks at a deploy, in milliseconds; tests want it shorter. */
  pace: { firstPauseMs?: number; longestPauseMs?: number } = {};
  protected readonly http: Http;

  constructor(http: Http, { ownerId, sandbox }: { ownerId: string; sandbox: boolean }) {
    this.http = http;
    this.ownerId = ownerId;
    this.sandbox = sandbox;
  }

  /** Any request, for objects that have no resource here. */
  request(method: RawMethod, path: string, options: RawOptions) {
    return sendRaw(this.http, method, path, options);
  }

  owner({ signal }: Stop) {
    return this.http.get(`/owners/${this.ownerId}`, { answer: wire.Owner, signal });
  }

  // Env groups

  async envGroupsNamed(name: string, stop: Stop) {
    return (await this.#envGroups({ name }, stop)).filter((group) => group.name === name);
  }

  /** The groups that a service gets its variables from, without those variables. */
  async groupsLinkedTo(serviceId: string, stop: Stop) {
    const all = await this.#envGroups({}, stop);
    return all.filter(({ serviceLinks }) => serviceLinks?.some(({ id }) => id === serviceId));
  }

  async envGroupsOf(serviceId: string, stop: Stop): Promise<wire.EnvGroup[]> {
    const linked = await this.groupsLinkedTo(serviceId, stop);
    return Promise.all(linked.map(({ id }) => this.envGroup(id, stop)));
  }

  /** This list has no cursors, so its longest page is all that can be had. */
  #envGroups(filters: Record<string, string>, { signal }: Stop) {
    const query = { ...filters, ownerId: this.ownerId, limit: PAGE };
    return this.http.get("/env-groups", { query, answer: wire.EnvGroupNames, signal });
  }

  createEnvGroup(body: Body, { signal }: Stop) {
    const json = { ...body, ownerId: this.ownerId };
    return this.http.post("/env-groups", { json, answer: wire.EnvGroup, signal });
  }

  envGroup(id: string, { signal }: Stop) {
    return this.http.get(`/env-groups/${id}`, { answer: wire.EnvGroup, signal });
  }

  renameEnvGroup(id: string, name: string, { signal }: Stop) {
    return this.http.patch(`/env-groups/${id}`, { json: { name }, signal });
  }

  deleteEnvGroup(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/env-groups/${id}`, { signal }));
  }

  linkService(groupId: string, serviceId: string, { signal }: Stop) {
    return this.http.post(`/env-groups/${groupId}/services/${serviceId}`, { signal, repeatable: true });
  }

  unlinkService(groupId: string, serviceId: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/env-groups/${groupId}/services/${serviceId}`, { signal }));
  }

  // Projects and environments

  async projectsNamed(name: string, { signal }: Stop) {
    const query = { name, ownerId: this.ownerId, limit: PAGE };
    const found = await this.http.get("/projects", { query, answer: wire.Projects, signal });
    return found.map(({ project }) => project).filter((project) => project.name === name);
  }

  createProject(body: Body, { signal }: Stop) {
    const json = { ...body, ownerId: this.ownerId };
    return this.http.post("/projects", { json, answer: wire.Project, signal });
  }

  project(id: string, { signal }: Stop) {
    return this.http.get(`/projects/${id}`, { answer: wire.Project, signal });
  }

  renameProject(id: string, name: string, { signal }: Stop) {
    return this.http.patch(`/projects/${id}`, { json: { name }, signal });
  }

  deleteProject(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/projects/${id}`, { signal }));
  }

  async environments(projectId: string, stop: Stop): Promise<wire.Environment[]> {
    const found = await this.all("/environments", wire.Environments, stop, { projectId });
    return found.map(({ environment }) => environment);
  }

  createEnvironment(json: Body, { signal }: Stop) {
    return this.http.post("/environments", { json, answer: wire.Environment, signal });
  }

  updateEnvironment(id: string, json: Body, { signal }: Stop) {
    return this.http.patch(`/environments/${id}`, { json, signal });
  }

  deleteEnvironment(id: string, { signal }: Stop) {
    return orAbsent(this.http.delete(`/environments/${id}`, { signal }));
  }

  /** Takes the resource out of the environment it was in, too. */
  addToEnvironment(environmentId: string, resourceId: string, { signal }: Stop) {
    const json = { resourceIds: [resourceId] };
    return this.http.post(`/environments/${environmentId}/resources`, { json, signal, repeatable: true });
  }

  removeFromEnvironment(environmentId: string, resourceId: string, { signal }: Stop) {
    const query = { resourceIds: resourceId };
    return orAbsent(this.http.delete(`/environments/${environmentId}/resources`, { query, signal }));
  }

  /** Every page of a list. */
  protected async all<T extends { cursor: string }>(
    path: string,
    answer: z.ZodType<T[]>,
    { signal }: Stop,
    filters: Record<string, string> = {},
  ): Promise<T[]> {
    const all: T[] = [];
    for (;;) {
      const query = { ...filters, limit: PAGE, cursor: all.at(-1)?.cursor };
      const page = await this.http.get(path, { query, answer, signal });
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }
}
