import type { Emulator } from "../../src/sandbox/emulator.ts";
import { Faults } from "../../src/sandbox/faults.ts";
import { type Exchange, startServer } from "../../src/sandbox/server.ts";
import type { RunningService, ServiceHost, ServiceVersion } from "../../src/sandbox/service-host.ts";
import { Store } from "../../src/sandbox/store.ts";
import { DEFAULT_DELAYS, type Delays, Ids, ManualClock, type World } from "../../src/sandbox/world.ts";
import { describeBreaches, judgeTraffic } from "./contract.ts";
import { noteJudgement } from "./contract-run.ts";

export interface SandboxOptions {
  delays?: Partial<Delays>;
  /** By default services are remembered, not run. */
  services?: ServiceHost;
  /** Home-made emulators, for tests of the sandbox itself; no contract judges them. */
  emulators?: readonly Emulator[];
  /** `unchecked` leaves what is asked aside, for a test that asks odd things; the answers are judged all the same. */
  contract?: "checked" | "unchecked";
}

export interface Sandbox extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/render` */
  url(vendor: string): string;
  clock: ManualClock;
  store(vendor: string): Store;
  world: World;
  /** What went to the vendors so far, oldest first. */
  requests(): readonly Exchange[];
  /** What the platforms would run; with `failNext` the next deploy fails with that message. */
  services: RememberedServices;
  /** What is to go wrong with calls: `faults.add({ kind: "cut-after", vendor: "render", method: "POST" })`. */
  faults: Faults;
  /** What broke inside emulators (each was answered 500). */
  failures(): readonly unknown[];
}

/** A sandbox in this process: a clock that stands still, repeatable ids, nothing on disk. Its disposal fails on any breach of a vendor's contract. */
export async function startSandbox(vendors: readonly string[], options: SandboxOptions = {}): Promise<Sandbox> {
  const emulators = [...(await Promise.all(vendors.map(loadEmulator))), ...(options.emulators ?? [])];
  const clock = new ManualClock();
  const services = new RememberedServices();
  const world: World = {
    clock,
    services: options.services ?? services,
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    ids: new Ids("test"),
  };
  const stores = new Map(emulators.map(({ vendor }) => [vendor, new Store()]));
  for (const emulator of emulators) emulator.seed?.(storeOf(stores, emulator.vendor), world);
  const exchanges: Exchange[] = [];
  const failures: unknown[] = [];
  const faults = new Faults();
  const server = await startServer({
    ...{ emulators, stores, world, faults },
    settled: (exchange) => void exchanges.push(snapshot(exchange)),
    report: (error) => void failures.push(error),
  });
  return {
    url: (vendor) => `${server.url}/${vendor}`,
    store: (vendor) => storeOf(stores, vendor),
    requests: () => exchanges,
    failures: () => failures,
    ...{ clock, world, services, faults },
    async [Symbol.asyncDispose]() {
      await server.close();
      await world.services.close();
      if (failures.length > 0) throw new AggregateError(failures, `An emulator broke: ${String(failures[0])}`);
      // What a fault spoilt is no answer of the vendor's.
      const whole = exchanges.filter(({ vendor, fault }) => fault === undefined && vendors.includes(vendor));
      complain(whole, options.contract);
    },
  };
}

function complain(exchanges: readonly Exchange[], contract: SandboxOptions["contract"]): void {
  const judgement = judgeTraffic(exchanges, contract === "unchecked" ? "answers" : "all");
  noteJudgement(judgement);
  if (judgement.breaches.length > 0) throw new Error(describeBreaches(judgement.breaches));
}

/** The answer as it was then: it may hold objects of the store, which live on. */
function snapshot(exchange: Exchange): Exchange {
  const { responseJson } = exchange;
  return {
    ...exchange,
    responseJson: responseJson === undefined ? undefined : JSON.parse(JSON.stringify(responseJson)),
  };
}

async function loadEmulator(vendor: string): Promise<Emulator> {
  const file = new URL(`../../src/sandbox/${vendor}/index.ts`, import.meta.url).href;
  const { emulator }: { emulator: Emulator } = await import(/* @vite-ignore */ file);
  return emulator;
}

function storeOf(stores: ReadonlyMap<string, Store>, vendor: string): Store {
  const store = stores.get(vendor);
  if (!store) throw new Error(`This sandbox was started without "${vendor}"`);
  return store;
}

/** Stands for the platforms' machines: keeps what was deployed and says that it runs. */
export class RememberedServices implements ServiceHost {
  readonly deployed: ServiceVersion[] = [];
  readonly #running = new Map<string, RunningService>();
  #failure: string | undefined;

  failNext(message: string): void {
    this.#failure = message;
  }

  async deploy(version: ServiceVersion): Promise<void> {
    this.deployed.push(structuredClone(version));
    const message = this.#failure;
    this.#failure = undefined;
    if (message !== undefined) throw new Error(message);
    const { id, name, vendor, healthCheckPath, kind: type = "web" } = version;
    const kind = version.folder === undefined ? "stand-in" : "file";
    this.#running.set(id, { id, name, vendor, type, healthCheckPath, kind, localUrl: "http://127.0.0.1:9" });
  }

  async stop(id: string): Promise<void> {
    this.#running.delete(id);
  }

  list(): RunningService[] {
    return [...this.#running.values()];
  }

  logs(): string[] {
    return [];
  }

  async close(): Promise<void> {
    this.#running.clear();
  }
}
