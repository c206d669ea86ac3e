import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { contentsOf, isEmpty, move } from "./membership.ts";
import { embeddedOwner } from "./owner-routes.ts";
import { conflict, invalid, notFound } from "./refusals.ts";
import { bodyOf, filter, inTime, newestFirst, page, param, passes } from "./request.ts";
import { CidrBlocks } from "./service-input.ts";
import { compact } from "./service-shape.ts";
import { type Environment, environments, newId, owners, type Project, projects, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

const settings = {
  protectedStatus: z.enum(["protected", "unprotected"]).optional(),
  networkIsolationEnabled: z.boolean().optional(),
  ipAllowList: CidrBlocks.optional(),
};
const NewEnvironment = z.object({ name: z.string().min(1), ...settings });

function projectOf(call: Call, id = param(call, "projectId")): Project {
  const project = projects(call.store).get(id);
  if (!project) throw notFound(id);
  return project;
}

function environmentsOf(call: Call, projectId: string): Environment[] {
  return environments(call.store)
    .list()
    .filter((one) => one.projectId === projectId)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function projectShape(call: Call, { ownerId, ...project }: Project): Record<string, unknown> {
  const owner = embeddedOwner(owners(call.store).get(ownerId));
  return { ...project, owner, environmentIds: environmentsOf(call, project.id).map(({ id }) => id) };
}

function environmentShape(call: Call, environment: Environment): Record<string, unknown> {
  return compact({ ...environment, ...contentsOf(call.store, environment.id) });
}

function addEnvironment(call: Call, projectId: string, given: z.output<typeof NewEnvironment>): Environment {
  const id = newId(call.world, "evm");
  return environments(call.store).set(id, {
    id,
    projectId,
    name: given.name,
    protectedStatus: given.protectedStatus ?? "unprotected",
    networkIsolationEnabled: given.networkIsolationEnabled ?? false,
    ipAllowList: given.ipAllowList,
  });
}

const createProject = defineRoute("POST /v1/projects", {
  evidence: "contract",
  source: `${DOCS}/create-project`,
  handle(call) {
    const NewProject = z.object({
      name: z.string().min(1),
      ownerId: z.string(),
      environments: z.array(NewEnvironment).min(1),
    });
    const { name, ownerId, environments: given } = bodyOf(call, NewProject);
    if (!owners(call.store).get(ownerId)) throw notFound(ownerId);
    const [id, at] = [newId(call.world, "prj"), stamp(call.now)];
    const project = projects(call.store).set(id, { id, name, ownerId, createdAt: at, updatedAt: at });
    for (const one of given) addEnvironment(call, id, one);
    return { status: 201, json: projectShape(call, project) };
  },
});

const listProjects = defineRoute("GET /v1/projects", {
  evidence: "contract",
  source: `${DOCS}/list-projects`,
  handle(call) {
    const [name, ownerId] = [filter(call, "name"), filter(call, "ownerId")];
    const found = projects(call.store)
      .list()
      .filter(
        (one) => passes(name, one.name) && passes(ownerId, one.ownerId) && inTime(call, "created", one.createdAt),
      );
    const shapes = newestFirst(found).map((one) => projectShape(call, one));
    return { status: 200, json: page(call, "project", shapes, ({ id }) => String(id)) };
  },
});

const retrieveProject = defineRoute("GET /v1/projects/{projectId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-project`,
  handle: (call) => ({ status: 200, json: projectShape(call, projectOf(call)) }),
});

const updateProject = defineRoute("PATCH /v1/projects/{projectId}", {
  evidence: "contract",
  source: `${DOCS}/update-project`,
  handle(call) {
    const project = projectOf(call);
    project.name = bodyOf(call, z.object({ name: z.string().min(1).optional() })).name ?? project.name;
    project.updatedAt = stamp(call.now);
    return { status: 200, json: projectShape(call, project) };
  },
});

const removeProject = defineRoute("DELETE /v1/projects/{projectId}", {
  evidence: "contract",
  source: `${DOCS}/delete-project`,
  handle(call) {
    const { id } = projectOf(call);
    const mine = environmentsOf(call, id);
    if (!mine.every((one) => isEmpty(call.store, one.id))) throw conflict(`project ${id} still contains resources`);
    for (const one of mine) environments(call.store).delete(one.id);
    projects(call.store).delete(id);
    return { status: 204 };
  },
});

function environmentOf(call: Call): Environment {
  const id = param(call, "environmentId");
  const environment = environments(call.store).get(id);
  if (!environment) throw notFound(id);
  return environment;
}

const createEnvironment = defineRoute("POST /v1/environments", {
  evidence: "contract",
  source: `${DOCS}/create-environment`,
  handle(call) {
    const body = bodyOf(call, NewEnvironment.extend({ projectId: z.string() }));
    const project = projectOf(call, body.projectId);
    return { status: 201, json: environmentShape(call, addEnvironment(call, project.id, body)) };
  },
});

const listEnvironments = defineRoute("GET /v1/environments", {
  evidence: "contract",
  source: `${DOCS}/list-environments`,
  handle(call) {
    const [projectId, name, id] = [filter(call, "projectId"), filter(call, "name"), filter(call, "environmentId")];
    if (!projectId) throw invalid("projectId is required");
    const found = environments(call.store)
      .list()
      .filter((one) => passes(projectId, one.projectId) && passes(name, one.name) && passes(id, one.id));
    const shapes = newestFirst(found).map((one) => environmentShape(call, one));
    return { status: 200, json: page(call, "environment", shapes, (one) => String(one.id)) };
  },
});

const retrieveEnvironment = defineRoute("GET /v1/environments/{environmentId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-environment`,
  handle: (call) => ({ status: 200, json: environmentShape(call, environmentOf(call)) }),
});

