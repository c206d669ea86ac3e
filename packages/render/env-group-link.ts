import { type Call, defineResource, orAbsent, PartialFailure, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import { DeployFailed, describeFailure } from "./deploy-failure.ts";
import { DEPLOY_MINUTES } from "./deploy-watch.ts";
import { redeploy } from "./deploys.ts";
import type { EnvGroup } from "./wire.ts";

/**
 * Gives an env group to services; one link owns all links of its group. Render starts no deploy for a link, so the
 * services that a link adds or removes are deployed again here: otherwise they would go on without the variables. That
 * is a deploy more than the services' own, which come first; a service's `envGroups` does it in one.
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
  timeoutMinutes: DEPLOY_MINUTES,
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
    await deployAll(api, { envGroupId, serviceIds: added }, call);
    return { id: envGroupId };
  },
  async read(api, id, call) {
    const group = await orAbsent(api.envGroup(id, call));
    const serviceIds = group ? linksOf(group) : [];
    return serviceIds.length > 0 ? { envGroupId: id, serviceIds } : undefined;
  },
  async update(api, id, { serviceIds }, call) {
    const linked = linksOf(await api.envGroup(id, call));
    const { serviceIds: before = [] } = call.olds;
    for (const one of serviceIds) if (!linked.includes(one)) await api.linkService(id, one, call);
    const left = linked.filter((one) => !serviceIds.includes(one));
    for (const one of left) await api.unlinkService(id, one, call);
    // After an update that failed, the links may stand already while the deploys are still missing.
    const isNew = (one: string) => !linked.includes(one) || !before.includes(one);
    const gone = before.filter((one) => !serviceIds.includes(one) && !left.includes(one));
    const touched = call.changed.size === 0 ? serviceIds : [...serviceIds.filter(isNew), ...left, ...gone];
    await deployAll(api, { envGroupId: id, serviceIds: touched }, call);
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

interface Deployed {
  envGroupId: string;
  serviceIds: readonly string[];
}

/** All of them, also when one fails: the link is there then, and every failure is told. */
async function deployAll(api: RenderApi, { envGroupId, serviceIds }: Deployed, call: Call): Promise<void> {
  const outcomes = await Promise.all(serviceIds.map((id) => deployLinked(api, id, call)));
  const failures = outcomes.filter((failure) => failure !== undefined);
  if (failures.length > 0) throw new PartialFailure(envGroupId, {}, failures);
}

/** What went wrong, if anything. */
async function deployLinked(api: RenderApi, serviceId: string, call: Call): Promise<string | undefined> {
  try {
    const service = await orAbsent(api.service(serviceId, call));
    // Unlinked because it is gone, say.
    if (!service) return undefined;
    if (service.suspended === "suspended") {
      call.note(`${service.name} (${serviceId}) is suspended: it sees the change once it is resumed in Render`);
      return undefined;
    }
    return await redeploy(api, serviceId, "settings", call).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof DeployFailed) return describeFailure(service, error, api.sandbox);
        throw error;
      },
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
