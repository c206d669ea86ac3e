import { defineRoute } from "../emulator.ts";
import { accountOf, teamOf } from "./account.ts";
import { parseBody } from "./bodies.ts";
import { addDefaultDomain, renameDefaultDomain } from "./domain-rules.ts";
import { createEnv } from "./env-rules.ts";
import { BASE62, projectOf } from "./find-project.ts";
import { newLink } from "./git.ts";
import { page } from "./paging.ts";
import { NewProject, ProjectPatch, type ProjectSettings } from "./project-body.ts";
import { checkName, checkPlan, checkRepository } from "./project-rules.ts";
import { projectWire } from "./project-wire.ts";
import { type ProjectRecord, stateOf } from "./state.ts";

function apply(project: ProjectRecord, changes: ProjectSettings, now: Date): void {
  const { serverlessFunctionRegion, resourceConfig, gitProviderOptions, ...rest } = changes;
  const { settings } = project;
  // The old field is an alias for the first default region.
  const regions = serverlessFunctionRegion ? { functionDefaultRegions: [serverlessFunctionRegion] } : {};
  for (const [name, value] of Object.entries(rest)) settings[name] = value === "" ? null : value;
  const merged = { resourceConfig: { ...regions, ...resourceConfig }, gitProviderOptions: { ...gitProviderOptions } };
  for (const [name, value] of Object.entries(merged))
    if (Object.keys(value).length > 0) settings[name] = { ...Object(settings[name]), ...value };
  project.updatedAt = now.getTime();
}

const create = defineRoute("POST /v*/projects", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/create-a-new-project",
  handle(call) {
    const { name, gitRepository, environmentVariables = [], ...settings } = parseBody(NewProject, call.body);
    const state = stateOf(call.store);
    const accountId = accountOf(call);
    checkName(state, accountId, name);
    checkPlan(teamOf(call.store), settings);
    if (gitRepository) checkRepository(gitRepository.type, gitRepository.repo);
    const at = call.now.getTime();
    const id = `prj_${call.world.ids.text(28, BASE62)}`;
    const project: ProjectRecord = {
      ...{ id, accountId, name, createdAt: at, updatedAt: at, settings: {}, aliasEvents: [], rolledBack: false },
      link: gitRepository && newLink(gitRepository, call),
    };
    apply(project, settings, call.now);
    for (const one of environmentVariables)
      createEnv(call, project, { type: "encrypted", ...one, target: [one.target].flat() }, { upsert: false });
    state.projects.set(id, project);
    addDefaultDomain(call, project);
    return { status: 200, json: projectWire(project, call) };
  },
});

const get = defineRoute("GET /v*/projects/{idOrName}", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/find-a-project-by-id-or-name",
  handle: (call) => ({ status: 200, json: projectWire(projectOf(call), call) }),
});

const list = defineRoute("GET /v*/projects", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/retrieve-a-list-of-projects",
  handle(call) {
    const account = accountOf(call);
    const search = call.query.get("search");
    const all = stateOf(call.store).projects.list();
    const mine = all.filter(
      ({ accountId, name }) => accountId === account && (search === null || name.includes(search)),
    );
    const { items, pagination } = page(mine, call.query);
    return { status: 200, json: { projects: items.map((project) => projectWire(project, call)), pagination } };
  },
});

const patch = defineRoute("PATCH /v*/projects/{idOrName}", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/update-an-existing-project",
  handle(call) {
    const project = projectOf(call);
    const { name, ...settings } = parseBody(ProjectPatch, call.body);
    if (name !== undefined) checkName(stateOf(call.store), project.accountId, name, project);
    checkPlan(teamOf(call.store), settings);
    if (name !== undefined && name !== project.name) {
      renameDefaultDomain(call, project, name);
      project.name = name;
    }
    apply(project, settings, call.now);
    return { status: 200, json: projectWire(project, call) };
  },
});

const remove = defineRoute("DELETE /v*/projects/{idOrName}", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/delete-a-project",
  async handle(call) {
    const project = projectOf(call);
    const { projects, envs, domains, deployments, bypasses, firewalls } = stateOf(call.store);
    for (const { secret, projectId } of bypasses.list()) if (projectId === project.id) bypasses.delete(secret);
    for (const { id, projectId } of envs.list()) if (projectId === project.id) envs.delete(id);
    for (const { name, projectId } of domains.list()) if (projectId === project.id) domains.delete(name);
    for (const { id, projectId } of deployments.list()) if (projectId === project.id) deployments.delete(id);
    firewalls.delete(project.id);
    projects.delete(project.id);
    await call.world.services.stop(project.id, { forget: true });
    return { status: 204 };
  },
});

export const projectRoutes = [create, get, list, patch, remove];
