import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerUser } from "./server-user.ts";

export interface DataProcessOptions {
  command: string;
  args: readonly string[];
  /** What it prints, begun anew with each start. */
  logFile: string;
  /** Tells it to end in good order. */
  endSignal: "SIGINT" | "SIGTERM";
  user: ServerUser;
  /** How long it may take to end by itself. */
  stopLimitMs?: number;
}

/**
 * Ends the server when the sandbox ends, however it ends: then the other end of descriptor 3 closes. The server replaces this
 * shell and so bears its process id; the watcher stays in its process group.
 */
const LEASH = `
signal=$1; shift
(trap '' INT TERM; read -r _ <&3; kill -"$signal" $$
i=0; while kill -0 $$ && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; kill -KILL $$) >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

/** A database server as a process of its own, which never outlives the sandbox. */
export class DataProcess {
  readonly #child: ChildProcess;
  readonly #options: DataProcessOptions;
  readonly #over: Promise<void>;
  #ended: string | undefined;

  constructor(options: DataProcessOptions) {
    const { command, args, logFile, endSignal, user } = options;
    this.#options = options;
    const log = openSync(logFile, "w", 0o600);
    this.#child = spawn("sh", ["-c", LEASH, "leash", endSignal.slice(3), command, ...args], {
      // Nothing of the sandbox's own surroundings: the servers read settings from the environment.
      env: { PATH: process.env.PATH, LANG: "C", TZ: "UTC" },
      detached: true,
      stdio: ["ignore", log, log, "pipe"],
      cwd: "/",
      ...user.ids,
    });
    closeSync(log);
    // The sandbox's end of the leash; an error on it is the server's end, which is noticed below.
    this.#child.stdio[3]?.on("error", () => {});
    this.#over = new Promise((resolve) => {
      const end = (why: string) => {
        this.#ended ??= why;
        this.#endWatcher();
        resolve();
      };
      this.#child.once("error", (error) => end(`could not be started: ${error.message}`));
      this.#child.once("exit", (code, signal) => end(signal ? `was ended by ${signal}` : `exited with code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why it runs no more; undefined while it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  lastLines(count = 10): string[] {
    return readFileSync(this.#options.logFile, "utf8").trimEnd().split("\n").slice(-count);
  }

  /** Waits until `answers` says so; throws with the last lines once the server has ended or time is up. */
  async untilReady(what: string, answers: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
    const until = performance.now() + limitMs;
    for (let pause = 10; ; pause = Math.min(pause * 1.3, 200)) {
      if (this.#ended !== undefined) throw this.#failure(`${what} ${this.#ended} before it answered`);
      if (await answers()) return;
      if (performance.now() > until) throw this.#failure(`${what} did not answer within ${limitMs / 1_000} s`);
      await sleep(pause);
    }
  }

  async stop(): Promise<void> {
    const { endSignal, stopLimitMs = 10_000 } = this.#options;
    if (this.#ended === undefined) this.#child.kill(endSignal);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), stopLimitMs);
    await this.#over;
    clearTimeout(timer);
  }

  #failure(what: string): Error {
    return new Error([`${what}. Its last lines:`, ...this.lastLines().map((line) => `  | ${line}`)].join("\n"));
  }

  #endWatcher(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      // The watcher is still in the group, so the number is nobody else's.
      process.kill(-pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }
}
