import { ServiceBuilds } from "./service-build.ts";
import type { DeployOptions, JobRun, LogLine, RunningService, ServiceHost, ServiceVersion } from "./service-host.ts";
import { ModulesCache, modulesFolder } from "./service-modules.ts";
import { type RunnerOptions, ServiceRunner } from "./service-runner.ts";

export interface LocalServicesOptions {
  /** Holds a folder for each service, with its builds. */
  dir: string;
  /** Where each service listened last, by its id. A service is not listed before its port is remembered. */
  ports: RunnerOptions["ports"];
  /** Holds installed packages; by default the user's own cache. */
  modulesDir?: string;
  /** The authority of the sandbox's own databases, which programs are to trust as they trust the vendors' without being told. */
  authorityFile?: string | undefined;
  /** The time that log lines bear. */
  now?(): Date;
  buildLimitMs?: number;
  preDeployLimitMs?: number;
  /** How long a version may take until it answers. */
  startLimitMs?: number;
  /** How long a worker must stay up to count as started. */
  settleMs?: number;
  /** The pause before the first restart of a process that ended by itself; it doubles each time, up to 30 s. */
  restartMs?: number;
  /** Measures starts; by default the machine's own time. */
  elapsed?(): number;
  /** How long a process may take to end when its service or the sandbox stops. */
  stopLimitMs?: number;
  /** Called when a deploy or a stop is through, well or badly. */
  settled?(): void;
}

const DEFAULTS = {
  ...{ buildLimitMs: 15 * 60_000, preDeployLimitMs: 5 * 60_000, startLimitMs: 60_000, settleMs: 500 },
  ...{ restartMs: 500, stopLimitMs: 5_000 },
  ...{ elapsed: () => performance.now(), now: () => new Date(), settled: () => {} },
};

/** Builds `file://` folders and runs them as processes on loopback; stands in for repositories elsewhere. */
export class LocalServices implements ServiceHost {
  readonly #runners = new Map<string, ServiceRunner>();
  readonly #options: RunnerOptions;
  /** What the sandbox adds to every version, unless that sets it itself. */
  readonly #surroundings: Record<string, string>;
  #closed = false;

  constructor(given: LocalServicesOptions) {
    const options = { ...DEFAULTS, modulesDir: modulesFolder(process.env), ...given };
    const builds = new ServiceBuilds({ ...options, modules: new ModulesCache(options.modulesDir) });
    this.#options = { ...options, builds };
    const { authorityFile } = options;
    this.#surroundings = authorityFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorityFile };
  }

  async deploy(version: ServiceVersion, options: DeployOptions = {}): Promise<void> {
    await this.#runnerOf(version).deploy(
      { ...version, runtimeDefaults: { ...this.#surroundings, ...version.runtimeDefaults } },
      options,
    );
  }

  async build(version: ServiceVersion): Promise<void> {
    await this.#runnerOf(version).build(version);
  }

  cancelBuild(id: string, buildId: string): void {
    this.#runners.get(id)?.ahead.cancel(buildId);
  }

  cancel(id: string): void {
    this.#runners.get(id)?.giveUp();
  }

  async stop(id: string, { forget = false }: { forget?: boolean } = {}): Promise<void> {
    const wasLast = await this.#runners.get(id)?.stop();
    // A suspended service keeps its log and its builds.
    if (!forget || wasLast === false) return;
    this.#runners.delete(id);
    await this.#options.builds.forget(id);
  }

  run(id: string): JobRun | undefined {
    return this.#runners.get(id)?.run();
  }

  endRun(id: string): void {
    this.#runners.get(id)?.endRun();
  }

  list(): RunningService[] {
    return [...this.#runners.values()].flatMap((runner) => runner.describe() ?? []);
  }

  logs(id: string): string[] {
    return this.#runners.get(id)?.log.last() ?? [];
  }

  lines(id: string): LogLine[] {
    return this.#runners.get(id)?.log.lines() ?? [];
  }

  async stopAll({ forget = false }: { forget?: boolean } = {}): Promise<void> {
    await Promise.all([...this.#runners.keys()].map((id) => this.stop(id, { forget })));
  }

  #runnerOf(version: ServiceVersion): ServiceRunner {
    if (this.#closed) throw new Error(`${version.name} was stopped before it was started`);
    const runner = this.#runners.get(version.id) ?? new ServiceRunner(version, this.#options);
    this.#runners.set(version.id, runner);
    return runner;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stopAll();
  }
}
