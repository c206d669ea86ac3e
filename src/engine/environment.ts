import { delimiter, join, resolve } from "node:path";
import type { Engine } from "./engine.ts";
import type { Environment } from "./locate-engine.ts";
import type { Project } from "./project.ts";
import { SANDBOX_PASSPHRASE, sandboxFolders } from "./sandbox-folder.ts";

export interface EnvironmentOptions {
  root: string;
  /** What relative files in the environment are relative to. */
  cwd: string;
  env: Environment;
  engine: Engine;
  project: Project;
}

/**
 * What an engine run needs, over the user's own environment; undefined means that the variable must not be there. A live
 * run's backend, passphrase and tokens are the user's own and are not named here.
 */
export function engineVariables(options: EnvironmentOptions): Environment {
  const { root, cwd, env, engine, project } = options;
  const folders = sandboxFolders(root, env);
  const first = [join(root, "node_modules", ".bin"), engine.folder];
  const rest = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "" && !first.includes(folder));
  return {
    PATH: [...first, ...rest].join(delimiter),
    PULUMI_STACK: project.stack,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Every provider is one of ours; a download would hide a missing one.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node"),
    MAIS_ROOT: root,
    ...(env.MAIS_ENV_FILE ? { MAIS_ENV_FILE: resolve(cwd, env.MAIS_ENV_FILE) } : {}),
    ...(env.MAIS_SANDBOX_DIR ? { MAIS_SANDBOX_DIR: folders.home } : {}),
    ...(project.target === "sandbox" ? sandboxVariables(folders.backendUrl) : liveVariables(env, folders.backendUrl)),
  };
}

function sandboxVariables(backendUrl: string): Environment {
  return {
    MAIS_TARGET: "sandbox",
    PULUMI_BACKEND_URL: backendUrl,
    PULUMI_CONFIG_PASSPHRASE: SANDBOX_PASSPHRASE,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  };
}

/** A shell that was set up for the sandbox must not send a live run to the sandbox's state. */
function liveVariables(env: Environment, sandboxBackendUrl: string): Environment {
  return {
    MAIS_TARGET: undefined,
    ...(env.PULUMI_BACKEND_URL === sandboxBackendUrl ? { PULUMI_BACKEND_URL: undefined } : {}),
    ...(env.PULUMI_CONFIG_PASSPHRASE === SANDBOX_PASSPHRASE ? { PULUMI_CONFIG_PASSPHRASE: undefined } : {}),
  };
}

/** The whole environment of an engine run. */
export function engineEnvironment(options: EnvironmentOptions): Record<string, string> {
  const all = { ...options.env, ...engineVariables(options) };
  const isSet = (entry: [string, string | undefined]): entry is [string, string] => entry[1] !== undefined;
  return Object.fromEntries(Object.entries(all).filter(isSet));
}

/** The same as shell commands, for `eval`: plain `pulumi` works afterwards. It holds no secret but the published one. */
export function shellExports(options: EnvironmentOptions): string {
  const lines = Object.entries(engineVariables(options)).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${quote(value)}`,
  );
  return [...lines, `cd ${quote(options.project.folder)}`].join("\n");
}

/** For every POSIX shell: nothing inside single quotes means anything. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
