import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export interface Command {
  /** For `sh -c`. */
  command: string;
  folder: string;
  /** Its whole environment. */
  env: Record<string, string>;
  onLine(line: string): void;
}

/**
 * Ends the whole group when the sandbox ends, however it ends: then the other end of descriptor 3 closes. The command
 * replaces this shell, so the group bears its process id.
 */
const LEASH = `
(trap '' TERM; read -r _ <&3; kill -TERM -$$; sleep 5; kill -KILL -$$) >/dev/null 2>&1 &
exec 3<&-
exec sh -c "$0"`;

/** How the path is: `node` is the one that runs the sandbox. */
export function searchPath(): string {
  return [dirname(process.execPath), process.env.PATH].join(delimiter);
}

/** A command as a process group of its own. Nothing of it outlives the sandbox. */
export class ProcessGroup {
  /** How the command itself ended: `exited with code 3`. */
  readonly whenEnded: Promise<string>;
  readonly #child: ChildProcess;
  #ended: string | undefined;
  #code: number | undefined;
  #isStopping = false;
  #isSwept = false;
  /** Open as long as any process of the group may still print: the shell can be gone before what it started. */
  #openStreams = 2;

  constructor({ command, folder, env, onLine }: Command) {
    this.#child = spawn("sh", ["-c", LEASH, command], {
      ...{ cwd: folder, env, detached: true },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    this.whenEnded = new Promise((resolve) => {
      const end = (why: string) => {
        this.#ended ??= why;
        // What it left behind ends with it, the leash too; one that is being stopped gets its time.
        if (!this.#isStopping) this.#sweep();
        resolve(this.#ended);
      };
      this.#child.once("error", (error) => end(`could not be started: ${error.message}`));
      this.#child.once("exit", (code, signal) => {
        this.#code = code ?? undefined;
        end(signal ? `was ended by ${signal}` : `exited with code ${code}`);
      });
    });
    // Both are pipes, as asked for above.
    for (const stream of [this.#child.stdout, this.#child.stderr] as Readable[]) {
      readLines(stream, onLine);
      stream.once("close", () => {
        this.#openStreams -= 1;
      });
    }
  }

  /** Undefined while the command runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Waits for the end of the command and of what it printed; answers its exit code, undefined for a signal. */
  async finished(): Promise<number | undefined> {
    await this.whenEnded;
    // The whole group is gone by now: what is still in the pipes is all there will be.
    const until = performance.now() + 1_000;
    while (this.#openStreams > 0 && performance.now() < until) await sleep(2);
    return this.#code;
  }

  /** Tells it to end, and ends it after that time. */
  async stop(limitMs: number): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined || this.#isSwept) return;
    this.#isStopping = true;
    signalGroup(pid, "SIGTERM");
    const until = performance.now() + limitMs;
    const isOver = () => this.#ended !== undefined && this.#openStreams === 0;
    while (!isOver() && performance.now() < until) await sleep(10);
    this.#sweep();
  }

  /** Ends the leash, and whatever the command started and left behind. Only once: the number may become another's then. */
  #sweep(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#isSwept) return;
    this.#isSwept = true;
    signalGroup(pid, "SIGKILL");
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(0, 10_000);
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  });
  stream.on("end", () => rest !== "" && onLine(rest));
}
