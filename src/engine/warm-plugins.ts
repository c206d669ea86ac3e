import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "./session.ts";

/** Commands of the engine that start providers. */
const USES_PROVIDERS = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "down", "import", "watch"]);

/**
 * Starts the process that serves the providers before the engine asks for it, so that it loads while the program does
 * (about a third of a second of a preview). Answers the variable that tells the launchers where it is. The process ends
 * by itself when no engine claims it before this command ends.
 */
export function warmPlugins(session: Session, args: readonly string[]): { MAIS_PLUGIN_RUN: string } | undefined {
  if (!args.some((word) => USES_PROVIDERS.has(word))) return undefined;
  const { MAIS_ROOT: root } = session.env;
  if (!root) return undefined;
  const runs = session.env.MAIS_RUN_DIR ?? join(root, ".mais", "run");
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  // One command may run the engine more than once, as a rotation does.
  const run = mkdtempSync(join(runs, "warm-"));
  const log = openSync(join(run, "log"), "w", 0o600);
  const host = join(root, "packages", "plugin-host", "main.ts");
  const child = spawn(process.execPath, ["--conditions=mais-plugin", host, run], {
    detached: true,
    env: session.env,
    stdio: ["ignore", log, log],
  });
  // A launcher finds no process in the folder then, and starts its own.
  child.on("error", () => {});
  child.unref();
  closeSync(log);
  return { MAIS_PLUGIN_RUN: run };
}
