import { currentBackend } from "../config/load.ts";
import { type Judged, judgeHolder, thisMachine } from "../engine/lock-holder.ts";
import { openProject } from "../engine/project.ts";
import { sandboxFolders } from "../engine/sandbox-folder.ts";
import { lockFolder, readLocks, removeLock, type StackLock } from "../engine/stack-lock.ts";
import { UserError } from "../user-error.ts";
import type { Place } from "./place.ts";

/** A lock, with what is proven of whoever made it. */
export interface JudgedLock extends StackLock, Judged {
  /** `user@host`, as a person would type it. */
  name: string;
  ageSeconds: number;
}

export interface StackLocks {
  stack: string;
  target: "sandbox" | "live";
  /** Undefined where the backend keeps its locks out of our sight; then `backendUrl` says where. */
  locks: JudgedLock[] | undefined;
  backendUrl: string;
}

/** Who holds a stack. Starts no engine and changes nothing. */
export async function findLocks(stack: string, place: Place): Promise<StackLocks> {
  const { root, env } = place;
  const sandbox = place.sandbox || env.MAIS_TARGET === "sandbox";
  const { target } = await openProject({ root, env, stack, sandbox });
  const backendUrl =
    target === "sandbox" ? sandboxFolders(root, env).backendUrl : (currentBackend(env, root)?.backendUrl ?? "");
  const folder = lockFolder(backendUrl, stack);
  return { stack, target, backendUrl, locks: folder ? (await readLocks(folder)).map(judge) : undefined };
}

function judge(lock: StackLock): JudgedLock {
  const machine = thisMachine();
  const ageSeconds = Math.max(0, Math.round((machine.now - Date.parse(lock.timestamp)) / 1_000));
  return { ...lock, ...judgeHolder(lock, machine), name: `${lock.username}@${lock.hostname}`, ageSeconds };
}

/** Removes locks, each only if it is still the one that was judged. */
export async function removeLocks(locks: readonly JudgedLock[]): Promise<void> {
  for (const lock of locks) {
    if (await removeLock(lock)) continue;
    throw new UserError(`The lock of ${lock.name} (process ${lock.pid}) was gone or another one by now.`, {
      advice: "Look again, by the same command.",
    });
  }
}

/** `3 min`, `2 h 5 min` */
export function formatAge(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
