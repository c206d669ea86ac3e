import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "../user-error.ts";
import { engineArguments, type Session } from "./session.ts";

/**
 * Runs the engine in the user's terminal and answers its own exit code.
 *
 * The engine stops gracefully at the first signal and at once at the second, so it must get each exactly once. In a
 * terminal Ctrl-C reaches the whole foreground group by itself; elsewhere the engine gets a group of its own and hears
 * signals from us alone.
 */
export async function passThrough(session: Session, args: readonly string[]): Promise<number> {
  const inTerminal = Boolean(process.stdin.isTTY);
  const child = spawn(session.engine.pulumi, engineArguments(session, args), {
    env: session.env,
    stdio: "inherit",
    detached: !inTerminal,
  });
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT" || !inTerminal) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) =>
        reject(
          new UserError(`The engine ${session.engine.pulumi} does not start: ${cause.message}`, {
            advice: `Remove ${session.engine.folder} so that it is installed again, then try once more.`,
            cause,
          }),
        ),
      );
      // The shells' convention for a program that a signal ended.
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const signal of signals) process.removeListener(signal, forward);
  }
}
