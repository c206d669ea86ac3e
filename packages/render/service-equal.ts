import { isDeepStrictEqual } from "node:util";
import type { RuntimeSource, ServiceInputs } from "./service-inputs.ts";
import { imagePath } from "./service-wire.ts";

type Given<K extends keyof ServiceInputs> = NonNullable<ServiceInputs[K]>;

/**
 * Where Render's defaults stand for a property that a program leaves out: an import writes them down, since nobody can
 * tell whether they were chosen, and a program without them asks for nothing else.
 */
export const serviceEqual = {
  envVars: noneIsAbsent,
  secretFiles: noneIsAbsent,
  rootDirectory: (old: string, next?: string) => folderOf(old) === folderOf(next),
  startCommand: emptyIsAbsent,
  preDeployCommand: emptyIsAbsent,
  healthCheckPath: emptyIsAbsent,
  numInstances: (old: number, next?: number) => old === (next ?? 1),
  maxShutdownDelaySeconds: (old: number, next?: number) => old === (next ?? 30),
  previews: (old: Given<"previews">, next?: ServiceInputs["previews"]) =>
    (old.generation ?? "off") === (next?.generation ?? "off"),
  maintenanceMode: (old: Given<"maintenanceMode">, next?: ServiceInputs["maintenanceMode"]) =>
    isDeepStrictEqual(maintenance(old), maintenance(next)),
  notificationOverride: (old: Given<"notificationOverride">, next?: ServiceInputs["notificationOverride"]) =>
    isDeepStrictEqual(notifications(old), notifications(next)),
  ipAllowLists: (old: Given<"ipAllowLists">, next?: ServiceInputs["ipAllowLists"]) =>
    next === undefined && old.length === 1 && old[0]?.cidrBlock === "0.0.0.0/0",
  autoscaling: (old: Given<"autoscaling">, next?: ServiceInputs["autoscaling"]) =>
    next !== undefined && isDeepStrictEqual(scaling(old), scaling(next)),
  runtimeSource: (old: RuntimeSource, next?: RuntimeSource) =>
    next !== undefined && isDeepStrictEqual(sourceMeant(old), sourceMeant(next)),
};

function noneIsAbsent(old: object, next?: object): boolean {
  return Object.keys(old).length === 0 && Object.keys(next ?? {}).length === 0;
}

function emptyIsAbsent(old: string, next?: string): boolean {
  return old === "" && next === undefined;
}

function folderOf(path = ""): string {
  return path === "." || path === "./" ? "" : path;
}

function maintenance({ enabled = false, uri = "" }: Partial<Given<"maintenanceMode">> = {}) {
  return { enabled, uri };
}

function notifications(given: Partial<Given<"notificationOverride">> = {}) {
  const { notificationsToSend = "default", previewNotificationsEnabled = "default" } = given;
  return { notificationsToSend, previewNotificationsEnabled };
}

/** The percentage of a criterion that is switched off means nothing. */
function scaling({ criteria: { cpu, memory }, ...rest }: Given<"autoscaling">) {
  return { ...rest, cpu: cpu?.enabled ? cpu : undefined, memory: memory?.enabled ? memory : undefined };
}

/** A source with Render's defaults in it, in one spelling. */
export function sourceMeant({ nativeRuntime, docker, image }: RuntimeSource) {
  if (image) return { image: normalizeImage(imagePath(image)), registryCredentialId: image.registryCredentialId };
  const { autoDeploy = true, autoDeployTrigger, buildFilter, ...rest } = nativeRuntime ?? docker ?? {};
  const shared = {
    autoDeployTrigger: autoDeployTrigger ?? (autoDeploy ? "commit" : "off"),
    paths: buildFilter?.paths ?? [],
    ignoredPaths: buildFilter?.ignoredPaths ?? [],
  };
  if (!docker) return { ...shared, ...rest };
  const { context = ".", dockerfilePath = "./Dockerfile" } = docker;
  return { ...shared, ...rest, context, dockerfilePath };
}

/** Render reads `nginx` back as `docker.io/library/nginx:latest`. */
export function normalizeImage(path: string): string {
  const [first = ""] = path.split("/");
  const hasHost = path.includes("/") && /[.:]|^localhost$/.test(first);
  const full = hasHost ? path : `docker.io/${path.includes("/") ? "" : "library/"}${path}`;
  return /[:@][^/]*$/.test(full) ? full : `${full}:latest`;
}
