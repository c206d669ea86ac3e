import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { UserError } from "../user-error.ts";
import { engineArguments, type Session } from "./session.ts";
import { warmPlugins } from "./warm-plugins.ts";

export interface EngineEnd {
  /** The engine's own code; 128 and the signal's number where a signal ended it. */
  code: number;
  /** What it said on stderr; empty where that went to the user's terminal. */
  stderr: string;
}

/**
 * Runs the engine under the user's hands. With `onLine` its stdout comes here line by line; without, it has the user's
 * terminal to itself.
 *
 * The engine stops gracefully at the first signal and at once at the second, so it must get each exactly once. In a
 * terminal Ctrl-C reaches the whole foreground group by itself; elsewhere the engine gets a group of its own and hears
 * signals from us alone.
 */
export async function runEngine(
  session: Session,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<EngineEnd> {
  const inTerminal = Boolean(process.stdin.isTTY);
  const child = spawn(session.engine.pulumi, engineArguments(session, args), {
    env: { ...session.env, ...warmPlugins(session, args) },
    stdio: onLine ? ["ignore", "pipe", "pipe"] : "inherit",
    detached: !inTerminal,
  });
  if (child.stdout && onLine) createInterface({ input: child.stdout }).on("line", onLine);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT" || !inTerminal) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) => reject(doesNotStart(session, cause)));
      // The shells' convention for a program that a signal ended.
      child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
    return { code, stderr };
  } finally {
    for (const signal of signals) process.removeListener(signal, forward);
  }
}

function doesNotStart({ engine }: Session, cause: Error): UserError {
  return new UserError(`The engine ${engine.pulumi} does not start: ${cause.message}`, {
    advice: `Remove ${engine.folder} so that it is installed again, then try once more.`,
    cause,
  });
}
