import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { folderBackend } from "./folder-backend.ts";

/**
 * A folder backend keeps attributes beside each file (`prod.json.attrs`), and unlike the file itself it does not write them
 * in one step: an engine that is killed at that moment leaves them cut short, and every later run ends with "failed to load
 * checkpoint: EOF" although the state is whole. Without attributes the file reads as it should, so damaged ones are removed.
 */
export async function removeDamagedAttributes(backendUrl: string | undefined, stack: string): Promise<string[]> {
  const backend = folderBackend(backendUrl, stack);
  if (!backend) return [];
  const folders = [backend.home, backend.stacks, backend.locks];
  const files = (await Promise.all(folders.map(attributeFiles))).flat();
  const damaged = (await Promise.all(files.map(isDamaged))).flatMap((bad, index) => (bad ? [files[index] ?? ""] : []));
  await Promise.all(damaged.map((file) => rm(file, { force: true })));
  return damaged;
}

async function attributeFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".attrs")).map((name) => join(folder, name));
}

async function isDamaged(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
