import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServiceKind, ServiceVersion } from "../service-host.ts";
import { identifySource, type SourceId } from "../service-source.ts";
import type { World } from "../world.ts";
import { type Deploy, type Service, type ServiceType, stamp } from "./state.ts";

const KINDS: Record<ServiceType, ServiceKind> = {
  ...{ web_service: "web", private_service: "web", background_worker: "worker", cron_job: "cron" },
};
/** The values of RENDER_SERVICE_TYPE. */
const TYPES: Record<ServiceType, string> = {
  ...{ web_service: "web", private_service: "pserv", background_worker: "worker", cron_job: "cron" },
};

/** What listens gets a port in any case, by a stand-in if need be; other services run only from a local folder. */
export function runsOnHost(service: Service): boolean {
  return KINDS[service.type] === "web" || localFolder(service) !== undefined;
}

/** The folder of a `file://` repository. */
function localFolder({ repo }: Service): string | undefined {
  return repo?.startsWith("file:") ? fileURLToPath(repo).replace(/\/$/, "") : undefined;
}

/** A local folder stands where it stands at this moment. The sandbox has no Git host: any branch elsewhere always has the same made-up commit. */
export function commitOf(world: World, service: Service, commitId: string | undefined): Deploy["commit"] {
  if (service.imagePath) return null;
  const createdAt = stamp(world.clock.now());
  const message = `${service.branch} in the sandbox`;
  if (commitId !== undefined) return { id: commitId, message, createdAt };
  const folder = localFolder(service);
  const source = folder === undefined ? undefined : sourceOf(folder);
  if (source) return { id: source.commit, message: source.message, createdAt };
  return { id: createHash("sha1").update(`${service.repo}#${service.branch}`).digest("hex"), message, createdAt };
}

/** What cannot be read fails the deploy, which says why; the request that asks for it goes well, as at Render. */
function sourceOf(folder: string): SourceId | undefined {
  try {
    return existsSync(folder) ? identifySource(folder) : undefined;
  } catch {
    return undefined;
  }
}

export interface VersionFacts {
  deployId: string;
  commit: Deploy["commit"];
  variables: Record<string, string>;
  secretFiles: Record<string, string>;
  clearCache: boolean;
  hasDisk: boolean;
  /** The deploy whose build this one runs again. */
  reuse: Deploy | undefined;
}

/** What the service host is to build and run: settings and variables as they are now. */
export function versionOf(service: Service, facts: VersionFacts): ServiceVersion {
  const { settings, rootDir } = service;
  const { reuse, deployId } = facts;
  return {
    ...{ id: service.id, name: service.name, vendor: "render", kind: KINDS[service.type] },
    folder: localFolder(service),
    rootDir: rootDir.replace(/^(\.?\/)+|\/+$/g, "").replace(/^\.$/, "") || undefined,
    commit: facts.commit?.id,
    // A build that is run again keeps the command that made it.
    buildCommand: reuse ? reuse.version.buildCommand : settings.buildCommand || undefined,
    preDeployCommand: settings.preDeployCommand || undefined,
    startCommand: settings.startCommand || undefined,
    ...{ variables: facts.variables, secretFiles: facts.secretFiles, ...defaultsOf(service, facts) },
    healthCheckPath: settings.healthCheckPath || undefined,
    buildId: reuse ? (reuse.version.buildId ?? reuse.id) : deployId,
    clearCache: facts.clearCache,
    shutdownSeconds: settings.maxShutdownDelaySeconds,
    exclusive: facts.hasDisk,
  };
}

/** https://render.com/docs/environment-variables, the part "All runtimes", and Node's. */
function defaultsOf(service: Service, { commit }: VersionFacts): Pick<ServiceVersion, "defaults" | "runtimeDefaults"> {
  const { id, name, slug, type, branch, repo, settings } = service;
  const host = `${slug}.onrender.com`;
  const defaults = {
    ...{ RENDER: "true", IS_PULL_REQUEST: "false" },
    ...{ RENDER_SERVICE_ID: id, RENDER_SERVICE_NAME: name, RENDER_SERVICE_TYPE: TYPES[type] },
    ...(type === "web_service" ? { RENDER_EXTERNAL_URL: `https://${host}`, RENDER_EXTERNAL_HOSTNAME: host } : {}),
    ...(KINDS[type] === "web" ? { RENDER_DISCOVERY_SERVICE: `${slug}-discovery` } : {}),
    ...(commit ? { RENDER_GIT_COMMIT: commit.id, RENDER_GIT_BRANCH: branch ?? "" } : {}),
    ...(commit && repo ? { RENDER_GIT_REPO_SLUG: repoSlug(repo) } : {}),
  };
  const runtimeDefaults = {
    RENDER_INSTANCE_ID: `${id}-00000`,
    ...(settings.runtime === "node" ? { NODE_ENV: "production" } : {}),
  };
  return { defaults, runtimeDefaults };
}

/** `owner/name`; of a local folder its name alone. */
function repoSlug(repo: string): string {
  if (repo.startsWith("file:")) return basename(fileURLToPath(repo));
  return repo
    .replace(/\.git$/, "")
    .split(/[/:]/)
    .slice(-2)
    .join("/");
}
