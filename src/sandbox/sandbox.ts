import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../user-error.ts";
import { type Address, CREDENTIALS } from "./address.ts";
import { answerControl, type Controlled } from "./control.ts";
import type { Emulator } from "./emulator.ts";
import { Faults } from "./faults.ts";
import { LocalServices } from "./local-services.ts";
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
  resume(inside);
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
      await storage.saveAll();
      log.close();
    },
  };
}

function openInside({ dir, emulators, exchanges }: OpenSandboxOptions): Inside {
  const storage = Storage.open(
    dir,
    emulators.map(({ vendor }) => vendor),
  );
  const fault = (error: unknown, what: string) => noteFault(join(dir, "sandbox.log"), error, what);
  const services = new LocalServices({
    dir: join(dir, "services"),
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
  return { storage, services, world: createWorld(storage, services), log, emulators, faults, fault, token };
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

/** Clock and ids change when a state is loaded, so they are looked up each time. */
function createWorld(storage: Storage, services: LocalServices): World {
  return {
    services,
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
    refuseOverLimit: (refuse) => void Object.assign(inside.world, { limits: { refuse } }),
    status: () => ({
      schema: "mais.sandbox.status/1",
      ...status(),
      vendors: emulators.map(({ vendor, routes }) => ({ vendor, routes: routes.length })),
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
      faults.clear();
      storage.clear();
      for (const emulator of emulators) seedIfEmpty(emulator, inside);
      await storage.saveAll();
    },
    async load(state) {
      await services.stopAll();
      storage.load(state);
      await storage.saveAll();
      resume(inside);
    },
  };
}

function seedIfEmpty(emulator: Emulator, { storage, world }: Inside): void {
  const store = storage.stores.get(emulator.vendor);
  const isEmpty = store && Object.values(store.toJSON()).every((objects) => Object.keys(objects).length === 0);
  if (store && isEmpty) emulator.seed?.(store, world);
}

/** Services start beside the answers: nobody waits for them to be told where the sandbox is. */
function resume({ storage, world, emulators, fault }: Inside): void {
  for (const emulator of emulators) {
    const store = storage.stores.get(emulator.vendor);
    if (!store) continue;
    const resumed = (async () => emulator.resume?.(store, world))();
    resumed.catch((error: unknown) => fault(error, `resuming ${emulator.vendor}`));
  }
}

/** Lets happen what is due by the sandbox's clock. */
function tick({ storage, world, emulators, fault }: Inside): void {
  for (const { vendor, tick } of emulators) {
    const store = storage.stores.get(vendor);
    if (store && tick?.(store, world)) storage.save(vendor).catch((error) => fault(error, "storing"));
  }
}

/** A stack trace for whoever mends the sandbox; its users see the vendor's "internal error". */
function noteFault(file: string, error: unknown, what: string): void {
  const stack = error instanceof Error ? error.stack : String(error);
  appendFileSync(file, `${new Date().toISOString()} ${what}: ${stack}\n`, { mode: 0o600 });
}
