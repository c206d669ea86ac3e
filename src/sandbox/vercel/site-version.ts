import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Call } from "../emulator.ts";
import type { ServiceVersion } from "../service-host.ts";
import { identifySource } from "../service-source.ts";
import { setting } from "./project-wire.ts";
import type { DeploymentRecord, LinkRecord, ProjectRecord } from "./state.ts";

/** What is to be built of a local folder, or why nothing can be. */
export type Site = { version: ServiceVersion } | { failure: string };

export type Planned = Pick<DeploymentRecord, "id" | "url" | "target" | "gitSource" | "variables">;

const Package = z.looseObject({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
/** By the lock file: https://vercel.com/docs/package-managers */
const INSTALLERS = { "pnpm-lock.yaml": "pnpm install", "yarn.lock": "yarn install" } as const;

/** The folder of a link `file:/absolute/folder`, the sandbox's own kind of repository. */
export function localFolder(link: LinkRecord | undefined): string | undefined {
  return link?.repo.startsWith("file:/") ? fileURLToPath(link.repo) : undefined;
}

/** What stands in the folder now; undefined for a repository elsewhere. What cannot be read fails the build, which says why. */
export function localCommit(link: LinkRecord | undefined): string | undefined {
  const folder = localFolder(link);
  try {
    return folder !== undefined && existsSync(folder) ? identifySource(folder).commit : undefined;
  } catch {
    return undefined;
  }
}

/** How a linked local folder is built and served. Served by its own `start` script: that is the sandbox's way, Vercel has none. */
export function siteOf(call: Call, project: ProjectRecord, planned: Planned): Site | undefined {
  const folder = localFolder(project.link);
  if (folder === undefined) return undefined;
  const rootDir = String(setting(project, "rootDirectory") ?? "");
  const place = join(folder, rootDir);
  const manifest = readPackage(place);
  if (!manifest) return { failure: `There is no package.json that can be read in ${place}.` };
  const { scripts, dependencies, devDependencies } = manifest;
  if (setting(project, "framework") === "nextjs" && !("next" in { ...dependencies, ...devDependencies }))
    return {
      failure: `No Next.js version detected: the package.json of the root directory (${rootDir || "."}) does not depend on "next".`,
    };
  if (!scripts.start)
    return { failure: 'The sandbox serves a site by the script "start" of its package.json, and there is none.' };
  const sha = planned.gitSource?.sha;
  const version = {
    ...{ id: project.id, name: project.name, vendor: "vercel", folder, healthCheckPath: undefined },
    ...{ rootDir: rootDir || undefined, commit: typeof sha === "string" ? sha : undefined, buildId: planned.id },
    buildCommand: buildCommand(project, manifest, place),
    startCommand: `PATH="$PWD/node_modules/.bin:$PATH"; export PATH; ${scripts.start}`,
    variables: localAddresses(call, planned.variables),
    ...{ defaults: systemVariables(project, planned), runtimeDefaults: { NODE_ENV: "production" } },
  };
  return { version };
}

function readPackage(place: string): z.output<typeof Package> | undefined {
  try {
    return Package.safeParse(JSON.parse(readFileSync(join(place, "package.json"), "utf8"))).data;
  } catch {
    return undefined;
  }
}

function buildCommand(project: ProjectRecord, manifest: z.output<typeof Package>, place: string): string | undefined {
  const { scripts, dependencies, devDependencies } = manifest;
  const needsPackages = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  const locked = Object.entries(INSTALLERS).find(([lock]) => existsSync(join(place, lock)));
  const install = setting(project, "installCommand") ?? (needsPackages ? (locked?.[1] ?? "npm install") : undefined);
  const build = setting(project, "buildCommand") ?? (scripts.build ? "npm run build" : undefined);
  const steps = [install, build].filter((step) => typeof step === "string" && step !== "");
  return steps.length > 0 ? steps.join(" && ") : undefined;
}

/**
 * A site asks the API under its public name, which leads nowhere from here. What a browser is to know of it is built with
 * the address at which the sandbox runs that name.
 */
function localAddresses({ world }: Call, variables: Record<string, string>): Record<string, string> {
  const local = (name: string, value: string): string => {
    if (!name.startsWith("NEXT_PUBLIC_") || !URL.canParse(value)) return value;
    const { hostname, origin } = new URL(value);
    const found = world.findApplication?.(hostname);
    return found && value.startsWith(origin) ? found + value.slice(origin.length) : value;
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, local(name, value)]));
}

/** https://vercel.com/docs/environment-variables/system-environment-variables */
function systemVariables(project: ProjectRecord, { id, url, target, gitSource }: Planned): Record<string, string> {
  if (setting(project, "autoExposeSystemEnvs") === false) return {};
  const environment = target ?? "preview";
  const git = { VERCEL_GIT_COMMIT_SHA: gitSource?.sha, VERCEL_GIT_COMMIT_REF: gitSource?.ref };
  const known = Object.entries(git).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    ...{ VERCEL: "1", VERCEL_ENV: environment, VERCEL_TARGET_ENV: environment, VERCEL_URL: url },
    ...{ VERCEL_DEPLOYMENT_ID: id, VERCEL_PROJECT_ID: project.id },
    VERCEL_PROJECT_PRODUCTION_URL: `${project.name}.vercel.app`,
    ...Object.fromEntries(known),
  };
}
