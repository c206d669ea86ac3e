import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A serving process ends within 2 s of its engine's death; one that lives longer serves an engine that lives. */
const LONGEST_WAIT_MS = 5_000;

/**
 * Waits for serving processes that outlive a killed engine: a commit of theirs may still arrive, and the state of the
 * new run must be read after it. Their owner's process id ends the folder's name: the engine's, or that of the command which
 * keeps a process warm for one.
 */
export async function waitForSurvivors(runs: string, own: string): Promise<void> {
  for (const until = Date.now() + LONGEST_WAIT_MS; Date.now() < until; await sleep(50)) {
    const others = readdirSync(runs)
      .map((name) => join(runs, name))
      .filter((folder) => folder !== own);
    const orphaned = others.filter((folder) => !isAlive(ownerPid(folder)));
    const survivors = orphaned.filter((folder) => isAlive(serverPid(folder)));
    for (const folder of orphaned) if (!survivors.includes(folder)) rmSync(folder, { recursive: true, force: true });
    if (survivors.length === 0) return;
  }
}

export function ownerPid(folder: string): number {
  return Number(folder.slice(folder.lastIndexOf("-") + 1));
}

function serverPid(folder: string): number {
  try {
    return Number(readFileSync(join(folder, "pid"), "utf8"));
  } catch {
    return 0;
  }
}

export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
