import { mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Engine, isExecutable, PROGRAMS, programIn, tryEngine } from "./engine.ts";
import { ENGINE_VERSION, isSupportedEngine, SUPPORTED_ENGINES } from "./engine-version.ts";

export type Environment = Record<string, string | undefined>;

/** Found, or why not. */
export type Sought = { engine: Engine } | { problem: string };

/** The user's folder for engines, shared by all clones. */
export function engineCacheFolder(env: Environment): string {
  // The XDG specification says that a relative path is to be ignored.
  const base = env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : join(env.HOME || homedir(), ".cache");
  return join(base, "mais-deploy", "engine");
}

/** Where an engine of this version is, or will be. Only whole, tried installations ever get this name. */
export function installFolder(cache: string, version = ENGINE_VERSION): string {
  return join(cache, version);
}

/** The engine in the user's cache folder. It was tried before it got its name, so presence is enough here. */
export async function engineInCache(cache: string): Promise<Sought> {
  const folder = join(installFolder(cache), "bin");
  for (const program of PROGRAMS) {
    const file = programIn(folder, program);
    if (!(await isExecutable(file))) return { problem: `${file} is not there` };
  }
  return { engine: { folder, pulumi: programIn(folder, "pulumi"), version: ENGINE_VERSION, source: "cache" } };
}

/**
 * The `pulumi` on the path, if it is in range and comes with its Node host. Starting it costs a tenth of a second, so the
 * answer is kept in the cache folder for as long as both files stay the same.
 */
export async function engineOnPath(env: Environment, cache: string): Promise<Sought> {
  const pulumi = await onPath("pulumi", env);
  if (!pulumi) return { problem: "no pulumi on the path" };
  const beside = programIn(dirname(pulumi), "pulumi-language-nodejs");
  const host = (await isExecutable(beside)) ? beside : await onPath("pulumi-language-nodejs", env);
  if (!host) return { problem: `${pulumi} comes without pulumi-language-nodejs` };
  const tried = await rememberedTrial(join(cache, "on-path.json"), [pulumi, host]);
  if ("problem" in tried) return tried;
  if (!isSupportedEngine(tried.version)) {
    return { problem: `${pulumi} is version ${tried.version}; needed: ${SUPPORTED_ENGINES}` };
  }
  return { engine: { folder: dirname(pulumi), pulumi, version: tried.version, source: "path" } };
}

async function onPath(program: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const file = join(folder, program);
    if (folder.startsWith("/") && (await isExecutable(file)) && (await stat(file)).isFile())
      return await realpath(file);
  }
  return undefined;
}

type Trial = Awaited<ReturnType<typeof tryEngine>>;

async function rememberedTrial(memory: string, programs: readonly [string, string]): Promise<Trial> {
  const stats = await Promise.all(programs.map((program) => stat(program)));
  const key = programs.map((program, index) => `${program} ${stats[index]?.size} ${stats[index]?.mtimeMs}`).join("\n");
  const remembered = await readFile(memory, "utf8").then(parseMemory, () => undefined);
  if (remembered?.key === key) return { version: remembered.version };
  const trial = await tryEngine(...programs);
  if ("version" in trial) {
    const write = mkdir(dirname(memory), { recursive: true }).then(() =>
      writeFile(memory, JSON.stringify({ key, version: trial.version })),
    );
    // Only a convenience: a read-only home must not stop anybody.
    await write.catch(() => undefined);
  }
  return trial;
}

function parseMemory(text: string): { key: string; version: string } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("key" in value) || !("version" in value)) return undefined;
    return { key: String(value.key), version: String(value.version) };
  } catch {
    return undefined;
  }
}
