import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ProcessGroup } from "./service-group.ts";

/** What a build command begins with, where that only installs what a lock file says. */
export interface Installation {
  /** `npm ci` */
  command: string;
  /** What follows it. */
  rest: string | undefined;
  /** Equal keys install the same. */
  key: string;
}

const INSTALL = /^\s*npm\s+(?:ci|install|i)(?:\s+--?[\w-]+(?:=[\w./-]+)?)*\s*$/;
/** They may write anywhere, so what they leave is more than `node_modules`. */
const LIFECYCLE = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
const Package = z.looseObject({
  scripts: z.record(z.string(), z.string()).optional(),
  workspaces: z.unknown().optional(),
});
const KEPT = 12;
/** A file as old as the entry is. */
const STAMP = "kept";

/**
 * The user's folder for installed packages, shared by all sandboxes: https://specifications.freedesktop.org/basedir-spec
 * says that a relative path is to be ignored.
 */
export function modulesFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : join(env.HOME || homedir(), ".cache");
  return join(base, "mais-deploy", "node-modules");
}

/** Reads a build command; undefined where its first step is another one, or its result depends on more than we see. */
export function installationOf(folder: string, command: string, env: Record<string, string>): Installation | undefined {
  const [first = "", ...others] = command.split("&&");
  if (!INSTALL.test(first) || others.some((part) => part.trim() === "")) return undefined;
  const [manifest, lock] = [readIf(join(folder, "package.json")), readIf(join(folder, "package-lock.json"))];
  const parsed = manifest === undefined ? undefined : parsePackage(manifest);
  if (!parsed || lock === undefined || parsed.workspaces !== undefined) return undefined;
  // Packages of the folder itself change without the lock file.
  if (LIFECYCLE.some((name) => parsed.scripts?.[name]) || /"(file|link):|"link": true/.test(lock)) return undefined;
  const settings = Object.entries(env).filter(([name]) => /^(npm_|node_env$|node_options$)/i.test(name));
  const inputs = [first.trim(), manifest, lock, readIf(join(folder, ".npmrc")), settings.sort(), process.version];
  const key = createHash("sha256").update(JSON.stringify([...inputs, process.platform, process.arch]));
  const rest = others.join("&&").trim();
  return { command: first.trim(), rest: rest === "" ? undefined : rest, key: key.digest("hex").slice(0, 32) };
}

function parsePackage(text: string): z.infer<typeof Package> | undefined {
  try {
    return Package.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function readIf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

export interface Provision {
  /** Installs, whatever there is. */
  isFresh: boolean;
  /** Puts `node_modules` there. */
  install(): Promise<void>;
}

/**
 * Installed packages by what they were installed from. A build that does nothing after it installed shares their files by
 * hard links, which takes a twentieth of a copy's time; one that goes on may write into them, and gets copies.
 */
export class ModulesCache {
  readonly #folder: string;
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Puts `node_modules` there: what it has, else by `install`, whose result it keeps. Answers which. */
  async provide(installation: Installation, folder: string, provision: Provision): Promise<"reused" | "installed"> {
    const { key } = installation;
    // Of services that install the same at once, one does it and the others take that.
    const before = this.#busy.get(key) ?? Promise.resolve();
    const work = before.catch(() => {}).then(() => this.#provide(installation, folder, provision));
    this.#busy.set(key, work);
    try {
      return await work;
    } finally {
      if (this.#busy.get(key) === work) this.#busy.delete(key);
    }
  }

  async #provide({ key, rest }: Installation, folder: string, provision: Provision): Promise<"reused" | "installed"> {
    const [kept, target] = [join(this.#folder, key), join(folder, "node_modules")];
    const how = rest === undefined ? "link" : "copy";
    if (!provision.isFresh && (await isSound(kept)) && (await take(join(kept, "node_modules"), target, how))) {
      const now = new Date();
      await utimes(kept, now, now).catch(() => {});
      return "reused";
    }
    await rm(target, { recursive: true, force: true });
    await provision.install();
    // A cache that cannot be written costs time, not the deploy.
    await this.#keep(kept, target, how).catch(() => {});
    return "installed";
  }

  async #keep(kept: string, source: string, how: "link" | "copy"): Promise<void> {
    if (!existsSync(source)) return;
    const partial = join(this.#folder, `.partial-${randomUUID()}`);
    await mkdir(partial, { recursive: true, mode: 0o700 });
    try {
      if (!(await take(source, join(partial, "node_modules"), how))) return;
      await writeFile(join(partial, STAMP), "");
      await rm(kept, { recursive: true, force: true });
      await rename(partial, kept);
      await this.#prune();
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }

  /** Keeps the ones that were used last. */
  async #prune(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith("."));
    const dated = await Promise.all(
      names.map(async (name) => ({ name, used: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    const old = dated.toSorted((a, b) => b.used - a.used).slice(KEPT);
    await Promise.all(old.map(({ name }) => rm(join(this.#folder, name), { recursive: true, force: true })));
  }
}

/** Whether nothing has written into shared files since they were kept. */
async function isSound(kept: string): Promise<boolean> {
  if (!existsSync(join(kept, STAMP))) return false;
  const newer: string[] = [];
  const command = 'find "$KEPT/node_modules" -type f -newer "$KEPT/$STAMP"';
  const isDone = await runQuietly(command, { KEPT: kept, STAMP }, (line) => newer.push(line));
  return isDone && newer.length === 0;
}

async function take(from: string, to: string, how: "link" | "copy"): Promise<boolean> {
  if (how === "link" && (await runQuietly('cp -RPl "$FROM" "$TO"', { FROM: from, TO: to }))) return true;
  // Another file system, or a `cp` without links.
  await rm(to, { recursive: true, force: true });
  return runQuietly('cp -RPp "$FROM" "$TO"', { FROM: from, TO: to });
}

/** A program of its own: thousands of files would hold up the sandbox's answers. Answers whether it went well. */
async function runQuietly(
  command: string,
  variables: Record<string, string>,
  onLine: (line: string) => void = () => {},
): Promise<boolean> {
  const env = { PATH: process.env.PATH ?? "", ...variables };
  return (await new ProcessGroup({ command, folder: "/", env, onLine }).finished()) === 0;
}
