import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, readAddress, removeAddress } from "../sandbox/address.ts";
import { type DataServerChoice, readChoice } from "../sandbox/data-server-choice.ts";
import { isHeld } from "../sandbox/folder-lock.ts";
import type { RunningService } from "../sandbox/service-host.ts";
import { exit, UserError } from "../user-error.ts";
import { type StartOptions, spawnSandbox } from "./spawn-sandbox.ts";

export { type Address, sandboxFolder } from "../sandbox/address.ts";
export { AUTHORITY } from "../sandbox/data-server-choice.ts";
export type { RunningService } from "../sandbox/service-host.ts";

/** What the sandbox says of itself. */
export interface SandboxStatus {
  url: string;
  pid: number;
  started: string;
  vendors: { vendor: string; routes: number }[];
  databases: DataServerChoice;
  clock: { now: string; aheadMs: number };
  requests: number;
}

const LIMIT_MS = 15_000;
/** A sandbox ends its services first, which may use their own time for it. */
const STOP_LIMIT_MS = 30_000;
/** What `src/sandbox/main.ts` exits with when another process holds the folder. */
const HELD_BY_ANOTHER = 75;

/** The running sandbox on that folder, or a new one. */
export async function ensureSandbox(options: StartOptions): Promise<{ address: Address; started: boolean }> {
  const { dir, port, databases } = options;
  const running = await findSandbox(dir);
  if (running) {
    if (databases) await requireDatabases(running, databases);
    if (port !== undefined && new URL(running.url).port !== String(port)) {
      throw new UserError(`The sandbox is already running, on ${running.url}. Nothing was changed.`, {
        advice: `Move it: mais sandbox stop, then mais sandbox start --port ${port}`,
      });
    }
    return { address: running, started: false };
  }
  return { address: await launch(options), started: true };
}

async function requireDatabases(running: Address, wanted: DataServerChoice): Promise<void> {
  const { databases: found } = await ask<SandboxStatus>(running, "/status");
  const isNone = !wanted.postgres && !wanted.redis;
  const kinds = [...(wanted.postgres ? ["postgres" as const] : []), ...(wanted.redis ? ["redis" as const] : [])];
  const missing = kinds.filter((kind) => !found[kind]);
  const surplus = isNone && (found.postgres || found.redis);
  if (missing.length === 0 && !surplus) return;
  const how = surplus ? "with real databases" : `without ${missing.map((kind) => DATABASE_NAMES[kind]).join(" and ")}`;
  const options = isNone ? "--no-databases" : kinds.map((kind) => `--${kind}`).join(" ");
  throw new UserError(`The sandbox is already running, ${how}. Nothing was changed.`, {
    advice: `Start it anew, what it keeps stays: mais sandbox stop, then mais sandbox start ${options}`,
  });
}

export const DATABASE_NAMES: Readonly<Record<keyof DataServerChoice, string>> = {
  postgres: "PostgreSQL",
  redis: "Redis",
};

/** The address of the sandbox that answers for that folder. */
export async function findSandbox(dir: string): Promise<Address | undefined> {
  const address = readAddress(dir);
  if (!address) return undefined;
  const status = await ask<SandboxStatus>(address, "/status", { limitMs: 2_000 }).catch(() => undefined);
  // Its port may have become another's since it died.
  return status?.pid === address.pid ? address : undefined;
}

export async function sandboxStatus(dir: string): Promise<SandboxStatus | undefined> {
  const address = await findSandbox(dir);
  return address && (await ask<SandboxStatus>(address, "/status"));
}

/** What it runs for the emulated platforms; nothing while it is stopped. */
export async function sandboxServices(dir: string): Promise<RunningService[]> {
  const address = await findSandbox(dir);
  return address ? (await ask<{ services: RunningService[] }>(address, "/services")).services : [];
}

/** The last lines that a service printed, by its id or its name. */
export async function serviceLog(dir: string, name: string): Promise<string[]> {
  const address = await findSandbox(dir);
  if (!address) throw new UserError("The sandbox is stopped.", { advice: "Start it: mais sandbox start" });
  const { services } = await ask<{ services: RunningService[] }>(address, "/services");
  const service = services.find((each) => each.id === name || each.name === name);
  if (!service) {
    const names = services.map((each) => each.name).join(", ") || "none";
    throw new UserError(`The sandbox runs no service "${name}".`, { advice: `Running: ${names}`, exit: exit.usage });
  }
  return (await ask<{ lines: string[] }>(address, `/services/${encodeURIComponent(service.id)}/logs`)).lines;
}

