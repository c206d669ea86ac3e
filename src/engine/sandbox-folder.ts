import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Environment } from "./locate-engine.ts";

/**
 * The passphrase of the sandbox's state. It is published on purpose: the sandbox holds nothing worth hiding, and its
 * commands must need no secret. No live stack may use it.
 */
export const SANDBOX_PASSPHRASE = "mais-sandbox";

/** What the engine keeps for sandbox runs, beside the sandbox's own store. */
export interface SandboxFolders {
  /** `.mais/sandbox`; MAIS_SANDBOX_DIR names another one. */
  home: string;
  /** The generated project: its Pulumi.yaml and stack files. */
  run: string;
  /** The backend's folder. */
  state: string;
  /** The backend, as the engine wants it. */
  backendUrl: string;
}

export function sandboxFolders(root: string, env: Environment): SandboxFolders {
  const home = env.MAIS_SANDBOX_DIR ? resolve(root, env.MAIS_SANDBOX_DIR) : join(root, ".mais", "sandbox");
  const state = join(home, "state");
  return { home, run: join(home, "run"), state, backendUrl: pathToFileURL(state).href };
}
