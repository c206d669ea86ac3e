import { type Call, type CreateCall, type Found, orAbsent, PartialFailure } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import { awaitLive, DeployFailed, finishDeploy, redeploy } from "./deploys.ts";
import { causeOf, sourceOf } from "./service-cause.ts";
import type { ServiceInputs } from "./service-inputs.ts";
import { type LiveService, liveService } from "./service-live.ts";
import { type ServiceUpdate, updateAttachments, updateSettings } from "./service-settings.ts";
import { type Changed, createBody, patchBody, type ServiceType } from "./service-wire.ts";
import { liveEnvVars, liveSecretFiles, type Variables } from "./variables.ts";
import type { CustomDomain, Service } from "./wire.ts";

export interface ServiceOutputs {
  slug: string;
  url: string;
  dashboardUrl: string;
  activeCustomDomains: CustomDomain[];
  /** What the last deploy that this stack saw go well came from; absent as long as there was none. */
  deployedSource?: string;
}

type Existing = { inputs?: Partial<ServiceInputs> | undefined } & Call;

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
  const { service } = await api.createService(createBody(type, inputs, api.ownerId), call);
  const { id } = service;
  const changed = new Set(Object.keys(inputs).filter((key) => inputs[key as keyof ServiceInputs] !== undefined));
  try {
    await updateAttachments(api, { id, olds: {}, news: inputs, changed }, call);
    await awaitLive(api, id, [], call);
    const outputs = outputsOf(service, await domainsOf(api, service, inputs, call));
    return { id, ...outputs, deployedSource: sourceOf(inputs.runtimeSource) };
  } catch (error) {
    throw await halfMade(api, service, error, call);
  }
}

/** The object exists: what is missing, and that the next run finishes it. */
async function halfMade(api: RenderApi, service: Service, error: unknown, call: Call): Promise<PartialFailure> {
  const reason = error instanceof Error ? error.message : String(error);
  const what = `${service.name} (${service.id}) is there but not ready: ${reason}`;
  const next = "Fix the cause and run the same command again; it goes on from here";
  const log = error instanceof DeployFailed ? await logOf(api, service, error, call) : [];
  return new PartialFailure(service.id, { ...outputsOf(service, []) }, [[`${what}. ${next}`, ...log].join("\n")], {
    cause: error,
  });
}

/** The end of the service's log, as far as Render still gives it, and where the whole one is. */
async function logOf(api: RenderApi, service: Service, { deploy }: DeployFailed, call: Call): Promise<string[]> {
  const lines = await api.lastLogLines(service.id, call).catch(() => []);
  const whole = service.dashboardUrl ? `The whole log: ${service.dashboardUrl}/deploys/${deploy.id}` : undefined;
  return [
    ...(lines.length > 0 ? ["Its last lines:", ...lines.map((line) => `  | ${line}`)] : []),
    ...(whole && !api.sandbox ? [whole] : []),
  ];
}

export async function readService(
  api: RenderApi,
  id: string,
  call: Existing,
): Promise<({ id: string } & LiveService & ServiceOutputs) | undefined> {
  const service = await orAbsent(api.service(id, call));
  if (!service) return undefined;
  if (service.suspended === "suspended") {
    call.warn(`${service.name} (${id}) is suspended: it does not run, and changes to it start no deploy`);
  }
  const { inputs } = call;
  const live = liveService(service, inputs);
  const domains = await domainsOf(api, service, undefined, call);
  return {
    id,
    ...live,
    ...(await liveVariables(api, id, inputs, call)),
    ...(await liveAttachments(api, id, call)),
    customDomains: inputs && !inputs.customDomains ? undefined : liveDomains(domains, inputs),
    ...outputsOf(service, domains),
    ...(inputs ? {} : importedSource(live)),
  };
}

/** What an imported service runs is taken to be what it says. */
function importedSource({ runtimeSource }: LiveService): { deployedSource?: string } {
  return runtimeSource ? { deployedSource: sourceOf(runtimeSource) } : {};
}

