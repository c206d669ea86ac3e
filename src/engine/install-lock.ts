import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often a waiting process looks again. */
const POLL = 500;

/**
 * Keeps two clones from building the same engine at once. It saves work and is not what makes the result right: an
 * installation appears whole, by one rename, or not at all. So a lock whose holder is gone is simply taken over.
 */
export async function acquireInstallLock(
  file: string,
  onWait: (holder: string) => void,
): Promise<AsyncDisposable & { waited: boolean }> {
  await mkdir(dirname(file), { recursive: true });
  let waited = false;
  while (!(await tryLock(file))) {
    const holder = await readHolder(file);
    if (holder === undefined || !isAlive(holder)) {
      await rm(file, { force: true });
      continue;
    }
    waited = true;
    onWait(`process ${holder.pid} on ${holder.host}`);
    await sleep(POLL);
  }
  return { waited, [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

async function tryLock(file: string): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

interface Holder {
  pid: number;
  host: string;
}

/** Undefined when nobody holds it any more, or when what it says makes no sense. */
async function readHolder(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value)) return undefined;
    return { pid: Number(value.pid), host: String(value.host) };
  } catch {
    // Between its creation and its first byte the file is empty; the holder is then about to write.
    await sleep(POLL);
    const again = await readFile(file, "utf8").catch(() => "");
    return again === text ? undefined : await readHolder(file);
  }
}

/** On another machine (a shared home folder) we cannot look, so we believe the file. */
function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
