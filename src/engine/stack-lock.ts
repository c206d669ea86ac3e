import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { folderBackend } from "./folder-backend.ts";

/** What the engine writes into a lock file of a folder or bucket backend. */
const LockFile = z.object({ pid: z.number(), username: z.string(), hostname: z.string(), timestamp: z.iso.datetime() });

/** One lock on a stack: whoever made it holds the stack until the file is gone. */
export interface StackLock extends z.infer<typeof LockFile> {
  file: string;
}

/** Where a folder backend keeps a stack's locks; undefined for every other backend. */
export function lockFolder(backendUrl: string, stack: string): string | undefined {
  return folderBackend(backendUrl, stack)?.locks;
}

export async function readLocks(folder: string): Promise<StackLock[]> {
  const names = (await readIfThere(() => readdir(folder))) ?? [];
  const locks = await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => readLock(folder, name)));
  return locks.filter((lock) => lock !== undefined);
}

/** Removes the lock if it is still the one that was judged. Answers whether it was. */
export async function removeLock(lock: StackLock): Promise<boolean> {
  const [folder, name] = [join(lock.file, ".."), lock.file.slice(lock.file.lastIndexOf("/") + 1)];
  const now = await readLock(folder, name);
  if (now?.pid !== lock.pid || now.timestamp !== lock.timestamp || now.hostname !== lock.hostname) return false;
  await rm(lock.file);
  return true;
}

async function readLock(folder: string, name: string): Promise<StackLock | undefined> {
  const file = join(folder, name);
  const text = await readIfThere(() => readFile(file, "utf8"));
  return text === undefined ? undefined : { file, ...LockFile.parse(JSON.parse(text)) };
}

/** A lock may go at any moment: its holder is done. */
async function readIfThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  return await read().catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
