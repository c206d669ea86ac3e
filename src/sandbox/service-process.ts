import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessGroup, searchPath } from "./service-group.ts";
import { DeployFailed, type ServiceVersion } from "./service-host.ts";
import { hider, type ServiceLog, withLastLines } from "./service-log.ts";

/** What a version needs to become a process. */
export interface Launch {
  version: ServiceVersion;
  /** Where it runs. */
  folder: string;
  startCommand: string;
  log: ServiceLog;
  /** How long it may take until it answers. */
  startLimitMs: number;
  /** How long a process that listens nowhere must stay up to count as started. */
  settleMs: number;
  /** Measures both; milliseconds from any point. */
  elapsed(): number;
  /** Gives the start up. */
  signal: AbortSignal;
}

/** What a version is run with: nothing of the sandbox's own surroundings but the path. */
export function runtimeEnvironment(version: ServiceVersion): Record<string, string> {
  const { defaults, runtimeDefaults, variables } = version;
  return { PATH: searchPath(), ...defaults, ...runtimeDefaults, ...variables };
}

/** One version of a service as a process group of its own, listening on a port of its own if it is a web service. */
export class ServiceProcess {
  /** 0 for a worker. */
  readonly port: number;
  /** When it was started, by `elapsed`. */
  readonly startedAt: number;
  readonly #launch: Launch;
  readonly #group: ProcessGroup;
  /** Its own last lines: the service's log has those of earlier versions too. */
  readonly #printed: string[] = [];

  private constructor(port: number, launch: Launch) {
    this.port = port;
    this.#launch = launch;
    this.startedAt = launch.elapsed();
    const { version, folder, startCommand, log } = launch;
    const hide = hider(version.variables);
    this.#group = new ProcessGroup({
      ...{ command: startCommand, folder },
      env: { ...runtimeEnvironment(version), ...(port === 0 ? {} : { PORT: String(port) }) },
      onLine: (line) => {
        const text = hide(line);
        log.add("app", text);
        this.#printed.push(text);
        if (this.#printed.length > 20) this.#printed.shift();
      },
    });
  }

  /** Starts it and waits until it answers; throws with its last lines if it does not. */
  static async start(launch: Launch): Promise<ServiceProcess> {
    const isWorker = launch.version.kind === "worker";
    const started = new ServiceProcess(isWorker ? 0 : await freePort(), launch);
    try {
      if (isWorker) await started.#untilSettled();
      else await started.#untilHealthy();
      return started;
    } catch (error) {
      await started.stop(5_000);
      throw error;
    }
  }

  /** Why it runs no more; undefined while it runs. */
  get ended(): string | undefined {
    return this.#group.ended;
  }

  get whenEnded(): Promise<string> {
    return this.#group.whenEnded;
  }

  stop(limitMs: number): Promise<void> {
    return this.#group.stop(limitMs);
  }

  /** Nobody can ask a worker how it is: it has started when it did not end within a moment. */
  async #untilSettled(): Promise<void> {
    const { settleMs, elapsed, signal } = this.#launch;
    const until = elapsed() + settleMs;
    while (this.ended === undefined && !signal.aborted && elapsed() < until) await sleep(10);
    if (this.ended !== undefined) throw this.#failure(`${this.ended} as soon as it was started`);
    if (signal.aborted) throw this.#failure("was stopped before it had started");
  }

  async #untilHealthy(): Promise<void> {
    const { startLimitMs, elapsed, version, signal } = this.#launch;
    const until = elapsed() + startLimitMs;
    let pause = 10;
    let answer = "nothing listens on PORT yet";
    while (elapsed() < until) {
      if (this.ended !== undefined) throw this.#failure(`${this.ended} before it answered`);
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

  #failure(what: string): DeployFailed {
    const { version, startCommand } = this.#launch;
    return new DeployFailed("update", withLastLines(`${version.name} (${startCommand}) ${what}`, this.#printed));
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
