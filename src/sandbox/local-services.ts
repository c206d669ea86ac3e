import { statSync } from "node:fs";
import { type Behind, ServiceFront } from "./service-front.ts";
import type { RunningService, ServiceHost, ServiceVersion } from "./service-host.ts";
import { LogLines, ServiceProcess } from "./service-process.ts";

export interface LocalServicesOptions {
  /** Where each service listened last, by its id. A service is not listed before its port is remembered. */
  ports: { get(id: string): number | undefined; set(id: string, port: number): unknown };
  /** How long a version may take until it answers. */
  startLimitMs?: number;
  /** Measures that; by default the machine's own time. */
  elapsed?(): number;
  /** How long requests under way, and then the process itself, may take to end. */
  stopLimitMs?: number;
  /** Called when a deploy or a stop is through, well or badly. */
  settled?(): void;
}

interface Service {
  front: ServiceFront | undefined;
  version: ServiceVersion;
  log: LogLines;
  /** What is under way for this service; the next thing waits for it. */
  turn: Promise<void>;
  /** Gives up the deploys asked for so far. */
  abort: AbortController;
}

/** Runs `file://` folders as processes on loopback, and stands in for repositories elsewhere. */
export class LocalServices implements ServiceHost {
  readonly #services = new Map<string, Service>();
  readonly #options: Required<LocalServicesOptions>;
  #closed = false;

  constructor(options: LocalServicesOptions) {
    const elapsed = () => performance.now();
    this.#options = { startLimitMs: 30_000, stopLimitMs: 5_000, elapsed, settled: () => {}, ...options };
  }

  deploy(version: ServiceVersion): Promise<void> {
    const known = this.#services.get(version.id);
    const service = known ?? newService(version);
    this.#services.set(version.id, service);
    const { signal } = service.abort;
    return this.#takeTurn(service, () => this.#replace(service, version, signal));
  }

  async stop(id: string): Promise<void> {
    const service = this.#services.get(id);
    if (!service) return;
    service.abort.abort();
    service.abort = new AbortController();
    const turn = this.#takeTurn(service, () => end(service));
    await turn;
    if (service.turn === turn) this.#services.delete(id);
  }

  list(): RunningService[] {
    return [...this.#services.values()].flatMap(({ front, version }) => {
      if (!front) return [];
      const { id, name, vendor, healthCheckPath } = version;
      const kind = front.behind === "stand-in" ? "stand-in" : "file";
      return [{ id, name, vendor, kind, healthCheckPath, localUrl: `http://127.0.0.1:${front.port}` }];
    });
  }

  logs(id: string): string[] {
    return this.#services.get(id)?.log.last() ?? [];
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#services.keys()].map((id) => this.stop(id)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.stopAll();
  }

  #takeTurn(service: Service, work: () => Promise<void>): Promise<void> {
    const turn = service.turn.catch(() => {}).then(work);
    service.turn = turn;
    // Whoever waits for the turn changes the store next; the news comes after that.
    const tell = () => void setImmediate(this.#options.settled);
    turn.then(tell, tell);
    return turn;
  }

  async #replace(service: Service, version: ServiceVersion, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) throw new Error(`${version.name} was stopped before it was started`);
    const behind = await this.#start(version, service.log, signal);
    service.version = version;
    if (!service.front) {
      const { ports } = this.#options;
      const front = await ServiceFront.open(ports.get(version.id), behind, version);
      await ports.set(version.id, front.port);
      service.front = front;
      return;
    }
    const old = await service.front.switchTo(behind, version, this.#options.stopLimitMs);
    if (old !== "stand-in") await old.stop();
  }

  async #start(version: ServiceVersion, log: LogLines, signal: AbortSignal): Promise<Behind> {
    const { folder, startCommand, name } = version;
    if (folder === undefined) return "stand-in";
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new Error(
        `${name}: there is no folder ${folder}. Correct the file:// repository URL or the root directory.`,
      );
    if (!startCommand) throw new Error(`${name}: ${folder} cannot be run without a start command.`);
    return ServiceProcess.start({ ...this.#options, version: { ...version, folder, startCommand }, log, signal });
  }
}

function newService(version: ServiceVersion): Service {
  const abort = new AbortController();
  return { front: undefined, version, log: new LogLines(), turn: Promise.resolve(), abort };
}

async function end(service: Service): Promise<void> {
  const { front } = service;
  if (!front) return;
  service.front = undefined;
  await front.close();
  if (front.behind !== "stand-in") await front.behind.stop();
}
