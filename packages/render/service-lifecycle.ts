import { type Call, type CreateCall, type Found, orAbsent, PartialFailure } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import { awaitLive, type Cause, DeployFailed, finishDeploy, redeploy } from "./deploys.ts";
import type { ServiceInputs } from "./service-inputs.ts";
import { type LiveService, liveService } from "./service-live.ts";
import { type ServiceUpdate, updateAttachments, updateSettings } from "./service-settings.ts";
import { type Changed, createBody, imagePath, patchBody, type ServiceType } from "./service-wire.ts";
import { changedKeys, liveEnvVars, liveSecretFiles, type Variables } from "./variables.ts";
import type { CustomDomain, Service } from "./wire.ts";

export interface ServiceOutputs {
  slug: string;
  url: string;
  dashboardUrl: string;
  activeCustomDomains: CustomDomain[];
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
    return { id, ...outputsOf(service, await domainsOf(api, service, inputs, call)) };
  } catch (error) {
    throw new PartialFailure(id, { ...outputsOf(service, []) }, [unfinished(service, error)], { cause: error });
  }
}

/** The object exists: what is missing, and that the next run finishes it. */
function unfinished(service: Service, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const log = error instanceof DeployFailed ? `. Its log: ${logOf(service, error)}` : "";
  return `${service.name} (${service.id}) is there but not ready: ${reason}${log}. Fix the cause and run the same command again; it goes on from here`;
}

function logOf({ dashboardUrl = "https://dashboard.render.com" }: Service, { deploy }: DeployFailed): string {
  return `${dashboardUrl}/deploys/${deploy.id}`;
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
  const domains = await domainsOf(api, service, undefined, call);
  return {
    id,
    ...liveService(service, inputs),
    ...(await liveVariables(api, id, inputs, call)),
    ...(await liveAttachments(api, id, call)),
    customDomains: liveDomains(domains, inputs),
    ...outputsOf(service, domains),
  };
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
    if (stream) result.logStreamOverride = { ...stream, ...(token === undefined ? {} : { token }) };
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
  { id, olds, news, changed }: ServiceUpdate,
  call: Call,
): Promise<ServiceOutputs> {
  // A half-made service: nothing differs, and whatever follows the create call may be missing.
  const unfinishedCreate = changed.size === 0;
  const update = { id, olds, news, changed: unfinishedCreate ? attachmentsOf(news) : changed };
  const body = unfinishedCreate ? undefined : patchBody(news, changed, api.ownerId);
  const service = body ? await api.updateService(id, body, call) : await api.service(id, call);
  await updateSettings(api, update, call);
  const cause = causeOf(olds, news, changed);
  try {
    if (service.suspended === "suspended") {
      call.warn(`${service.name} (${id}) is suspended: the change was made, and runs once it is resumed in Render`);
    } else if (unfinishedCreate) await finishDeploy(api, id, call);
    else if (cause) await redeploy(api, id, cause, call);
  } catch (error) {
    if (!(error instanceof DeployFailed)) throw error;
    throw new PartialFailure(id, { ...outputsOf(service, []) }, [unfinished(service, error)], { cause: error });
  }
  const domains = await domainsOf(api, service, news, call);
  return outputsOf(service, domains);
}

function attachmentsOf(news: ServiceInputs): Changed {
  const all = ["notificationOverride", "logStreamOverride", "customDomains"] as const;
  return new Set(all.filter((key) => news[key] !== undefined));
}

/** Inputs whose new value only a new instance sees. The others (scaling, domains, notifications, names…) act at once. */
const NEEDS_DEPLOY = [
  ...(["startCommand", "preDeployCommand", "plan", "envVars", "secretFiles"] as const),
  ...(["disk", "healthCheckPath", "maxShutdownDelaySeconds"] as const),
];

function causeOf(olds: Partial<ServiceInputs>, news: ServiceInputs, changed: Changed): Cause | undefined {
  const source = sourceCause(olds, news);
  if (source) return source;
  if (changed.has("rootDirectory")) return "build";
  const variables = changedKeys(olds.envVars, news.envVars);
  if (variables.some(readByBuilds)) return news.runtimeSource.image ? "settings" : "build";
  return NEEDS_DEPLOY.some((input) => changed.has(input)) ? "settings" : undefined;
}

/** Variables that change what a build makes: https://render.com/docs/environment-variables lists Render's own. */
function readByBuilds(key: string): boolean {
  return /_VERSION$|^NODE_ENV$|^(NEXT_PUBLIC|VITE|NPM|YARN|PIP|POETRY)_|^SKIP_INSTALL_DEPS$/.test(key);
}

/** Automatic deploys and build filters say when others deploy, and change nothing now. */
function sourceCause(
  { runtimeSource: old }: Partial<ServiceInputs>,
  { runtimeSource: now }: ServiceInputs,
): Cause | undefined {
  if (old?.image && now.image) return imagePath(old.image) === imagePath(now.image) ? undefined : "source";
  const [before, after] = [old?.nativeRuntime ?? old?.docker, now.nativeRuntime ?? now.docker];
  if (before?.repoUrl !== after?.repoUrl || before?.branch !== after?.branch) return "source";
  const recipe = (source: Partial<ServiceInputs["runtimeSource"]> | undefined): string =>
    JSON.stringify([
      ...[source?.nativeRuntime?.runtime, source?.nativeRuntime?.buildCommand],
      ...[source?.docker?.context, source?.docker?.dockerfilePath, source?.docker?.registryCredentialId],
    ]);
  return recipe(old) === recipe(now) ? undefined : "build";
}

export async function deleteService(api: RenderApi, id: string, call: Call): Promise<void> {
  await api.deleteService(id, call);
}
