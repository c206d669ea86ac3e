import { fileURLToPath } from "node:url";
import type { z } from "zod";
import type { World } from "../world.ts";
import { invalid } from "./refusals.ts";
import {
  type Details,
  detailsPatch,
  detailsPost,
  NATIVE_RUNTIMES,
  type ServicePatch,
  type ServicePost,
  type Variables,
} from "./service-input.ts";
import { generatedValue, newId, type Service, type ServiceSettings, stamp, type Variable } from "./state.ts";

/** A new service as the request describes it, with Render's defaults. */
export function newService(world: World, post: ServicePost): Service {
  if (post.type === "static_site") throw invalid("static sites are not emulated by the sandbox");
  const details = parseDetails(detailsPost[post.type], post.serviceDetails);
  const id = newId(world, post.type === "cron_job" ? "crn" : "srv");
  const at = stamp(world.clock.now());
  const service: Service = {
    id,
    type: post.type,
    name: post.name,
    slug: slugOf(world, post),
    ownerId: post.ownerId,
    autoDeployTrigger: "commit",
    rootDir: "",
    environmentId: post.environmentId,
    suspenders: [],
    settings: defaultSettings(details.runtime ?? "node"),
    envVars: withValues(world, post.envVars ?? []),
    secretFiles: post.secretFiles ?? [],
    notifications: { notificationsToSend: "default", previewNotificationsEnabled: "default" },
    createdAt: at,
    updatedAt: at,
  };
  applySource(service, post);
  applyDetails(service, details);
  service.settings.numInstances = details.numInstances ?? 1;
  service.settings.autoscaling = details.autoscaling;
  service.settings.region = details.region ?? "oregon";
  checkWhole(service);
  return service;
}

/** The disk that a POST asks for; it is an object of its own. */
export function diskOf(post: ServicePost): Details["disk"] {
  if (post.type === "static_site" || post.type === "cron_job") return undefined;
  return parseDetails(detailsPost[post.type], post.serviceDetails).disk;
}

/** A changed copy, or Render's 400; the service itself stays as it is. */
export function patched(world: World, service: Service, patch: ServicePatch): Service {
  const result = structuredClone(service);
  applySource(result, patch);
  if (patch.name !== undefined) result.name = patch.name;
  if (patch.serviceDetails !== undefined) {
    applyDetails(result, parseDetails(detailsPatch[service.type], patch.serviceDetails));
  }
  checkWhole(result);
  result.updatedAt = stamp(world.clock.now());
  return result;
}

export function withValues(world: World, variables: z.output<typeof Variables>): Variable[] {
  return variables.map((one) => ({ key: one.key, value: "value" in one ? one.value : generatedValue(world) }));
}

// Workers and cron jobs always get a suffix; the others bear their name, whose uniqueness makes it free.
function slugOf(world: World, { name, type }: ServicePost): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return type === "background_worker" || type === "cron_job" ? `${slug}-${world.ids.text(4)}` : slug;
}

