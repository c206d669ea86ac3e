import { type Call, orAbsent } from "@mais/provider-kit";
import type { RenderApi } from "./client.ts";
import { sourceOf } from "./service-cause.ts";
import type { ServiceInputs } from "./service-inputs.ts";
import { type LiveService, liveService } from "./service-live.ts";
import { liveEnvVars, liveSecretFiles, type Variables } from "./variables.ts";
import type { CustomDomain, Service } from "./wire.ts";

export interface ServiceOutputs {
  slug: string;
  url: string;
  dashboardUrl: string;
  activeCustomDomains: CustomDomain[];
  /** What the last deploy that this stack saw go well came from; absent as long as there was none. */
  deployedSource?: string | undefined;
  /** The deploy that the last run did not see the end of. */
  unfinishedDeploy?: string | undefined;
}

type Existing = { inputs?: Partial<ServiceInputs> | undefined } & Call;

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
  // Not on import: a link may be an `EnvGroupLink`'s, and nobody can tell.
  if (inputs?.envGroups) {
    const linked = new Set((await api.groupsLinkedTo(id, call)).map((group) => group.id));
    const kept = inputs.envGroups.filter((group) => linked.has(group.id));
    result.envGroups = kept.length > 0 ? kept : undefined;
  }
  return result;
}

/** Redirects that came along with a name are no inputs; nor are domains that others added. */
function liveDomains(domains: readonly CustomDomain[], inputs: Partial<ServiceInputs> | undefined) {
  const managed = inputs?.customDomains?.map(({ name }) => name);
  const kept = domains.filter(({ name, redirectForName }) => (managed ? managed.includes(name) : !redirectForName));
  return kept.length > 0 ? kept.map(({ name }) => ({ name })) : undefined;
}

export async function domainsOf(
  api: RenderApi,
  service: Service,
  inputs: ServiceInputs | undefined,
  call: Call,
): Promise<CustomDomain[]> {
  if (service.type !== "web_service" || (inputs && !inputs.customDomains)) return [];
  return api.customDomains(service.id, call);
}

export function outputsOf(service: Service, activeCustomDomains: CustomDomain[]): ServiceOutputs {
  const { slug, dashboardUrl = "", serviceDetails } = service;
  return { slug, url: serviceDetails.url ?? "", dashboardUrl, activeCustomDomains };
}
