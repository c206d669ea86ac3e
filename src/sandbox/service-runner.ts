import { BuildsAhead } from "./service-ahead.ts";
import type { ServiceBuilds } from "./service-build.ts";
import { type Behind, ServiceFront } from "./service-front.ts";
import {
  DeployFailed,
  type DeployOptions,
  type JobRun,
  type RunningService,
  type ServiceVersion,
} from "./service-host.ts";
import { startJob } from "./service-job.ts";
import { ServiceLog } from "./service-log.ts";
import { ServiceProcess } from "./service-process.ts";

export interface RunnerOptions {
  builds: ServiceBuilds;
  ports: { get(id: string): number | undefined; set(id: string, port: number): unknown };
  now(): Date;
  startLimitMs: number;
  settleMs: number;
  restartMs: number;
  stopLimitMs: number;
  elapsed(): number;
  settled(): void;
}

type Asked = DeployOptions & { signal: AbortSignal };

/** Render's default for maxShutdownDelaySeconds. */
const SHUTDOWN_SECONDS = 30;
const LONGEST_PAUSE_MS = 30_000;
/** Who stayed up for that long starts with the short pause again. */
const STEADY_MS = 60_000;

/** One service: its deploys and stops one after the other, what runs of it, and its log. */
export class ServiceRunner {
  readonly log: ServiceLog;
  readonly ahead = new BuildsAhead();
  readonly #options: RunnerOptions;
  #version: ServiceVersion;
  /** What stands behind the service; `job` for a cron job, of which nothing stays. */
  #behind: Behind | "job" | undefined;
  #front: ServiceFront | undefined;
  /** Where the version's commands run. */
  #folder: string | undefined;
  #job: JobRun | undefined;
  /** Earlier versions that finish what they do. */
  readonly #old = new Set<ServiceProcess>();
  #turn: Promise<void> = Promise.resolve();
  /** Gives up what was asked for so far. */
  #abort = new AbortController();
  /** In a row. */
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(version: ServiceVersion, options: RunnerOptions) {
    this.#version = version;
    this.#options = options;
    this.log = new ServiceLog(options.now);
  }

  /** Of two deploys at a time the newer one wins. */
  deploy(version: ServiceVersion, options: DeployOptions): Promise<void> {
    this.giveUp();
    const { signal } = this.#abort;
    return this.#takeTurn(() => this.#replace(version, { ...options, signal }));
  }

