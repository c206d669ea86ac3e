import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../user-error.ts";
import { type Address, CREDENTIALS } from "./address.ts";
import { answerControl, type Controlled } from "./control.ts";
import type { DataServerChoice } from "./data-server-choice.ts";
import type { DataServers } from "./data-servers.ts";
import type { Emulator } from "./emulator.ts";
import { emit, resume, seedIfEmpty, tick } from "./emulator-life.ts";
import { Faults } from "./faults.ts";
import { findApplication } from "./find-application.ts";
import { LocalServices } from "./local-services.ts";
import { openDataServers } from "./open-data-servers.ts";
import { ProxyOnDemand } from "./proxy/on-demand.ts";
import { RequestLog } from "./request-log.ts";
import { type SandboxServer, startServer } from "./server.ts";
import { Storage } from "./storage.ts";
import { Store } from "./store.ts";
import { DEFAULT_DELAYS, type World } from "./world.ts";

/** Its port is kept beside the services'; their ids are the vendors'. */
const PROXY = "proxy";

export interface OpenSandboxOptions {
  /** The folder that holds all that it keeps. */
  dir: string;
  emulators: readonly Emulator[];
  /** Any free one, when left out. */
  port?: number | undefined;
  /** A folder for every exchange, whole and with its secrets; for tests. */
  exchanges?: string | undefined;
  /** Which real databases it has behind the emulated ones; none, when left out. */
  databases?: DataServerChoice | undefined;
  /** Somebody asked for its end over the control plane. */
  onStop?(): void;
}

export interface OpenSandbox {
  address: Address;
  /** Writes a fault of ours to `sandbox.log`. */
  fault(error: unknown, what: string): void;
  /** Ends the services, then answers no more; all that it kept is on disk. */
  close(): Promise<void>;
}

/** The whole sandbox over one folder: vendors, services, store, log and control plane. */
export async function openSandbox(options: OpenSandboxOptions): Promise<OpenSandbox> {
  const { port, onStop = () => {} } = options;
  const inside = openInside(options);
  const { storage, services, log, emulators, fault, token } = inside;
  for (const emulator of emulators) seedIfEmpty(emulator, inside);
  const started = new Date().toISOString();
  const status = () => ({ url: server.url, pid: process.pid, started });
  const proxy = proxyOver(inside, { dir: options.dir, url: () => server.url });
  const server = await listen(inside, controls(inside, { onStop, status, proxy }), port).catch((error) => {
    log.close();
    throw error;
  });
  await storage.saveAll();
  void resume(inside);
  const ticking = setInterval(() => tick(inside), 1_000);
  const { url } = server;
  return {
    fault,
    address: { schema: "mais.sandbox/1", url, pid: process.pid, controlToken: token, credentials: { ...CREDENTIALS } },
    async close() {
      clearInterval(ticking);
      await proxy.close();
      await server.close();
      await services.close();
      await stopDatabases(inside);
      await storage.saveAll();
      log.close();
    },
  };
}

function openInside({ dir, emulators, exchanges, databases }: OpenSandboxOptions): Inside {
  const storage = Storage.open(
    dir,
    emulators.map(({ vendor }) => vendor),
  );
  const fault = (error: unknown, what: string) => noteFault(join(dir, "sandbox.log"), error, what);
  const dataServers = databases && openDataServers({ dir, choice: databases, report: fault });
  const services = new LocalServices({
    ...{ dir: join(dir, "services"), authorityFile: dataServers?.authorityFile },
    now: () => storage.clock.now(),
    ports: {
      get: (id) => storage.servicePorts.get(id),
      set: (id, port) => storage.rememberPort(id, port).catch((error) => fault(error, "storing a port")),
    },
    settled: () => void storage.saveAll().catch((error) => fault(error, "storing")),
  });
  const log = new RequestLog(join(dir, "requests.log"), exchanges);
  const token = randomBytes(24).toString("hex");
  const faults = new Faults();
  const world = createWorld({ storage, services, dataServers });
  return { storage, services, world, log, emulators, faults, fault, token };
}

interface Inside {
  storage: Storage;
  services: LocalServices;
  world: World;
  log: RequestLog;
  emulators: readonly Emulator[];
  faults: Faults;
  token: string;
  fault(error: unknown, what: string): void;
}

interface WorldParts {
  storage: Storage;
  services: LocalServices;
  dataServers: DataServers | undefined;
}

