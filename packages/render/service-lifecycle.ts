import { isDeepStrictEqual } from "node:util";
import { ApiError, type Call, type CreateCall, type Found, PartialFailure } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import { DeployFailed, describeFailure } from "./deploy-failure.ts";
import { awaitLive, isUnderWay } from "./deploy-watch.ts";
import { finishDeploy, redeploy } from "./deploys.ts";
import { causeOf, sourceOf } from "./service-cause.ts";
import type { ServiceInputs } from "./service-inputs.ts";
import type { LiveService } from "./service-live.ts";
import { domainsOf, outputsOf, type ServiceOutputs } from "./service-read.ts";
import { type ServiceUpdate, updateAttachments, updateSettings } from "./service-settings.ts";
import { type Changed, createBody, patchBody, type ServiceType } from "./service-wire.ts";
import type { Service } from "./wire.ts";

export { readService } from "./service-read.ts";

/** Names are unique in a workspace, whatever the type. */
export async function findService(api: RenderApi, { name }: ServiceInputs, call: Call): Promise<Found[]> {
  const found = await api.servicesNamed(name, call);
  return found.map((service) => ({ id: service.id, label: service.name, createdAt: Date.parse(service.createdAt) }));
}

export async function createService(
  api: RenderApi,
  type: ServiceType,
  inputs: ServiceInputs,
  call: CreateCall,
): Promise<{ id: string } & LiveService & ServiceOutputs> {
  const { service, deployId } = await api.createService(createBody(type, inputs, api.ownerId), call);
  const { id } = service;
  const changed = new Set(Object.keys(inputs).filter((key) => inputs[key as keyof ServiceInputs] !== undefined));
  try {
    await updateAttachments(api, { id, olds: {}, news: inputs, changed }, call);
    if (inputs.envGroups) await deployWithGroups(api, service, deployId, call);
    else await awaitLive(api, { serviceId: id, before: [] }, call);
    const outputs = outputsOf(service, await domainsOf(api, service, inputs, call));
    return { id, ...outputs, deployedSource: sourceOf(inputs.runtimeSource) };
  } catch (error) {
    throw halfMade(api, service, error, { activeCustomDomains: [] });
  }
}

/** Render starts a deploy with the service, before any group can be linked: that one must not go live without them. */
async function deployWithGroups(
  api: RenderApi,
  { id, type }: Service,
  deployId: string | undefined,
  call: Call,
): Promise<void> {
  // A cron job's deploy cannot be canceled; the newer one counts anyway. Nor can one that has ended already.
  const cancel = deployId && type !== "cron_job" ? api.cancelDeploy(id, deployId, call) : Promise.resolve();
  await cancel.catch((error) => {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
  });
  await redeploy(api, id, "source", call);
}

/** The object exists: what is missing, and that the next run finishes it. */
function halfMade(api: RenderApi, service: Service, error: unknown, more: Partial<ServiceOutputs>): PartialFailure {
  const { activeCustomDomains: _, ...outputs } = outputsOf(service, []);
  const reason = describeFailure(service, error, api.sandbox);
  return new PartialFailure(service.id, { ...outputs, ...more }, [reason], { cause: error });
}

type UpdatingCall = Call & { outputs: Partial<ServiceOutputs>; attempted?: Partial<ServiceInputs> };

/** Settings first, each by its own call and only where it differs; then at most one deploy. */
export async function updateService(
  api: RenderApi,
  { id, news, ...update }: ServiceUpdate,
  call: UpdatingCall,
): Promise<ServiceOutputs> {
  const { deployedSource } = call.outputs;
  const body = patchBody(news, update.changed, api.ownerId);
  const service = body ? await api.updateService(id, body, call) : await api.service(id, call);
  // Never live so far: whatever follows the create call may be missing.
  const changed = deployedSource === undefined ? attachmentsOf(news, update.changed) : update.changed;
  await updateSettings(api, { id, news, olds: update.olds, changed }, call);
  const outputs = outputsOf(service, await domainsOf(api, service, news, call));
  if (service.suspended === "suspended") {
    call.note(`${service.name} (${id}) is suspended: the change is made, and runs once it is resumed in Render`);
    return { ...outputs, deployedSource };
  }
  try {
    const isDeployed = await awaitUnfinished(api, { id, news }, call);
    if (!isDeployed) await deploy(api, { id, news, ...update }, { ...call, deployedSource });
  } catch (error) {
    if (!(error instanceof DeployFailed)) throw error;
    throw halfMade(api, service, error, { unfinishedDeploy: error.deployId });
  }
  return { ...outputs, deployedSource: sourceOf(news.runtimeSource), unfinishedDeploy: undefined };
}

/**
 * The engine asks for the whole of an update again that was not seen to end. Where its deploy still runs, or has gone
 * live since, another one would only build the same once more.
 */
async function awaitUnfinished(
  api: RenderApi,
  { id, news }: Pick<ServiceUpdate, "id" | "news">,
  call: UpdatingCall,
): Promise<boolean> {
  const { outputs, attempted } = call;
  if (outputs.unfinishedDeploy === undefined || !isDeepStrictEqual(attempted, news)) return false;
  const [newest, ...before] = await api.deploys(id, call);
  if (newest?.id !== outputs.unfinishedDeploy) return false;
  if (isUnderWay(newest)) await awaitLive(api, { serviceId: id, before }, call);
  return newest.status === "live" || isUnderWay(newest);
}

async function deploy(
  api: RenderApi,
  { id, news, ...update }: ServiceUpdate,
  { deployedSource, ...call }: Call & { deployedSource: string | undefined },
): Promise<void> {
  const cause = causeOf({ ...update, news, deployedSource });
  if (cause) return redeploy(api, id, cause, call);
  if (deployedSource !== undefined && update.changed.size > 0) return;
  const [newest] = await api.deploys(id, call);
  // The deploy that came with the service has not seen its groups; one that was asked for afterwards has.
  if (news.envGroups && deployedSource === undefined && newest?.trigger !== "api") {
    return redeploy(api, id, "source", call);
  }
  return finishDeploy(api, id, call);
}

function attachmentsOf(news: ServiceInputs, changed: Changed): Changed {
  const all = ["notificationOverride", "logStreamOverride", "customDomains", "envGroups"] as const;
  return new Set([...changed, ...all.filter((key) => news[key] !== undefined)]);
}

export async function deleteService(api: RenderApi, id: string, call: Call): Promise<void> {
  await api.deleteService(id, call);
}
