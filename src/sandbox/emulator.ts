import type { IncomingHttpHeaders } from "node:http";
import type { Store } from "./store.ts";
import type { World } from "./world.ts";

/** What stands behind a route's behaviour: the vendor's contract, its documentation, our inference, or nobody knows. */
export type Evidence = "contract" | "documented" | "inferred" | "unknown";

export interface Reply {
  status: number;
  /** Sent as JSON; left out, the body is empty. */
  json?: unknown;
  headers?: Record<string, string>;
}

/** The vendor's refusal, in the vendor's own error shape. Nothing of the call has taken effect. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(status: number, json: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.name = "Refusal";
    this.reply = { status, json, headers };
  }
}

/** One request, as a route sees it. */
export interface Call {
  method: string;
  /** The path beneath `/<vendor>`, normalised, without the query. */
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The parsed body; undefined where there was none. */
  body: unknown;
  /** Whose credential this is: what the emulator's `authenticate` answered. */
  identity: string;
  /** This vendor's objects. */
  store: Store;
  world: World;
  /** The sandbox's clock, read once per request. */
  now: Date;
}

export interface Route {
  method: string;
  /** `/v1/services/{id}`; a segment `v*` stands for any version prefix (`v1`, `v10`). */
  path: string;
  evidence: Evidence;
  /** The vendor's page, where there is one. */
  source?: string;
  /** Answers without asking for credentials. */
  open?: boolean;
  handle(call: Call): Reply | Promise<Reply>;
}

/** `defineRoute("POST /v1/services", { evidence: "documented", source: "https://…", handle(call) { … } })` */
export function defineRoute(route: `${string} /${string}`, rest: Omit<Route, "method" | "path">): Route {
  const [method = "", path = ""] = route.split(" ");
  return { method, path, ...rest };
}

/** What reaches beyond one vendor. */
export interface Surroundings {
  store: Store;
  world: World;
  /** `http://127.0.0.1:PORT` of the application that bears this public name; undefined when none runs. */
  findApplication(host: string): string | undefined;
}

/** One vendor's control plane. */
export interface Emulator {
  /** `render`: the path prefix, and the name of its part of the store. */
  vendor: string;
  routes: readonly Route[];
  /** Says whose credential the request bears; throws the vendor's 401 `Refusal` otherwise. */
  authenticate(call: Call): string;
  /** The vendor's path quirks (letter case, double slashes); by default the path as it came. */
  normalizePath?(path: string): string;
  /** By default JSON. Throws the vendor's `Refusal` for a body it cannot read. */
  parseBody?(text: string, contentType: string): unknown;
  /** The answer to a path that we do not emulate, in the vendor's error shape; its status is always 501. */
  unemulated(call: Call): unknown;
  /** The body of the answer with status 500 when a route breaks, in the vendor's error shape; by default `{"message": …}`. */
  failed?(call: Call): unknown;
  /** Headers on every answer. */
  headers?(call: Call): Record<string, string>;
  /** The account's objects that were there before us. Called on an empty store. */
  seed?(store: Store, world: World): void;
  /** Called after a start over a filled store, for what lives outside it (running services). */
  resume?(store: Store, world: World): void | Promise<void>;
  /** What it brings up is there before other vendors' services are resumed. */
  resumesFirst?: boolean;
  /** Called every second, and when the clock was set forward, for what happens by itself. Answers whether anything did. */
  tick?(store: Store, world: World): boolean;
  /** Lets something happen at the vendor that calls its customers' addresses; answers what came of it. */
  emit?(given: unknown, surroundings: Surroundings): Promise<Reply>;
}
