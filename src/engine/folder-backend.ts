import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a folder backend keeps what belongs to one stack. */
export interface FolderBackend {
  /** The backend's own folder, `.pulumi`. */
  home: string;
  /** The folder of this project's stacks, and the stack's state in it. */
  stacks: string;
  stateFile: string;
  locks: string;
}

/** Undefined for every other backend: those keep such things out of our sight. */
export function folderBackend(backendUrl: string | undefined, stack: string): FolderBackend | undefined {
  if (!backendUrl?.startsWith("file:///")) return undefined;
  const home = join(fileURLToPath(backendUrl.replace(/\?.*$/, "")), ".pulumi");
  const name = stack.split("/").at(-1) ?? stack;
  const stacks = join(home, "stacks", "mais-deploy");
  const locks = join(home, "locks", "organization", "mais-deploy", name);
  return { home, stacks, stateFile: join(stacks, `${name}.json`), locks };
}
