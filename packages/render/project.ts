import { ApiError, type Call, defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import type { Environment } from "./wire.ts";

const EnvironmentInput = z.strictObject({
  name: z.string().min(1),
  /** `protected`: only admins of the workspace change what is in it. */
  protectedStatus: z.enum(["protected", "unprotected"]),
  /** No private traffic into or out of the environment. @defaultValue false */
  networkIsolated: z.boolean().optional(),
  ipAllowLists: z.array(z.strictObject({ cidrBlock: z.string(), description: z.string() })).optional(),
});
type EnvironmentInput = z.output<typeof EnvironmentInput>;
type ById = Record<string, string>;

/** A Render project: its environments hold services, and can be protected and isolated. */
export const Project = defineResource("render:index/project:Project", {
  inputs: {
    // The kit fills in the automatic name before this is judged, so the empty one is never used.
    name: z.string().min(1, "must not be empty").prefault(""),
    /** By a name of your choice, which stays when the environment is renamed. Others' environments are left alone. */
    environments: z
      .record(z.string(), EnvironmentInput)
      .refine((all) => Object.keys(all).length > 0, "needs one at least"),
  },
  outputs: {
    /** The id of each environment, by its key in `environments`. */
    environmentIds: z.record(z.string(), z.string()),
  },
  autoName: { property: "name", maxLength: 63 },
  recomputed: { environmentIds: ["environments"] },
  async find(api: RenderApi, { name }, call) {
    const found = await api.projectsNamed(name, call);
    return found.map((project) => ({ id: project.id, label: project.name, createdAt: Date.parse(project.createdAt) }));
  },
  async create(api, { name, environments }, call) {
    const { id } = await api.createProject({ name, environments: Object.values(environments).map(bodyOf) }, call);
    const live = await api.environments(id, call);
    return { id, environmentIds: idsByName(environments, live) };
  },
  async read(api, id, { inputs, outputs, ...call }) {
    const project = await orAbsent(api.project(id, call));
    if (!project) return undefined;
    const live = await api.environments(id, call);
    const known = outputs?.environmentIds ?? (inputs?.environments && idsByName(inputs.environments, live));
    const environmentIds = known ? stillThere(known, live) : Object.fromEntries(live.map((one) => [one.name, one.id]));
    const entries = Object.entries(environmentIds).map(([key, environmentId]) => {
      const found = live.find((one) => one.id === environmentId);
      return [key, found && inputOf(found)] as const;
    });
    return { name: project.name, environments: Object.fromEntries(entries) as never, environmentIds };
  },
  async update(api, id, { name, environments }, { changed, outputs, ...call }) {
    if (changed.has("name")) await api.renameProject(id, name, call);
    const environmentIds: ById = { ...outputs.environmentIds };
    const unclaimed = await unclaimedEnvironments(api, id, { environments, environmentIds, call });
    for (const [key, wanted] of Object.entries(environments)) {
      // One of that name was made by an interrupted update of ours, or by hand: a second one would help nobody.
      const known = environmentIds[key] ?? unclaimed.find(({ name: one }) => one === wanted.name)?.id;
      environmentIds[key] = known ?? (await api.createEnvironment({ projectId: id, ...bodyOf(wanted) }, call)).id;
      if (known) await api.updateEnvironment(known, bodyOf(wanted), call);
    }
    for (const [key, environmentId] of Object.entries(environmentIds)) {
      if (key in environments) continue;
      if (await deleteEnvironment(api, { key, environmentId }, call)) delete environmentIds[key];
    }
    return { environmentIds };
  },
  async delete(api, id, call) {
    await api.deleteProject(id, call);
  },
});
export type Project = InstanceType<typeof Project>;

/**
 * What is in an environment leaves it after the project's own step: services wait for the ids of the new ones. So a
 * full one stays for now, and in the state, so that the project's next change takes it away.
 */
async function deleteEnvironment(
  api: RenderApi,
  { key, environmentId }: { key: string; environmentId: string },
  call: Call,
): Promise<boolean> {
  try {
    await api.deleteEnvironment(environmentId, call);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    call.warn(
      `Environment "${key}" (${environmentId}) still holds resources and was not deleted: services move out of it later in this run. Delete it in Render once it is empty, or it goes with the next change of this project`,
    );
    return false;
  }
}

interface Claims {
  environments: Record<string, EnvironmentInput>;
  environmentIds: ById;
  call: Call;
}

/** Environments in the project that state does not know; nobody asks where none is to be added. */
async function unclaimedEnvironments(
  api: RenderApi,
  projectId: string,
  { environments, environmentIds, call }: Claims,
): Promise<Environment[]> {
  if (Object.keys(environments).every((key) => environmentIds[key])) return [];
  const claimed = new Set(Object.values(environmentIds));
  return (await api.environments(projectId, call)).filter(({ id }) => !claimed.has(id));
}

function bodyOf({ name, protectedStatus, networkIsolated = false, ipAllowLists }: EnvironmentInput) {
  return { name, protectedStatus, networkIsolationEnabled: networkIsolated, ipAllowList: ipAllowLists };
}

function inputOf({ name, protectedStatus, networkIsolationEnabled, ipAllowList }: Environment) {
  return {
    name,
    protectedStatus,
    networkIsolated: networkIsolationEnabled,
    ...(ipAllowList ? { ipAllowLists: ipAllowList } : {}),
  };
}

function idsByName(wanted: Record<string, { name: string }>, live: readonly Environment[]): ById {
  const entries = Object.entries(wanted).flatMap(([key, { name }]) => {
    const found = live.find((one) => one.name === name);
    return found ? [[key, found.id] as const] : [];
  });
  return Object.fromEntries(entries);
}

function stillThere(ids: ById, live: readonly Environment[]): ById {
  return Object.fromEntries(Object.entries(ids).filter(([, id]) => live.some((one) => one.id === id)));
}
