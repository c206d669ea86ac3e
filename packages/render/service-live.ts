import { normalizeImage } from "./service-equal.ts";
import type { PAID_PLANS, RuntimeSource, ServiceInputs } from "./service-inputs.ts";
import { imagePath } from "./service-wire.ts";
import type { Service } from "./wire.ts";

type Repository = Pick<NonNullable<RuntimeSource["nativeRuntime"]>, "autoDeploy" | "autoDeployTrigger">;
type Managed = Partial<ServiceInputs> | undefined;
/** Typed with what every kind of service knows; Render may answer plans and regions that it has added since. */
export type LiveService = Partial<Omit<ServiceInputs, "plan">> & { plan?: (typeof PAID_PLANS)[number] };

/** What somebody can take away altogether: named as absent, since what is not named keeps the state's value. */
const REMOVABLE = { environmentId: undefined, autoscaling: undefined, disk: undefined };

/**
 * The settings that Render returns with a service, spelt as a user writes them: all of them on import, else those that
 * are managed, in the user's own spelling.
 */
export function liveService(service: Service, managed: Managed): LiveService {
  const live = { ...REMOVABLE, ...everySetting(service, managed) };
  const isManaged = (key: string) => !managed || managed[key as keyof ServiceInputs] !== undefined;
  return Object.fromEntries(Object.entries(live).filter(([key]) => isManaged(key)));
}

function everySetting(service: Service, managed: Managed): Record<string, unknown> {
  const { serviceDetails: details } = service;
  const native = details.envSpecificDetails?.startCommand;
  const { generation } = details.previews ?? {};
  return present({
    name: service.name,
    plan: details.plan,
    region: details.region,
    environmentId: service.environmentId,
    rootDirectory: orAbsentText(service.rootDir, managed?.rootDirectory),
    startCommand: orAbsentText(native ?? details.envSpecificDetails?.dockerCommand, managed?.startCommand),
    runtimeSource: liveSource(service, managed?.runtimeSource),
    preDeployCommand: orAbsentText(details.envSpecificDetails?.preDeployCommand, managed?.preDeployCommand),
    healthCheckPath: orAbsentText(details.healthCheckPath, managed?.healthCheckPath),
    maintenanceMode: details.maintenanceMode,
    maxShutdownDelaySeconds: details.maxShutdownDelaySeconds,
    ipAllowLists: details.ipAllowList ?? undefined,
    previews: generation ? { generation } : undefined,
    // Both fields say the same: on import only the newer one is taken up.
    pullRequestPreviewsEnabled: managed && details.pullRequestPreviewsEnabled === "yes",
    schedule: details.schedule,
    ...liveScaling(service, managed),
    disk: details.disk && { name: details.disk.name, mountPath: details.disk.mountPath, sizeGb: details.disk.sizeGB },
  });
}

function liveScaling({ serviceDetails: details }: Service, managed: Managed): Record<string, unknown> {
  const { autoscaling } = details;
  if (!autoscaling) return { numInstances: details.numInstances };
  const { enabled, min, max } = autoscaling;
  const { cpu, memory } = autoscaling.criteria;
  const wanted = managed?.autoscaling?.criteria;
  // A criterion that was left out is sent as switched off.
  const criteria = present({
    cpu: wanted && !wanted.cpu && !cpu.enabled ? undefined : cpu,
    memory: wanted && !wanted.memory && !memory.enabled ? undefined : memory,
  });
  // While it is on, the number of instances is the autoscaler's, not the user's.
  const numInstances = enabled ? managed?.numInstances : details.numInstances;
  return { numInstances, autoscaling: { enabled, min, max, criteria } };
}

/** Render writes "" where nothing is set. A user who wrote "" keeps it, everybody else has left it out. */
function orAbsentText(live: string | undefined, managed: string | undefined): string | undefined {
  return live === "" && managed === undefined ? undefined : live;
}

function liveSource(service: Service, managed: RuntimeSource | undefined): Record<string, unknown> {
  const { serviceDetails: details } = service;
  const registryCredentialId = service.registryCredential?.id;
  if (details.runtime === "image") return { image: liveImage(service, managed?.image) };
  const wanted = managed?.nativeRuntime ?? managed?.docker;
  const paths = present({
    paths: orAbsentList(service.buildFilter?.paths),
    ignoredPaths: orAbsentList(service.buildFilter?.ignoredPaths),
  });
  const repository = {
    repoUrl: service.repo,
    branch: service.branch,
    ...liveTrigger(service, wanted),
    buildFilter: Object.keys(paths).length > 0 ? paths : undefined,
  };
  const { buildCommand, dockerContext, dockerfilePath } = details.envSpecificDetails ?? {};
  if (details.runtime === "docker") {
    const docker = { ...repository, context: dockerContext, dockerfilePath, registryCredentialId };
    return { docker: present(onlyGiven(docker, managed?.docker, ["context", "dockerfilePath"])) };
  }
  return { nativeRuntime: present({ ...repository, buildCommand, runtime: details.runtime }) };
}

/** Two spellings of one setting: the one that the user chose. Left out it means "on", so "off" must show. */
function liveTrigger({ autoDeploy, autoDeployTrigger }: Service, wanted: Repository | undefined) {
  const on = autoDeploy !== "no";
  const trigger = autoDeployTrigger ?? (on ? "commit" : "off");
  if (wanted?.autoDeployTrigger) {
    return { autoDeployTrigger: trigger, ...(wanted.autoDeploy === undefined ? {} : { autoDeploy: on }) };
  }
  if (wanted) return wanted.autoDeploy !== undefined || !on ? { autoDeploy: on } : {};
  // Only the finer spelling can say it.
  return trigger === "checksPass" ? { autoDeployTrigger: trigger } : { autoDeploy: on };
}

/** Drops what the user left out and Render filled in with its default. */
function onlyGiven<T extends object>(live: T, managed: object | undefined, optional: (keyof T)[]): Partial<T> {
  const dropped = new Set<PropertyKey>(managed ? optional.filter((key) => !(key in managed)) : []);
  return Object.fromEntries(Object.entries(live).filter(([key]) => !dropped.has(key))) as Partial<T>;
}

function orAbsentList(list: string[] | null | undefined): string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

function liveImage(service: Service, managed: RuntimeSource["image"]): Record<string, unknown> {
  const path = service.imagePath ?? "";
  const registryCredentialId = service.registryCredential?.id;
  // Render reads `nginx` back as `docker.io/library/nginx:latest`.
  const same = managed && normalizeImage(imagePath(managed)) === path;
  if (same) return present({ ...managed, registryCredentialId });
  const [, name = path, mark, version] = /^(.*?)(?:([:@])([^/]*))?$/.exec(path) ?? [];
  return present({ imageUrl: name, [mark === "@" ? "digest" : "tag"]: version, registryCredentialId });
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