const updateEnvironment = defineRoute("PATCH /v1/environments/{environmentId}", {
  evidence: "contract",
  source: `${DOCS}/update-environment`,
  handle(call) {
    const environment = environmentOf(call);
    const given = bodyOf(call, z.object({ name: z.string().min(1).optional(), ...settings }));
    environment.name = given.name ?? environment.name;
    environment.protectedStatus = given.protectedStatus ?? environment.protectedStatus;
    environment.networkIsolationEnabled = given.networkIsolationEnabled ?? environment.networkIsolationEnabled;
    environment.ipAllowList = given.ipAllowList ?? environment.ipAllowList;
    return { status: 200, json: environmentShape(call, environment) };
  },
});

const removeEnvironment = defineRoute("DELETE /v1/environments/{environmentId}", {
  evidence: "contract",
  source: `${DOCS}/delete-environment`,
  handle(call) {
    const { id } = environmentOf(call);
    if (!isEmpty(call.store, id)) throw conflict(`environment ${id} still contains resources`);
    environments(call.store).delete(id);
    return { status: 204 };
  },
});

const addResources = defineRoute("POST /v1/environments/{environmentId}/resources", {
  evidence: "contract",
  source: `${DOCS}/add-resources-to-environment`,
  handle(call) {
    const environment = environmentOf(call);
    const { resourceIds } = bodyOf(call, z.object({ resourceIds: z.array(z.string()).min(1) }));
    move(call.store, resourceIds, environment.id);
    // The contract says 200; recordings of the real API say 201.
    return { status: 201, json: environmentShape(call, environment) };
  },
});

const removeResources = defineRoute("DELETE /v1/environments/{environmentId}/resources", {
  evidence: "contract",
  source: `${DOCS}/remove-resources-from-environment`,
  handle(call) {
    const resourceIds = [...(filter(call, "resourceIds") ?? [])];
    if (resourceIds.length === 0) throw invalid("resourceIds is required");
    // Any id passes in the path: the official provider sends the resource's own, and gets 204.
    move(call.store, resourceIds, undefined);
    return { status: 204 };
  },
});

export const projectRoutes = [createProject, listProjects, retrieveProject, updateProject, removeProject];
export const environmentRoutes = [
  createEnvironment,
  listEnvironments,
  retrieveEnvironment,
  updateEnvironment,
  removeEnvironment,
  addResources,
  removeResources,
];