/** Asks only for what is managed; on import for everything. */
async function liveVariables(
  api: RenderApi,
  id: string,
  inputs: Variables | undefined,
  call: Call,
): Promise<Variables> {
  const result: Variables = {};
  if (!inputs || inputs.envVars) result.envVars = liveEnvVars(await api.envVars(id, call), inputs?.envVars);
  if (!inputs || inputs.secretFiles) {
    result.secretFiles = liveSecretFiles(await api.secretFiles(id, call), inputs?.secretFiles);
  }
  return result;
}

async function liveAttachments(api: RenderApi, id: string, call: Existing): Promise<LiveService> {
  const { inputs } = call;
  const result: Record<string, unknown> = {};
  if (!inputs || inputs.notificationOverride) result.notificationOverride = await api.notificationOverride(id, call);
  if (!inputs || inputs.logStreamOverride) {
    const stream = await api.logStream(id, call);
    // The token is never returned: what is in state stays.
    const token = inputs?.logStreamOverride?.token;
    result.logStreamOverride = stream && { ...stream, ...(token === undefined ? {} : { token }) };
  }
  return result;
}

/** Redirects that came along with a name are no inputs; nor are domains that others added. */
function liveDomains(domains: readonly CustomDomain[], inputs: Partial<ServiceInputs> | undefined) {
  const managed = inputs?.customDomains?.map(({ name }) => name);
  const kept = domains.filter(({ name, redirectForName }) => (managed ? managed.includes(name) : !redirectForName));
  return kept.length > 0 ? kept.map(({ name }) => ({ name })) : undefined;
}

async function domainsOf(
  api: RenderApi,
  service: Service,
  inputs: ServiceInputs | undefined,
  call: Call,
): Promise<CustomDomain[]> {
  if (service.type !== "web_service" || (inputs && !inputs.customDomains)) return [];
  return api.customDomains(service.id, call);
}

function outputsOf(service: Service, activeCustomDomains: CustomDomain[]): ServiceOutputs {
  const { slug, dashboardUrl = "", serviceDetails } = service;
  return { slug, url: serviceDetails.url ?? "", dashboardUrl, activeCustomDomains };
}

/** Settings first, each by its own call and only where it differs; then at most one deploy. */
export async function updateService(
  api: RenderApi,
  { id, news, ...update }: ServiceUpdate,
  call: Call & { outputs: Partial<ServiceOutputs> },
): Promise<ServiceOutputs> {
  const { deployedSource } = call.outputs;
  const body = patchBody(news, update.changed, api.ownerId);
  const service = body ? await api.updateService(id, body, call) : await api.service(id, call);
  // Never live so far: whatever follows the create call may be missing.
  const changed = deployedSource === undefined ? attachmentsOf(news, update.changed) : update.changed;
  await updateSettings(api, { id, news, olds: update.olds, changed }, call);
  const isUnfinished = deployedSource === undefined || update.changed.size === 0;
  const cause = causeOf({ ...update, news, deployedSource });
  try {
    if (service.suspended === "suspended") {
      call.warn(`${service.name} (${id}) is suspended: the change was made, and runs once it is resumed in Render`);
    } else if (cause) await redeploy(api, id, cause, call);
    else if (isUnfinished) await finishDeploy(api, id, call);
  } catch (error) {
    if (!(error instanceof DeployFailed)) throw error;
    throw await halfMade(api, service, error, call);
  }
  return {
    ...outputsOf(service, await domainsOf(api, service, news, call)),
    deployedSource: sourceOf(news.runtimeSource),
  };
}

function attachmentsOf(news: ServiceInputs, changed: Changed): Changed {
  const all = ["notificationOverride", "logStreamOverride", "customDomains"] as const;
  return new Set([...changed, ...all.filter((key) => news[key] !== undefined)]);
}

export async function deleteService(api: RenderApi, id: string, call: Call): Promise<void> {
  await api.deleteService(id, call);
}
