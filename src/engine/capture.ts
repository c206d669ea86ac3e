import { spawn } from "node:child_process";

export interface Captured {
  /** Undefined where the program could not be started, or was stopped. */
  code: number | undefined;
  stdout: string;
  stderr: string;
  /** Why it failed, in one line. */
  reason: string;
}

export interface CaptureOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string | undefined>;
  /** Milliseconds; then the program and what it started are killed. */
  timeout?: number;
  /** Called with each complete line of stderr. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end and keeps what it prints. Never throws. */
export async function capture(
  program: string,
  args: readonly string[],
  options: CaptureOptions = {},
): Promise<Captured> {
  const { cwd, env, timeout, onLine } = options;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a time-out also reaches what it started.
    detached: timeout !== undefined,
  });
  let stdout = "";
  let stderr = "";
  let partial = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) onLine?.(line);
  });
  // What shares our group hears a terminal's Ctrl-C itself.
  const stop = () => killGroup(timeout === undefined ? undefined : child.pid);
  process.once("exit", stop);
  let isLate = false;
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          isLate = true;
          stop();
        }, timeout);
  const end = await new Promise<{ code: number | undefined; problem?: string }>((resolve) => {
    child.once("error", (error) => resolve({ code: undefined, problem: error.message }));
    child.once("close", (code, signal) =>
      resolve(code === null ? { code: undefined, problem: `stopped by ${signal}` } : { code }),
    );
  });
  clearTimeout(timer);
  process.removeListener("exit", stop);
  const lastWords = stderr.trim().split("\n").at(-1) ?? "";
  const late = isLate ? `no answer within ${Math.round((timeout ?? 0) / 1000)} s` : undefined;
  return { code: end.code, stdout, stderr, reason: late ?? end.problem ?? (lastWords || `exit code ${end.code}`) };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}
