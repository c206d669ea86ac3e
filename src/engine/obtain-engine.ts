import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../progress.ts";
import { exit, UserError } from "../user-error.ts";
import { buildEngine, findGo } from "./build-engine.ts";
import { downloadEngine } from "./download-engine.ts";
import { type Engine, type EngineSource, programIn, tryEngine } from "./engine.ts";
import { ENGINE_VERSION, isSupportedEngine } from "./engine-version.ts";
import { acquireInstallLock } from "./install-lock.ts";
import { type Environment, engineCacheFolder, engineInCache, engineOnPath, installFolder } from "./locate-engine.ts";

/** Puts `bin/pulumi` and `bin/pulumi-language-nodejs` into a new folder. Answers a problem in words, or undefined. */
export type Install = (folder: string, update: (detail: string) => void) => Promise<string | undefined>;

export interface ObtainOptions {
  root: string;
  env: Environment;
  progress: Progress;
  /** How to make an installation when none is found, in order. For tests. */
  installers?: readonly Installer[];
}

export interface Installer {
  source: EngineSource;
  label: string;
  install: Install;
}

/** How a folder is called before it is whole. */
const NEW = ".new-";

interface Failure {
  way: string;
  problem: string;
}

/**
 * The engine: on the path, in the user's cache folder, by official download, or built with Go, whichever is first to
 * work.
 */
export async function obtainEngine(options: ObtainOptions): Promise<Engine> {
  const cache = engineCacheFolder(options.env);
  const failures: Failure[] = [];
  const onPath = await engineOnPath(options.env, cache);
  if ("engine" in onPath) return onPath.engine;
  failures.push({ way: "path", problem: onPath.problem });
  const cached = await engineInCache(cache);
  if ("engine" in cached) return cached.engine;
  failures.push({ way: "cache", problem: cached.problem });
  return await installEngine(cache, failures, options);
}

async function installEngine(cache: string, failures: Failure[], options: ObtainOptions): Promise<Engine> {
  const { progress } = options;
  await using lock = await waitForLock(cache, progress);
  if (lock.waited) {
    const cached = await engineInCache(cache);
    if ("engine" in cached) return cached.engine;
  }
  await removeRemains(cache);
  for (const { source, label, install } of options.installers ?? installers(options)) {
    const temporary = await mkdtemp(join(cache, NEW));
    using _cleanup = removeWhenInterrupted(temporary);
    try {
      const problem = await progress
        .step(label, (update) => installAndTry(temporary, install, update))
        .catch(asProblem);
      if (problem === undefined) return await settle(temporary, cache, source);
      progress.line(`  ${problem}`);
      failures.push({ way: source, problem });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  throw noEngine(failures);
}

async function waitForLock(cache: string, progress: Progress): ReturnType<typeof acquireInstallLock> {
  await mkdir(cache, { recursive: true }).catch((cause: Error) => {
    throw new UserError(`The engine's folder ${cache} cannot be made: ${cause.message}`, {
      advice: "Make it writable, or set XDG_CACHE_HOME to a folder that is.",
      cause,
    });
  });
  let told = 0;
  return await acquireInstallLock(join(cache, `${ENGINE_VERSION}.lock`), (holder) => {
    // Twice a second is asked, every ten seconds is told.
    if (told++ % 20 === 0) progress.line(`Waiting for ${holder}, which is installing the engine …`);
  });
}

/** Half-made installations of processes that were killed. The lock is ours, so nobody is at work in them. */
async function removeRemains(cache: string): Promise<void> {
  const remains = (await readdir(cache)).filter((name) => name.startsWith(NEW));
  await Promise.all(remains.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

function removeWhenInterrupted(folder: string): Disposable {
  const stop = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(exit.cancelled);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, stop);
  return {
    [Symbol.dispose]: () => {
      for (const signal of signals) process.removeListener(signal, stop);
    },
  };
}

class InstallProblem extends Error {}

/** Throws its problem, so that the step is shown as failed. */
async function installAndTry(folder: string, install: Install, update: (detail: string) => void): Promise<undefined> {
  const problem = await install(folder, update);
  if (problem !== undefined) throw new InstallProblem(problem);
  update("trying it");
  const bin = join(folder, "bin");
  const tried = await tryEngine(programIn(bin, "pulumi"), programIn(bin, "pulumi-language-nodejs"));
  if ("problem" in tried) throw new InstallProblem(tried.problem);
  if (!isSupportedEngine(tried.version)) throw new InstallProblem(`it is version ${tried.version}`);
}

function asProblem(error: unknown): string {
  if (error instanceof InstallProblem) return error.message;
  throw error;
}

/** Gives the tried installation its name, in one step. What bore it before did not work, or was made by a faster clone. */
async function settle(temporary: string, cache: string, source: EngineSource): Promise<Engine> {
  const folder = installFolder(cache);
  const cached = await engineInCache(cache);
  if (!("engine" in cached)) {
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  }
  const bin = join(folder, "bin");
  return { folder: bin, pulumi: programIn(bin, "pulumi"), version: ENGINE_VERSION, source };
}

function installers({ root, env }: ObtainOptions): Installer[] {
  return [
    {
      source: "download",
      label: `Downloading the Pulumi engine ${ENGINE_VERSION}`,
      install: (folder, update) => downloadEngine(folder, { env, update }),
    },
    {
      source: "build",
      label: `Building the Pulumi engine ${ENGINE_VERSION} with Go (some minutes, once for all clones)`,
      install: async (folder, update) => {
        const go = await findGo(env);
        return "problem" in go ? go.problem : await buildEngine(folder, { root, env, update });
      },
    },
  ];
}

function noEngine(failures: readonly Failure[]): UserError {
  const tried = failures.map(({ way, problem }) => `  ${way.padEnd(8)}  ${problem}`);
  return new UserError(
    `The Pulumi engine ${ENGINE_VERSION} could not be obtained. Nothing was changed. Tried:\n${tried.join("\n")}`,
    {
      advice: [
        "Do one of these, then run the same command again:",
        "- allow https://get.pulumi.com (HTTPS_PROXY is heeded), or",
        "- put pulumi and pulumi-language-nodejs on the path: https://www.pulumi.com/docs/install/, or",
        "- install Go (https://go.dev/dl/), which builds the engine from tools/engine.",
      ],
    },
  );
}
