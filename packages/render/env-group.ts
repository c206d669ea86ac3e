import { defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import {
  checkVariables,
  liveEnvVars,
  liveSecretFiles,
  updateVariables,
  variableInputs,
  variablesBody,
} from "./variables.ts";

/** Variables and files that several services share; an `EnvGroupLink` gives them to services. */
export const EnvGroup = defineResource("render:index/envGroup:EnvGroup", {
  inputs: {
    ...variableInputs,
    // The kit fills in the automatic name before this is judged, so the empty one is never used.
    name: z.string().min(1, "must not be empty").prefault(""),
    /** An environment of a `Project`; only its services can use the group then. */
    environmentId: z.string().optional(),
  },
  outputs: {
    /** Another one after each change of variables or files: in a service's `envGroups` it has the change deployed. */
    revision: z.string().optional(),
  },
  secrets: ["envVars.*.value", "secretFiles.*.content"],
  autoName: { property: "name", maxLength: 63 },
  recomputed: { revision: ["envVars", "secretFiles"] },
  check: checkVariables,
  async find(api: RenderApi, { name }, call) {
    const found = await api.envGroupsNamed(name, call);
    return found.map((group) => ({ id: group.id, label: group.name, createdAt: Date.parse(group.createdAt) }));
  },
  async create(api, { name, environmentId, ...variables }, call) {
    const { id } = await api.createEnvGroup({ name, environmentId, ...variablesBody(variables) }, call);
    return { id, revision: newRevision() };
  },
  async read(api, id, { inputs, ...call }) {
    const group = await orAbsent(api.envGroup(id, call));
    if (!group) return undefined;
    const values = Object.fromEntries(group.envVars.map(({ key, value }) => [key, value]));
    const files = Object.fromEntries(group.secretFiles.map(({ name, content }) => [name, content]));
    // What the program leaves out is others' business, except on import.
    return {
      name: group.name,
      environmentId: inputs && !inputs.environmentId ? undefined : group.environmentId,
      envVars: inputs && !inputs.envVars ? undefined : liveEnvVars(values, inputs?.envVars),
      secretFiles: inputs && !inputs.secretFiles ? undefined : liveSecretFiles(files, inputs?.secretFiles),
    };
  },
  async update(api, id, news, { olds, changed, ...call }) {
    if (changed.has("name")) await api.renameEnvGroup(id, news.name, call);
    await updateVariables(api, `/env-groups/${id}`, { olds, news }, call);
    if (changed.has("environmentId")) {
      if (news.environmentId) await api.addToEnvironment(news.environmentId, id, call);
      else if (olds.environmentId) await api.removeFromEnvironment(olds.environmentId, id, call);
    }
    if (changed.size > 0 && !changed.has("envVars") && !changed.has("secretFiles")) return {};
    const { serviceLinks } = await api.envGroup(id, call);
    const linked = (serviceLinks ?? []).map(({ name }) => name);
    if (linked.length > 0) {
      const when = "with this run if their envGroups name its revision, else from their next deploy on";
      call.note(`Env group ${news.name} changed; ${linked.join(", ")} see it ${when}`);
    }
    return { revision: newRevision() };
  },
  async delete(api, id, call) {
    await api.deleteEnvGroup(id, call);
  },
});
export type EnvGroup = InstanceType<typeof EnvGroup>;

function newRevision(): string {
  return crypto.randomUUID().slice(0, 8);
}
