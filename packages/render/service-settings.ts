import { type Call, Refused } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import type { ServiceInputs } from "./service-inputs.ts";
import { autoscalingBody, type Changed, diskBody } from "./service-wire.ts";
import { updateVariables } from "./variables.ts";

/** One update of a service: what was wanted before, what is wanted now, and what of it differs. */
export interface ServiceUpdate {
  id: string;
  olds: Partial<ServiceInputs>;
  news: ServiceInputs;
  changed: Changed;
}

/** Everything that has a call of its own, beside the PATCH. Each step does nothing when its input did not change. */
export async function updateSettings(api: RenderApi, update: ServiceUpdate, call: Call): Promise<void> {
  const { id, olds, news } = update;
  await updateScaling(api, update, call);
  const variables = update.changed.has("envVars") || update.changed.has("secretFiles");
  if (variables) await updateVariables(api, `/services/${id}`, { olds, news }, call);
  await updateDisk(api, update, call);
  // Render lets no service leave an environment while a group of that environment is linked to it.
  await unlinkGroups(api, update, call);
  await updateEnvironment(api, update, call);
  await updateAttachments(api, update, call);
}

/** What Render's create call does not take: also done right after a create, with every given input as changed. */
export async function updateAttachments(api: RenderApi, update: ServiceUpdate, call: Call): Promise<void> {
  const { id, news, changed } = update;
  // First, since a deploy that is under way may still come to see their variables.
  if (changed.has("envGroups") && news.envGroups) await linkGroups(api, id, { groups: news.envGroups, call });
  if (changed.has("notificationOverride")) {
    const { notificationsToSend = "default", previewNotificationsEnabled = "default" } =
      news.notificationOverride ?? {};
    await api.setNotificationOverride(id, { notificationsToSend, previewNotificationsEnabled }, call);
  }
  if (changed.has("logStreamOverride")) {
    const { setting, endpoint = "", token = "" } = news.logStreamOverride ?? {};
    if (setting) await api.putLogStream(id, { setting, endpoint, token }, call);
    else await api.deleteLogStream(id, call);
  }
  if (changed.has("customDomains")) await updateDomains(api, update, call);
}

async function linkGroups(
  api: RenderApi,
  serviceId: string,
  { groups, call }: { groups: readonly { id: string }[]; call: Call },
): Promise<void> {
  const linked = new Set((await api.groupsLinkedTo(serviceId, call)).map(({ id }) => id));
  for (const { id } of groups) if (!linked.has(id)) await api.linkService(id, serviceId, call);
}

async function unlinkGroups(api: RenderApi, { id, olds, news, changed }: ServiceUpdate, call: Call): Promise<void> {
  if (!changed.has("envGroups")) return;
  const wanted = new Set((news.envGroups ?? []).map((group) => group.id));
  for (const group of olds.envGroups ?? []) if (!wanted.has(group.id)) await api.unlinkService(group.id, id, call);
}

/** Adds what is missing, takes away what we once added; domains added by others stay. */
async function updateDomains(api: RenderApi, { id, olds, news }: ServiceUpdate, call: Call): Promise<void> {
  const live = new Set((await api.customDomains(id, call)).map(({ name }) => name));
  const wanted = (news.customDomains ?? []).map(({ name }) => name);
  for (const name of wanted) if (!live.has(name)) await api.addCustomDomain(id, name, call);
  for (const { name } of olds.customDomains ?? []) {
    if (!wanted.includes(name)) await api.removeCustomDomain(id, name, call);
  }
}

/** Render ignores the number of instances while autoscaling is on, so that goes first when it is taken away. */
async function updateScaling(api: RenderApi, { id, news, changed }: ServiceUpdate, call: Call): Promise<void> {
  const { autoscaling, numInstances } = news;
  if (changed.has("autoscaling")) {
    if (autoscaling) await api.putAutoscaling(id, autoscalingBody(autoscaling), call);
    else await api.deleteAutoscaling(id, call);
  }
  const counts = changed.has("numInstances") || changed.has("autoscaling");
  if (counts && numInstances !== undefined && !autoscaling?.enabled) await api.scale(id, numInstances, call);
}

async function updateDisk(api: RenderApi, { id, news, changed }: ServiceUpdate, call: Call): Promise<void> {
  if (!changed.has("disk")) return;
  const { disk: live } = (await api.service(id, call)).serviceDetails;
  if (news.disk && !live) await api.addDisk({ serviceId: id, ...diskBody(news.disk) }, call);
  if (!live) return;
  const dashboard = "Render's dashboard";
  if (!news.disk) {
    throw new Refused(
      `Disk "${live.name}" of ${news.name} holds data and is not deleted by us. Save what is on it and delete it in ${dashboard}, then run the same command again`,
    );
  }
  if (news.disk.sizeGb < live.sizeGB) {
    throw new Refused(
      `Disk "${live.name}" of ${news.name} has ${live.sizeGB} GB and cannot shrink: keep sizeGb at ${live.sizeGB} or more`,
    );
  }
  await api.updateDisk(live.id, diskBody(news.disk), call);
}

async function updateEnvironment(
  api: RenderApi,
  { id, olds, news, changed }: ServiceUpdate,
  call: Call,
): Promise<void> {
  if (!changed.has("environmentId")) return;
  if (news.environmentId) await api.addToEnvironment(news.environmentId, id, call);
  else if (olds.environmentId) await api.removeFromEnvironment(olds.environmentId, id, call);
}