function parseDetails(schema: z.ZodType<Details>, given: unknown): Details {
  const parsed = schema.safeParse(withRuntime(given ?? {}));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${["serviceDetails", ...issue.path].join(".")}: ${issue.message}`,
  );
  throw invalid(`invalid JSON: ${problems.join("; ")}`);
}

/** `env` is the former name of `runtime`; recordings show that it is still taken. */
function withRuntime(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("env" in given) || "runtime" in given) return given;
  return { ...given, runtime: given.env };
}

function defaultSettings(runtime: string): ServiceSettings {
  return {
    runtime,
    plan: "starter",
    region: "oregon",
    buildCommand: "",
    startCommand: "",
    dockerContext: "",
    dockerfilePath: "",
    healthCheckPath: "",
    maintenanceMode: { enabled: false, uri: "" },
    previews: "off",
    renderSubdomainPolicy: "enabled",
    numInstances: 1,
  };
}

function applySource(service: Service, given: ServicePatch | ServicePost): void {
  if (given.repo !== undefined) {
    service.repo = given.repo;
    service.branch ??= "main";
    service.imagePath = undefined;
  }
  if (given.image) {
    service.imagePath = normalizeImage(given.image.imagePath);
    service.settings.registryCredentialId = given.image.registryCredentialId;
    service.repo = undefined;
    service.branch = undefined;
  }
  if (given.branch !== undefined) service.branch = given.branch;
  if (given.rootDir !== undefined) service.rootDir = given.rootDir;
  const trigger = given.autoDeployTrigger ?? (given.autoDeploy && (given.autoDeploy === "yes" ? "commit" : "off"));
  if (trigger) service.autoDeployTrigger = trigger;
  if (given.buildFilter !== undefined) {
    const paths = given.buildFilter?.paths ?? [];
    const ignoredPaths = given.buildFilter?.ignoredPaths ?? [];
    service.buildFilter = paths.length + ignoredPaths.length > 0 ? { paths, ignoredPaths } : undefined;
  }
}

function applyDetails(service: Service, details: Details): void {
  const { settings } = service;
  const special = details.envSpecificDetails ?? {};
  settings.runtime = details.runtime ?? settings.runtime;
  settings.plan = details.plan ?? settings.plan;
  settings.buildCommand = special.buildCommand ?? settings.buildCommand;
  settings.startCommand = special.startCommand ?? special.dockerCommand ?? settings.startCommand;
  settings.dockerContext = special.dockerContext ?? settings.dockerContext;
  settings.dockerfilePath = special.dockerfilePath ?? settings.dockerfilePath;
  settings.registryCredentialId = special.registryCredentialId ?? settings.registryCredentialId;
  settings.schedule = details.schedule ?? settings.schedule;
  settings.preDeployCommand = details.preDeployCommand ?? settings.preDeployCommand;
  settings.maxShutdownDelaySeconds = details.maxShutdownDelaySeconds ?? settings.maxShutdownDelaySeconds;
  settings.healthCheckPath = details.healthCheckPath ?? settings.healthCheckPath;
  settings.maintenanceMode = details.maintenanceMode ?? settings.maintenanceMode;
  settings.ipAllowList = details.ipAllowList ?? settings.ipAllowList;
  settings.renderSubdomainPolicy = details.renderSubdomainPolicy ?? settings.renderSubdomainPolicy;
  settings.cacheProfile = details.cache?.profile ?? settings.cacheProfile;
  // `previews` wins over the deprecated flag; `{}` means off.
  if (details.previews) settings.previews = details.previews.generation ?? "off";
  else if (details.pullRequestPreviewsEnabled) {
    settings.previews = details.pullRequestPreviewsEnabled === "yes" ? "automatic" : "off";
  }
}

/** Rules that join several fields. The refusals' wording is ours. */
function checkWhole({ settings, repo, imagePath }: Service): void {
  if (settings.runtime === "image" && !imagePath) throw invalid("image is required for the image runtime");
  if (settings.runtime !== "image" && !repo) throw invalid("repo is required");
  if (repo && !isRepository(repo)) throw invalid(`invalid repo URL: ${repo}`);
  if (isNative(settings.runtime) && !(settings.buildCommand && settings.startCommand)) {
    throw invalid("buildCommand and startCommand are required for native runtimes");
  }
  if (settings.healthCheckPath && !settings.healthCheckPath.startsWith("/")) {
    throw invalid("healthCheckPath must start with /");
  }
}

export function isNative(runtime: string): boolean {
  return NATIVE_RUNTIMES.some((native) => native === runtime);
}

/** A local folder is the sandbox's own kind of repository. */
function isRepository(repo: string): boolean {
  if (/^(https:\/\/[^/]+\/.+|git@[^:]+:.+)/.test(repo)) return true;
  try {
    return repo.startsWith("file:///") && fileURLToPath(repo) !== "/";
  } catch {
    return false;
  }
}

/** `nginx` is read back as `docker.io/library/nginx:latest`. */
export function normalizeImage(path: string): string {
  const [first = "", ...rest] = path.split("/");
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const full = hasHost ? path : rest.length > 0 ? `docker.io/${path}` : `docker.io/library/${path}`;
  const last = full.slice(full.lastIndexOf("/"));
  return last.includes(":") || last.includes("@") ? full : `${full}:latest`;
}