/** Ends the sandbox and its services; what it keeps stays. Answers whether it ran. */
export async function stopSandbox(dir: string): Promise<boolean> {
  const lock = join(dir, "lock");
  const address = await findSandbox(dir);
  // One that was just killed may hold it for a moment yet.
  if (!address && (await until(async () => !(await isHeld(lock)), 1_000))) return false;
  if (address) await ask(address, "/stop", { method: "POST" });
  if (address && (await until(() => !existsSync(lock), STOP_LIMIT_MS))) return true;
  const pid = readAddress(dir)?.pid;
  const what = address ? "was told to stop and is still there" : "does not answer";
  throw new UserError(`The sandbox on ${dir}${pid ? ` (process ${pid})` : ""} ${what}.`, {
    advice: [`Look at ${join(dir, "sandbox.log")},`, `or end it: kill -9 ${pid ?? "PID"} (what it stored is safe)`],
    exit: exit.timeout,
  });
}

/**
 * Begins anew: everything in the sandbox's folder, the engine's sandbox state included, moves to `old` inside it (in place
 * of what an earlier reset put there). A sandbox that ran runs again.
 */
export async function resetSandbox(dir: string): Promise<{ address: Address | undefined; kept: string }> {
  const kept = join(dir, "old");
  const entries = existsSync(dir) ? readdirSync(dir).filter((name) => name !== "old") : [];
  if (entries.length > 0 && !entries.some((name) => MARKS.includes(name))) {
    throw new UserError(`${dir} does not look like a sandbox's folder. Nothing was changed.`, {
      advice: "Correct MAIS_SANDBOX_DIR, or unset it to use .mais/sandbox.",
      exit: exit.usage,
    });
  }
  const databases = readChoice(dir);
  const ran = await stopSandbox(dir);
  removeAddress(dir);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dir)) if (name !== "old") renameSync(join(dir, name), join(kept, name));
  return { address: ran ? await launch({ dir, databases }) : undefined, kept };
}

/** One of these stands in every folder that a sandbox or its engine runs used. */
const MARKS = ["store", "address.json", "run", "state", "requests.log"];

async function launch(options: StartOptions): Promise<Address> {
  const { dir } = options;
  let attempt = spawnSandbox(options);
  let address: Address | undefined;
  await until(async () => {
    address = await findSandbox(dir);
    if (address) return true;
    // Whoever holds the folder is about to answer, or on its way out.
    if (attempt.code === HELD_BY_ANOTHER) attempt = spawnSandbox(options);
    return attempt.code !== undefined;
  }, LIMIT_MS);
  attempt.release();
  if (address) return address;
  if (attempt.code === undefined) {
    throw new UserError(`The sandbox did not answer within ${LIMIT_MS / 1_000} s.`, {
      advice: `Look at ${join(dir, "sandbox.log")}, or begin anew: mais sandbox reset`,
      exit: exit.timeout,
    });
  }
  const [message = "The sandbox did not start.", ...advice] = attempt.said.trim().split("\n");
  throw new UserError(message, {
    advice: advice.map((line) => line.trim()),
    exit: attempt.code === exit.usage ? exit.usage : exit.other,
  });
}

interface Said {
  message?: unknown;
}

interface Asked {
  method?: string;
  json?: unknown;
  limitMs?: number;
  /** Throws. */
  refused?(message: string): never;
}

/** Asks the control plane; a refusal that `refused` takes is its caller's to explain. */
export async function ask<T>(
  address: Address,
  path: string,
  { method = "GET", json, limitMs = 5_000, refused }: Asked = {},
): Promise<T> {
  const answer = await fetch(`${address.url}/_sandbox${path}`, {
    ...{ method, headers: { authorization: `Bearer ${address.controlToken}` } },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(limitMs),
  });
  if (refused && [400, 404].includes(answer.status)) refused(String(((await answer.json()) as Said).message));
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${method} ${path}`);
  // Both ends are ours and of one version: the sandbox is started from this checkout.
  return (await answer.json()) as T;
}

async function until(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  for (let pause = 5; ; pause = Math.min(pause * 1.3, 100)) {
    if (await holds()) return true;
    if (performance.now() >= end) return false;
    await sleep(pause);
  }
}
