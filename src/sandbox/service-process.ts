import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { delimiter, dirname } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceVersion } from "./service-host.ts";

/** The last lines that a service printed, for all its versions. */
export class LogLines {
  readonly #lines: string[] = [];
  readonly #limit: number;

  constructor(limit = 200) {
    this.#limit = limit;
  }

  add(line: string): void {
    this.#lines.push(line.length > 2_000 ? `${line.slice(0, 2_000)}…` : line);
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }

  last(count = this.#limit): string[] {
    return this.#lines.slice(-count);
  }
}

/** What a version needs to become a process. */
export interface Launch {
  version: ServiceVersion & { folder: string; startCommand: string };
  log: LogLines;
  /** How long it may take until it answers. */
  startLimitMs: number;
  /** Measures it; milliseconds from any point. */
  elapsed(): number;
  /** How long it may take to end by itself when told to. */
  stopLimitMs: number;
  /** Gives the start up. */
  signal: AbortSignal;
}

/**
 * Ends the whole group when the sandbox ends, however it ends: then the other end of descriptor 3 closes. The service's own
 * command replaces this shell, so the group bears its process id.
 */
const LEASH = `
(trap '' TERM; read -r _ <&3; kill -TERM -$$; sleep 5; kill -KILL -$$) >/dev/null 2>&1 &
exec 3<&-
exec sh -c "$0"`;

/** One version of a service as a process group of its own, listening on a port of its own. */
export class ServiceProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #launch: Launch;
  #ended: string | undefined;
  #stopped = false;
  /** Open as long as any process of the group may still print: the shell can be gone before what it started. */
  #openStreams = 2;
  /** Its own lines: the service's log has those of earlier versions too. */
  readonly #printed = new LogLines(20);

  private constructor(port: number, launch: Launch) {
    this.port = port;
    this.#launch = launch;
    const { folder, startCommand, variables } = launch.version;
    this.#child = spawn("sh", ["-c", LEASH, startCommand], {
      cwd: folder,
      // Nothing of the sandbox's own surroundings but the path, where `node` is the one that runs the sandbox.
      env: { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), ...variables, PORT: String(port) },
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    this.#child.once("error", (error) => this.#end(`could not be started: ${error.message}`));
    this.#child.once("exit", (code, signal) =>
      this.#end(signal ? `was ended by ${signal}` : `exited with code ${code}`),
    );
    const hide = hider(variables);
    const print = (line: string) => {
      for (const log of [launch.log, this.#printed]) log.add(hide(line));
    };
    // Both are pipes, as asked for above.
    for (const stream of [this.#child.stdout, this.#child.stderr] as Readable[]) {
      readLines(stream, print);
      stream.once("close", () => {
        this.#openStreams -= 1;
      });
    }
  }

  /** Starts it and waits until it answers; throws with its last lines if it does not. */
  static async start(launch: Launch): Promise<ServiceProcess> {
    const started = new ServiceProcess(await freePort(), launch);
    try {
      await started.#untilHealthy();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** Why it runs no more; undefined while it runs. */
  get ended(): string | undefined {
    return this.#ended;
  }

  async stop(): Promise<void> {
    const { pid } = this.#child;
    // Once the group is gone its number may become another's.
    if (pid === undefined || this.#stopped) return;
    this.#stopped = true;
    signalGroup(pid, "SIGTERM");
    const until = performance.now() + this.#launch.stopLimitMs;
    const isOver = () => this.#ended !== undefined && this.#openStreams === 0;
    while (!isOver() && performance.now() < until) await sleep(10);
    // The leash, and whatever the command started and left behind.
    signalGroup(pid, "SIGKILL");
  }

  async #untilHealthy(): Promise<void> {
    const { startLimitMs, elapsed, version, signal } = this.#launch;
    const until = elapsed() + startLimitMs;
    let pause = 10;
    let answer = "nothing listens on PORT yet";
    while (elapsed() < until) {
      if (this.#ended !== undefined) throw this.#failure(`${this.#ended} before it answered`);
      const problem = await probe(this.port, version.healthCheckPath);
      if (problem === undefined) return;
      if (signal.aborted) throw this.#failure("was stopped before it answered");
      answer = problem;
      await sleep(pause);
      pause = Math.min(pause * 1.5, 250);
    }
    const path = version.healthCheckPath ?? "its port";
    throw this.#failure(`did not answer on ${path} within ${startLimitMs / 1_000} s (${answer})`);
  }

  #failure(what: string): Error {
    const { name, startCommand } = this.#launch.version;
    const printed = this.#printed.last();
    const lines = printed.length > 0 ? printed.map((line) => `  | ${line}`) : ["  (it printed nothing)"];
    return new Error([`${name} (${startCommand}) ${what}. Its last lines:`, ...lines].join("\n"));
  }

  #end(why: string): void {
    this.#ended ??= why;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** Says what is wrong, or undefined for a healthy answer: a status of 2xx or 3xx, as Render counts it. */
async function probe(port: number, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return (await accepts(port)) ? undefined : "nothing listens on PORT yet";
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(5_000),
    });
    await answer.body?.cancel();
    return answer.status < 400 ? undefined : `the last answer had status ${answer.status}`;
  } catch {
    return (await accepts(port)) ? "it listens on PORT, and does not answer" : "nothing listens on PORT yet";
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(port, "127.0.0.1", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = (lines.pop() ?? "").slice(0, 10_000);
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => rest !== "" && onLine(rest));
}

/** A service may print what it was given; its log shows the variable's name instead. */
function hider(variables: Record<string, string>): (line: string) => string {
  const long = Object.entries(variables)
    .filter(([, value]) => value.length >= 8)
    .sort(([, a], [, b]) => b.length - a.length);
  return (line) => long.reduce((text, [name, value]) => text.replaceAll(value, `$${name}`), line);
}
