import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "./errors.ts";

type Env = Record<string, string | undefined>;

/** What the sandbox publishes in `address.json`. */
export interface SandboxAddress {
  url: string;
  credentials: Record<string, string>;
}

const START_LIMIT_MS = 15_000;
/** The sandbox's exit code for "another process has this folder": that one answers soon, or is about to end. */
const HELD_BY_ANOTHER = 75;

/** Starts under way, by folder: six providers of one process may find the sandbox stopped at once. */
const starting = new Map<string, Promise<SandboxAddress>>();

/** The running sandbox's address; starts one when none answers. Refresh and destroy need this: they run no program. */
export async function sandboxAddress(env: Env, root: string, signal: AbortSignal): Promise<SandboxAddress> {
  const folder = env.MAIS_SANDBOX_DIR ?? join(root, ".mais", "sandbox");
  const answering = await runningSandbox(folder, signal);
  if (answering) return answering;
  const started = starting.get(folder) ?? launch(env, root, folder).finally(() => starting.delete(folder));
  starting.set(folder, started);
  return started;
}

/** Where npm finds packages and keeps them, and whose certificates it trusts: for the builds of local folders. */
const REGISTRY = /^(npm_config_(registry|cache|userconfig|globalconfig|cafile)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

async function launch(env: Env, root: string, folder: string): Promise<SandboxAddress> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  let child = start(root, folder, env);
  while (!limit.aborted) {
    const answering = await runningSandbox(folder, limit);
    if (answering) return answering;
    await sleep(50);
    if (child.exitCode === null) continue;
    if (child.exitCode !== HELD_BY_ANOTHER) break;
    await sleep(500);
    child = start(root, folder, env);
  }
  const reason = readIfThere(join(folder, "start.log")).trim();
  throw new Refused(`The sandbox did not start${reason ? `: ${reason}` : ""}`);
}

function start(root: string, folder: string, env: Env): ChildProcess {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, "start.log"), "w", 0o600);
  const main = join(root, "src", "sandbox", "main.ts");
  // It runs users' code: it gets no variable of ours but what it needs to start.
  const { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE, MAIS_SANDBOX_EXCHANGES } = env;
  const npm = Object.fromEntries(Object.entries(env).filter(([name]) => REGISTRY.test(name)));
  const needed = { ...npm, PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE, MAIS_SANDBOX_EXCHANGES };
  const options = { detached: true, env: needed };
  const child = spawn(process.execPath, [main, "--dir", folder], { ...options, stdio: ["ignore", "ignore", log] });
  closeSync(log);
  child.unref();
  return child;
}

async function runningSandbox(folder: string, signal: AbortSignal): Promise<SandboxAddress | undefined> {
  try {
    const address = JSON.parse(readFileSync(join(folder, "address.json"), "utf8")) as SandboxAddress;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(2_000)]);
    const answer = await fetch(`${address.url}/_sandbox/status`, { signal: limit });
    return answer.ok && isLoopback(address.url) ? address : undefined;
  } catch {
    return undefined;
  }
}

export function isLoopback(url: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