/** Clock and ids change when a state is loaded, so they are looked up each time. */
function createWorld({ storage, services, dataServers }: WorldParts): World {
  const applications = { world: { services }, store: (vendor: string) => storage.stores.get(vendor) ?? new Store() };
  return {
    ...{ services, dataServers, findApplication: (host) => findApplication(host, applications) },
    delays: DEFAULT_DELAYS,
    limits: { refuse: false },
    get clock() {
      return storage.clock;
    },
    get ids() {
      return storage.ids;
    },
  };
}

function proxyOver(
  { storage, world, log, fault }: Inside,
  { dir, url }: { dir: string; url(): string },
): ProxyOnDemand {
  return new ProxyOnDemand({
    dir,
    emulated: { url, world, store: (vendor) => storage.stores.get(vendor) ?? new Store() },
    lastPort: () => storage.servicePorts.get(PROXY),
    listens: (port) => void storage.rememberPort(PROXY, port).catch((error) => fault(error, "storing a port")),
    refused: (exchange) => log.add(exchange),
  });
}

async function listen(inside: Inside, controlled: Controlled, port: number | undefined): Promise<SandboxServer> {
  const { storage, world, log, emulators, faults, fault } = inside;
  try {
    return await startServer({
      ...{ emulators, world, faults, stores: storage.stores, port: port ?? 0 },
      async settled(exchange) {
        log.add(exchange);
        await storage.save(exchange.vendor);
      },
      report: (error, { method, vendor, route }) => fault(error, `${vendor} ${route ?? method}`),
      control: (request) => answerControl(controlled, request),
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && ["EADDRINUSE", "EACCES"].includes(String(error.code))))
      throw error;
    const why = error.code === "EACCES" ? "may not be used by you" : "is in use by another program";
    throw new UserError(`Port ${port} on 127.0.0.1 ${why}. The sandbox did not start; nothing was changed.`, {
      advice: ["Take any free port: mais sandbox start", "or another one: mais sandbox start --port NUMBER"],
    });
  }
}

function controls(
  inside: Inside,
  { onStop, status, proxy }: { onStop(): void; status(): Record<string, unknown>; proxy: ProxyOnDemand },
): Controlled {
  const { storage, services, log, emulators, faults, token } = inside;
  return {
    ...{ token, log, services, faults, dump: () => storage.dump() },
    stop: () => void setImmediate(onStop),
    proxy: () => proxy.start(),
    emit: (vendor, given) => emit(vendor, given, inside),
    refuseOverLimit: (refuse) => void Object.assign(inside.world, { limits: { refuse } }),
    status: () => ({
      schema: "mais.sandbox.status/1",
      ...status(),
      vendors: emulators.map(({ vendor, routes }) => ({ vendor, routes: routes.length })),
      databases: databasesOf(inside),
      clock: { now: storage.clock.now().toISOString(), aheadMs: storage.clock.ahead },
      requests: log.total,
    }),
    async advance(ms) {
      storage.clock.advance(ms);
      tick(inside);
      await storage.saveAll();
    },
    async reset() {
      await services.stopAll({ forget: true });
      const { postgres, redis } = inside.world.dataServers ?? {};
      await Promise.all([postgres?.clear(), redis?.clear()]);
      faults.clear();
      storage.clear();
      for (const emulator of emulators) seedIfEmpty(emulator, inside);
      await storage.saveAll();
    },
    async load(state) {
      await services.stopAll();
      // Their data is no part of a state: what a project of it has on disk comes up again as it is.
      await stopDatabases(inside);
      storage.load(state);
      await storage.saveAll();
      void resume(inside);
    },
  };
}

function databasesOf({ world }: Inside): DataServerChoice {
  const { postgres, redis } = world.dataServers ?? {};
  return { postgres: postgres !== undefined, redis: redis !== undefined };
}

async function stopDatabases({ world }: Inside): Promise<void> {
  const { postgres, redis } = world.dataServers ?? {};
  await Promise.all([postgres?.stopAll(), redis?.stopAll()]);
}

/** A stack trace for whoever mends the sandbox; its users see the vendor's "internal error". */
function noteFault(file: string, error: unknown, what: string): void {
  const stack = error instanceof Error ? error.stack : String(error);
  appendFileSync(file, `${new Date().toISOString()} ${what}: ${stack}\n`, { mode: 0o600 });
}
