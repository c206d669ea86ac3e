import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Delivery, deliver } from "./delivery.ts";
import { type Call, type Emulator, type Evidence, Refusal, type Reply, type Route } from "./emulator.ts";
import { strike } from "./fault-effect.ts";
import type { Faults } from "./faults.ts";
import { RouteTable } from "./route-match.ts";
import { Store } from "./store.ts";
import type { World } from "./world.ts";

/** A request to a vendor and what it was answered. Holds secrets: only tests keep it whole. */
export interface Exchange {
  time: Date;
  vendor: string;
  method: string;
  /** Beneath `/<vendor>`, normalised. */
  path: string;
  query: URLSearchParams;
  contentType: string;
  requestText: string;
  status: number;
  responseJson: unknown;
  /** `POST /v1/services`; undefined for what is not emulated. */
  route: string | undefined;
  evidence: Evidence | undefined;
  /** The kind of the fault that hit it: then what was received is not what the vendor would have answered. */
  fault?: string;
  ms: number;
}

/** A request that belongs to no vendor but to the sandbox itself. */
export interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string;
  text: string;
}

export interface SandboxServerOptions {
  emulators: readonly Emulator[];
  stores: ReadonlyMap<string, Store>;
  world: World;
  /** 0, the default, takes any free port. */
  port?: number;
  /** What is to go wrong with calls to vendors. */
  faults?: Faults;
  /** The answer waits for it: whoever is answered may rely on what was stored. */
  settled?(exchange: Exchange): void | Promise<void>;
  /** What broke in an emulator; never shown to the caller. */
  report?(error: unknown, exchange: Exchange): void;
  /** Answers beneath `/_sandbox/`. */
  control?(request: ControlRequest): Reply | Promise<Reply>;
}

export interface SandboxServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 50 * 1024 * 1024;
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Serves each emulator under `/<vendor>` on loopback. */
export async function startServer(options: SandboxServerOptions): Promise<SandboxServer> {
  const vendors = new Map(
    options.emulators.map((emulator) => [emulator.vendor, { emulator, routes: new RouteTable(emulator.routes) }]),
  );
  const server = createServer((request, response) => {
    answer({ request, options, vendors }).then(
      (delivery) => deliver(response, delivery),
      (error) => deliver(response, failureReply(error)),
    );
  });
  // A client that keeps its connection for the next call must not find it closed under its hands.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  // An IP server's address is never a path.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // Requests under way may finish; whoever holds a connection open beyond that is cut off.
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
}

interface Vendor {
  emulator: Emulator;
  routes: RouteTable;
}

interface Incoming {
  request: IncomingMessage;
  options: SandboxServerOptions;
  vendors: ReadonlyMap<string, Vendor>;
}

async function answer({ request, options, vendors }: Incoming): Promise<Delivery> {
  const { rawPath, query } = splitTarget(request.url ?? "/");
  // A web page that points its own host name at loopback must not reach the sandbox, which can run local folders.
  if (!LOOPBACK_HOST.test(request.headers.host ?? ""))
    return { status: 403, json: { message: "The sandbox answers to 127.0.0.1 and localhost only." } };
  const text = await readText(request);
  if (text === undefined) return { status: 413, json: { message: "The body is larger than 50 MB." } };
  const [, prefix = "", rest = "/"] = /^\/([^/]*)(\/.*)?$/.exec(rawPath) ?? [];
  if (prefix === "_sandbox" && options.control) {
    const { method = "GET", headers } = request;
    return options.control({ method, path: rest, query, authorization: headers.authorization ?? "", text });
  }
  const vendor = vendors.get(prefix);
  if (!vendor) {
    const served = [...vendors.keys()].map((name) => `/${name}`).join(", ");
    return { status: 404, json: { message: `This sandbox serves ${served}; nothing else.` } };
  }
  return answerVendor(vendor, { request, rest, query, text, options });
}

interface VendorRequest {
  request: IncomingMessage;
  rest: string;
  query: URLSearchParams;
  text: string;
  options: SandboxServerOptions;
}

async function answerVendor({ emulator, routes }: Vendor, incoming: VendorRequest): Promise<Delivery> {
  const { request, rest, query, text, options } = incoming;
  const started = performance.now();
  const path = emulator.normalizePath?.(rest) ?? rest;
  const method = request.method ?? "GET";
  const match = routes.find(method, path);
  const call: Call = {
    method,
    path,
    params: match?.params ?? {},
    query,
    headers: request.headers,
    body: undefined,
    identity: "",
    store: options.stores.get(emulator.vendor) ?? new Store(),
    world: options.world,
    now: options.world.clock.now(),
  };
  const contentType = request.headers["content-type"] ?? "";
  const exchange: Exchange = {
    ...{ time: call.now, vendor: emulator.vendor, method, path, query, contentType, requestText: text },
    ...{ status: 501, responseJson: undefined, ms: 0 },
    route: match && `${match.route.method} ${match.route.path}`,
    evidence: match?.route.evidence,
  };
  const respond = async (): Promise<Reply> => {
    const reply: Reply = match
      ? await handle(emulator, { call, text, contentType, route: match.route }).catch((error: unknown) => {
          options.report?.(error, exchange);
          return { status: 500, json: emulator.failed?.(call) ?? { message: "Internal error in the sandbox." } };
        })
      : { status: 501, json: emulator.unemulated(call) };
    return { ...reply, headers: { ...emulator.headers?.(call), ...reply.headers } };
  };
  const fault = options.faults?.hit({ vendor: emulator.vendor, method, path, now: call.now });
  const answered = fault ? await strike(fault, { emulator, call, handle: respond }) : await respond();
  await options.settled?.({
    ...{ ...exchange, ...(fault ? { fault: fault.kind } : {}) },
    ...{ status: answered.status, responseJson: answered.json, ms: performance.now() - started },
  });
  return answered;
}

interface Handled {
  call: Call;
  text: string;
  contentType: string;
  route: Route;
}

async function handle(emulator: Emulator, { call, text, contentType, route }: Handled): Promise<Reply> {
  try {
    if (!route.open) call.identity = emulator.authenticate(call);
    if (text !== "") call.body = (emulator.parseBody ?? parseJson)(text, contentType);
    return await route.handle(call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, { message: "invalid JSON" });
  }
}

/** Not `new URL`: it reads `//name` as a host and folds `..`. */
function splitTarget(target: string): { rawPath: string; query: URLSearchParams } {
  const at = target.indexOf("?");
  if (at < 0) return { rawPath: target, query: new URLSearchParams() };
  return { rawPath: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) };
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function failureReply(error: unknown): Reply {
  const reason = error instanceof Error ? error.message : String(error);
  return { status: 500, json: { message: `The sandbox could not answer: ${reason}` } };
}
