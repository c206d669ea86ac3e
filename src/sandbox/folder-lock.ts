import { mkdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPTS = 250;
const STALE_CLEARING_MS = 5_000;

/**
 * Admits one process to a folder: the holder listens on a socket in it, which ends with the process however it dies.
 * The name must be short and is best relative: the system cuts socket paths at about 100 characters.
 *
 * @returns undefined if another process holds it
 */
export async function lockFolder(socket: string): Promise<{ release(): Promise<void> } | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const server = await listen(socket);
    if (server) return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    if (await isHeld(socket)) return undefined;
    await clear(socket);
  }
  throw new Error(`${socket} could neither be taken nor cleared`);
}

function listen(socket: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.end());
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      "code" in error && error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(socket, () => resolve(server.unref()));
  });
}

/** Whether a process holds it now, even one that does nothing else any more. */
export function isHeld(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}

/** Removes a dead holder's socket. Only one process at a time does so, or it might remove its successor's. */
async function clear(socket: string): Promise<void> {
  const guard = `${socket}.clearing`;
  try {
    mkdirSync(guard);
  } catch {
    if (ageOf(guard) > STALE_CLEARING_MS) rmSync(guard, { recursive: true, force: true });
    await sleep(20);
    return;
  }
  try {
    if (!(await isHeld(socket))) rmSync(socket, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

function ageOf(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
