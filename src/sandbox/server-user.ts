import { chmodSync, chownSync, readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { UserError } from "../user-error.ts";

/** Under whom a database server runs. PostgreSQL refuses to run as root. */
export interface ServerUser {
  /** For `spawn`; empty for whoever runs the sandbox. */
  ids: { uid: number; gid: number } | Record<string, never>;
}

/** Whoever runs the sandbox, unless that is root: then `postgres` where the system has it, else `nobody`. */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return { ids: {} };
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const found = ["postgres", "nobody"].map((name) => lines.find((line) => line.startsWith(`${name}:`))).find(Boolean);
  const [, , uid, gid] = found?.split(":") ?? [];
  if (uid === undefined || gid === undefined)
    throw new UserError("PostgreSQL does not run as root, and this system has neither a user postgres nor nobody.", {
      advice: "Run the sandbox as another user than root.",
    });
  return { ids: { uid: Number(uid), gid: Number(gid) } };
}

export function giveTo({ ids }: ServerUser, path: string): void {
  if (ids.uid !== undefined) chownSync(path, ids.uid, ids.gid);
}

/**
 * Lets the user go through the sandbox's own folders to what lies in them; it still cannot list them. Folders above that are
 * closed to it are named: they are not ours to open.
 */
export function openWay({ ids }: ServerUser, sandboxFolder: string, own: readonly string[]): void {
  if (ids.uid === undefined) return;
  // `.mais` of a checkout is made by us as well, and what is in it stays closed.
  const parent = dirname(sandboxFolder);
  const ours = basename(parent) === ".mais" ? [parent] : [];
  for (const folder of [...ours, sandboxFolder, ...own]) chmodSync(folder, 0o711);
  for (let folder = dirname(sandboxFolder); ; folder = dirname(folder)) {
    const { mode, uid } = statSync(folder);
    if (!(mode & 0o001) && uid !== ids.uid)
      throw new UserError(
        `PostgreSQL does not run as root, and the user that it runs as here cannot pass through ${folder}.`,
        {
          advice: [
            `Let others pass through it: chmod o+x ${folder}`,
            "or move the sandbox: MAIS_SANDBOX_DIR=/var/tmp/mais-sandbox mais sandbox start --postgres",
            "or run it as another user than root.",
          ],
        },
      );
    if (folder === dirname(folder)) return;
  }
}
