import type { Cause } from "./deploys.ts";
import { normalizeImage } from "./service-equal.ts";
import type { RuntimeSource, ServiceInputs } from "./service-inputs.ts";
import { type Changed, imagePath } from "./service-wire.ts";
import { changedKeys } from "./variables.ts";

/** Inputs whose new value only a new instance sees. The others (scaling, domains, notifications, names…) act at once. */
const NEEDS_DEPLOY = [
  ...(["startCommand", "preDeployCommand", "plan", "envVars", "secretFiles"] as const),
  ...(["disk", "healthCheckPath", "maxShutdownDelaySeconds", "envGroups"] as const),
];

export interface Change {
  olds: Partial<ServiceInputs>;
  news: ServiceInputs;
  changed: Changed;
  /** What the last deploy that went well came from. */
  deployedSource: string | undefined;
}

/** What the changed inputs need a deploy for, if any. */
export function causeOf({ olds, news, changed, deployedSource }: Change): Cause | undefined {
  if (deployedSource !== undefined && deployedSource !== sourceOf(news.runtimeSource)) return "source";
  if (changed.has("rootDirectory")) return "build";
  if (olds.runtimeSource && recipe(olds.runtimeSource) !== recipe(news.runtimeSource)) return "build";
  const variables = changedKeys(olds.envVars, news.envVars);
  if (variables.some(readByBuilds) && !news.runtimeSource.image) return "build";
  return NEEDS_DEPLOY.some((input) => changed.has(input)) ? "settings" : undefined;
}

/** Where the code comes from: another answer means other code. */
export function sourceOf({ nativeRuntime, docker, image }: RuntimeSource): string {
  if (image) return normalizeImage(imagePath(image));
  const { repoUrl, branch } = nativeRuntime ?? docker ?? {};
  return `${repoUrl}#${branch}`;
}

/** How it is built. Automatic deploys and build filters are no part of it: they say when others deploy. */
function recipe({ nativeRuntime, docker }: RuntimeSource): string {
  return JSON.stringify([
    ...[nativeRuntime?.runtime, nativeRuntime?.buildCommand],
    ...(docker ? [docker.context ?? ".", docker.dockerfilePath ?? "./Dockerfile", docker.registryCredentialId] : []),
  ]);
}

/** Variables that change what a build makes: https://render.com/docs/environment-variables lists Render's own. */
function readByBuilds(key: string): boolean {
  return /_VERSION$|^NODE_ENV$|^(NEXT_PUBLIC|VITE|NPM|YARN|PIP|POETRY)_|^SKIP_INSTALL_DEPS$/.test(key);
}