  /** Ends deploys and restarts that are under way; what runs goes on. */
  giveUp(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** Several may be under way, whatever is deployed meanwhile. */
  build(version: ServiceVersion): Promise<void> {
    const { folder, buildId } = version;
    if (folder === undefined || buildId === undefined) return Promise.resolve();
    const build = this.ahead.run(buildId, async (signal) => {
      const step = { version: { ...version, folder }, log: this.log, signal };
      await this.#options.builds.prepare(step, this.#version.buildId).catch((error) => this.#fail(error));
    });
    this.#tellOf(build);
    return build;
  }

  /** Answers whether nothing came after it. */
  async stop(): Promise<boolean> {
    this.giveUp();
    await this.ahead.endAll();
    const turn = this.#takeTurn(() => this.#end());
    await turn;
    return this.#turn === turn;
  }

  /** At most one run at a time: a new one ends the one before. */
  run(): JobRun | undefined {
    const [version, folder] = [this.#version, this.#folder];
    if (this.#behind !== "job" || folder === undefined) return undefined;
    this.#job?.cancel();
    const { stopLimitMs, settled } = this.#options;
    this.#job = startJob({ version, folder, log: this.log, stopLimitMs });
    // Whoever started it notes its end first.
    this.#job.ended.then(() => setImmediate(settled));
    return this.#job;
  }

  endRun(): void {
    this.#job?.cancel();
  }

  describe(): RunningService | undefined {
    if (this.#behind === undefined) return undefined;
    const { id, name, vendor, healthCheckPath, kind: type = "web" } = this.#version;
    const kind = this.#behind === "stand-in" ? "stand-in" : "file";
    const address = this.#front ? { localUrl: `http://127.0.0.1:${this.#front.port}` } : {};
    return { id, name, vendor, type, kind, healthCheckPath, ...address };
  }

  #takeTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => {}).then(work);
    this.#turn = turn;
    this.#tellOf(turn);
    return turn;
  }

  /** Whoever waits for the work changes the store next; the news comes after that. */
  #tellOf(work: Promise<void>): void {
    const tell = () => void setImmediate(this.#options.settled);
    work.then(tell, tell);
  }

  #fail(error: unknown): never {
    const message = error instanceof Error ? error.message : String(error);
    for (const line of `==> ${message}`.split("\n")) this.log.add("build", line);
    throw error;
  }

  async #replace(version: ServiceVersion, asked: Asked): Promise<void> {
    try {
      if (asked.signal.aborted) throw new DeployFailed("update", `${version.name} was stopped before it was started`);
      const folder = await this.#prepare(version, asked);
      asked.onStep?.("update");
      if (version.exclusive && this.#behind instanceof ServiceProcess)
        await this.#behind.stop(shutdownMs(this.#version));
      await this.#putIntoService(version, await this.#start(version, folder, asked.signal));
      this.#folder = folder;
      this.#crashes = 0;
      if (folder !== undefined) this.log.add("build", `==> ${version.name} is live`);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Source, build and pre-deploy command; answers where the version's commands run. */
  async #prepare(version: ServiceVersion, { signal, again, onStep }: Asked): Promise<string | undefined> {
    const { folder, name, startCommand, preDeployCommand } = version;
    if (folder === undefined) return undefined;
    if (!startCommand) throw new DeployFailed("build", `${name}: ${folder} cannot be run without a start command.`);
    const step = { version: { ...version, folder }, log: this.log, signal };
    onStep?.("build");
    const place = await this.#options.builds.prepare(step, this.#version.buildId);
    if (again || !preDeployCommand) return place;
    onStep?.("pre-deploy");
    await this.#options.builds.preDeploy(step, place);
    return place;
  }

  async #start(
    version: ServiceVersion,
    folder: string | undefined,
    signal: AbortSignal,
  ): Promise<Behind | "job" | undefined> {
    const { kind = "web", startCommand } = version;
    if (folder === undefined || startCommand === undefined) return kind === "web" ? "stand-in" : undefined;
    if (kind === "cron") return "job";
    return ServiceProcess.start({ ...this.#options, version, folder, startCommand, log: this.log, signal });
  }

  /** The old version serves until then; it ends once its requests are done. */
  async #putIntoService(version: ServiceVersion, next: Behind | "job" | undefined): Promise<void> {
    const [old, oldLimitMs] = [this.#behind, shutdownMs(this.#version)];
    let drained: Promise<unknown> = Promise.resolve();
    if (next !== undefined && next !== "job" && (version.kind ?? "web") === "web") {
      if (this.#front) drained = this.#front.switchTo(next, version, oldLimitMs);
      else await this.#open(next, version);
    }
    this.#version = version;
    this.#behind = next;
    if (next instanceof ServiceProcess) this.#watch(next);
    if (old instanceof ServiceProcess) {
      this.#old.add(old);
      drained.then(() => old.stop(oldLimitMs)).finally(() => this.#old.delete(old));
    }
  }

  async #open(behind: Behind, version: ServiceVersion): Promise<void> {
    const { ports } = this.#options;
    const front = await ServiceFront.open(ports.get(version.id), behind, version);
    await ports.set(version.id, front.port);
    this.#front = front;
  }

  /** A process that ends by itself is started again, each time after a longer pause. */
  #watch(process: ServiceProcess): void {
    process.whenEnded.then((why) => {
      if (this.#behind !== process) return;
      if (this.#options.elapsed() - process.startedAt >= STEADY_MS) this.#crashes = 0;
      this.#startLater(process, `${this.#version.name} ${why}`);
    });
  }

  #startLater(dead: ServiceProcess, why: string): void {
    const pause = Math.min(this.#options.restartMs * 2 ** this.#crashes, LONGEST_PAUSE_MS);
    this.#crashes += 1;
    this.log.add("app", `==> ${why}; it is started again in ${pause / 1_000} s`);
    this.#restart = setTimeout(() => {
      const { signal } = this.#abort;
      this.#takeTurn(() => this.#startAgain(dead, signal)).catch(() => {});
    }, pause);
    this.#restart.unref();
  }

  async #startAgain(dead: ServiceProcess, signal: AbortSignal): Promise<void> {
    if (this.#behind !== dead) return;
    try {
      await this.#putIntoService(this.#version, await this.#start(this.#version, this.#folder, signal));
    } catch (error) {
      const [why = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      if (this.#behind === dead) this.#startLater(dead, why.replace(/\. Its last lines:$/, ""));
    }
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restart);
    const [front, behind] = [this.#front, this.#behind];
    // Nobody is to start again what ends now.
    this.#front = undefined;
    this.#behind = undefined;
    this.#job?.cancel();
    await front?.close();
    const limitMs = Math.min(shutdownMs(this.#version), this.#options.stopLimitMs);
    const running = [...this.#old, ...(behind instanceof ServiceProcess ? [behind] : [])];
    await Promise.all([...running.map((process) => process.stop(limitMs)), this.#job?.ended]);
  }
}

function shutdownMs({ shutdownSeconds = SHUTDOWN_SECONDS }: ServiceVersion): number {
  return shutdownSeconds * 1_000;
}
