import { type Call, defineResource, orAbsent, PartialFailure, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import { redeploy } from "./deploys.ts";
import type { EnvGroup } from "./wire.ts";

/**
 * Gives an env group to services; one link owns all links of its group. Render starts no deploy for a link, so the
 * services that a link adds or removes are deployed again here: otherwise they would go on without the variables.
 */
export const EnvGroupLink = defineResource("render:index/envGroupLink:EnvGroupLink", {
  inputs: {
    envGroupId: z.string(),
    serviceIds: z.array(z.string()).min(1),
  },
  outputs: {},
  replaceOn: ["envGroupId"],
  unordered: ["serviceIds"],
  createBeforeDelete: false,
  async create(api: RenderApi, { envGroupId, serviceIds }, call) {
    const group = await api.envGroup(envGroupId, call);
    const linked = linksOf(group);
    const others = linked.filter((id) => !serviceIds.includes(id));
    if (others.length > 0) {
      throw new Refused(
        `Env group "${group.name}" (${envGroupId}) is also linked to ${others.join(", ")}, and a link owns all links of its group. Add them to serviceIds, or unlink them in Render`,
      );
    }
    const added = serviceIds.filter((id) => !linked.includes(id));
    for (const id of added) await api.linkService(envGroupId, id, call);
    try {
      await deployAll(api, added, call);
    } catch (error) {
      throw new PartialFailure(envGroupId, {}, [error instanceof Error ? error.message : String(error)], {
        cause: error,
      });
    }
    return { id: envGroupId };
  },
  async read(api, id, call) {
    const group = await orAbsent(api.envGroup(id, call));
    const serviceIds = group ? linksOf(group) : [];
    return serviceIds.length > 0 ? { envGroupId: id, serviceIds } : undefined;
  },
  async update(api, id, { serviceIds }, call) {
    const linked = linksOf(await api.envGroup(id, call));
    const added = serviceIds.filter((one) => !linked.includes(one));
    const removed = linked.filter((one) => !serviceIds.includes(one));
    for (const one of added) await api.linkService(id, one, call);
    for (const one of removed) await api.unlinkService(id, one, call);
    await deployAll(api, call.changed.size === 0 ? serviceIds : [...added, ...removed], call);
    return {};
  },
  async delete(api, id, call) {
    for (const serviceId of call.inputs.serviceIds ?? []) await api.unlinkService(id, serviceId, call);
  },
});
export type EnvGroupLink = InstanceType<typeof EnvGroupLink>;

function linksOf({ serviceLinks }: EnvGroup): string[] {
  return (serviceLinks ?? []).map(({ id }) => id);
}

async function deployAll(api: RenderApi, serviceIds: readonly string[], call: Call): Promise<void> {
  await Promise.all(serviceIds.map((id) => redeploy(api, id, "settings", call)));
}
