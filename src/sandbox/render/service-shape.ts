import type { Store } from "../store.ts";
import { lastSuccess } from "./cron-runs.ts";
import { registryCredentials } from "./registry-credential-routes.ts";
import { isNative } from "./service-changes.ts";
import { disks, type Service } from "./state.ts";

const DASHBOARD_PATH = {
  web_service: "web",
  private_service: "pserv",
  background_worker: "worker",
  cron_job: "cron",
} as const;

/** A service as Render writes it. Fields without a value are left out, never null. */
export function serviceShape(store: Store, service: Service): Record<string, unknown> {
  const { autoDeployTrigger, settings } = service;
  return compact({
    id: service.id,
    autoDeploy: autoDeployTrigger === "off" ? "no" : "yes",
    autoDeployTrigger,
    branch: service.branch,
    buildFilter: service.buildFilter,
    createdAt: service.createdAt,
    dashboardUrl: `https://dashboard.render.com/${DASHBOARD_PATH[service.type]}/${service.id}`,
    environmentId: service.environmentId,
    imagePath: service.imagePath,
    name: service.name,
    notifyOnFail: notifyOnFail(service.notifications.notificationsToSend),
    ownerId: service.ownerId,
    registryCredential: credentialShape(store, settings.registryCredentialId),
    repo: service.repo,
    rootDir: service.rootDir,
    slug: service.slug,
    suspended: service.suspenders.length > 0 ? "suspended" : "not_suspended",
    suspenders: service.suspenders,
    type: service.type,
    updatedAt: service.updatedAt,
    serviceDetails: compact(details(store, service)),
  });
}

/** Named only while it exists. */
function credentialShape(store: Store, id: string | undefined): Record<string, unknown> | undefined {
  const credential = id === undefined ? undefined : registryCredentials(store).get(id);
  return credential && { id: credential.id, name: credential.name };
}

function details(store: Store, service: Service): Record<string, unknown> {
  const { settings, type } = service;
  const common = {
    env: settings.runtime,
    runtime: settings.runtime,
    envSpecificDetails: envSpecific(service),
    plan: settings.plan,
    region: settings.region,
    buildPlan: "starter",
  };
  if (type === "cron_job")
    return { ...common, schedule: settings.schedule, lastSuccessfulRunAt: lastSuccess(store, service.id) };
  const running = {
    ...common,
    autoscaling: settings.autoscaling,
    disk: diskShape(store, service.id),
    numInstances: settings.numInstances,
    pullRequestPreviewsEnabled: settings.previews === "automatic" ? "yes" : "no",
    previews: { generation: settings.previews },
    sshAddress: `${service.id}@ssh.${settings.region}.render.com`,
    maxShutdownDelaySeconds: settings.maxShutdownDelaySeconds,
  };
  if (type === "background_worker") return running;
  const openPorts = [{ port: 10000, protocol: "TCP" }];
  if (type === "private_service") return { ...running, openPorts, url: `${service.slug}:10000` };
  return {
    ...running,
    openPorts,
    url: `https://${service.slug}.onrender.com`,
    healthCheckPath: settings.healthCheckPath,
    // Absent in real answers of free services.
    maintenanceMode: settings.plan === "free" ? undefined : settings.maintenanceMode,
    ipAllowList: settings.ipAllowList,
    renderSubdomainPolicy: settings.renderSubdomainPolicy,
    cache: settings.cacheProfile && { profile: settings.cacheProfile },
  };
}

/** `preDeployCommand` is written beside this object and read inside it. */
function envSpecific({ settings }: Service): Record<string, unknown> {
  const { preDeployCommand, buildCommand, startCommand, dockerContext, dockerfilePath } = settings;
  const commands = isNative(settings.runtime)
    ? { buildCommand, startCommand }
    : { dockerCommand: startCommand, dockerContext, dockerfilePath };
  return compact({ ...commands, preDeployCommand });
}

function diskShape(store: Store, serviceId: string): Record<string, unknown> | undefined {
  const disk = disks(store)
    .list()
    .find((one) => one.serviceId === serviceId);
  return disk && { id: disk.id, name: disk.name, mountPath: disk.mountPath, sizeGB: disk.sizeGB };
}

export function notifyOnFail(notificationsToSend: string): string {
  if (notificationsToSend === "default") return "default";
  return notificationsToSend === "none" ? "ignore" : "notify";
}

export function compact(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
