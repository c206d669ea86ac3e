import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Authority } from "./authority.ts";
import { type Destination, destinationOf } from "./hosts.ts";
import { liveCredentialIn } from "./live-credential.ts";
import { hostRefusal, refuse } from "./refusals.ts";
import { openTunnel, printable } from "./tunnel.ts";

/** What the proxy did not pass on. Holds no header, no query and no body. */
export interface ProxyRefusal {
  method: string;
  /** `example.com:443`, or the vendor's host. */
  target: string;
  status: number;
}

export interface ProxyOptions {
  authority: Authority;
  /** Any free one, when left out or taken. */
  port?: number | undefined;
  /** Answers a request to one of the hosts that the proxy stands for. */
  answer(destination: Destination, request: IncomingMessage, response: ServerResponse): void;
  refused?(refusal: ProxyRefusal): void;
}

export interface SandboxProxy {
  port: number;
  /** Ends every tunnel too. */
  close(): Promise<void>;
}

const CLOSE_LIMIT_MS = 1_000;

/**
 * An HTTPS proxy on loopback that plays the vendors' hosts itself. Tools that were told of it and of its certificate
 * authority reach the sandbox under the vendors' own names; every other host is refused, and nothing leaves the machine.
 */
export async function startProxy(options: ProxyOptions): Promise<SandboxProxy> {
  const refused = (refusal: ProxyRefusal) => options.refused?.(refusal);
  const opened = new WeakMap<Duplex, { destination: Destination; tunnel: Duplex }>();
  const tunnels: Tunnels = { all: new Set(), busy: new Set() };
  const inside = createServer((request, response) => {
    const known = opened.get(request.socket);
    if (!known) return void response.destroy();
    tunnels.busy.add(known.tunnel);
    response.once("close", () => tunnels.busy.delete(known.tunnel));
    answerInside(known.destination, { request, response, options });
  });
  const outside = createServer((request, response) => answerOutside({ request, response, options }));
  outside.on("connect", (request: IncomingMessage, tunnel: Duplex, head: Buffer) => {
    tunnels.all.add(tunnel);
    tunnel.once("close", () => tunnels.all.delete(tunnel));
    openTunnel(request, tunnel, head, {
      authority: options.authority,
      opened(secure, destination) {
        opened.set(secure, { destination, tunnel });
        inside.emit("connection", secure);
      },
      refused: (target) => refused({ method: "CONNECT", target, status: 403 }),
    });
  });
  for (const server of [inside, outside]) server.keepAliveTimeout = 65_000;
  await listen(outside, options.port);
  // An IP server's address is never a path.
  const { port } = outside.address() as AddressInfo;
  return { port, close: () => close(outside, tunnels) };
}

interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  options: ProxyOptions;
}

/** A request beside any tunnel. Some tools ask for `https://` addresses so, in the clear up to the proxy. */
function answerOutside(incoming: Incoming): void {
  const { request, response, options } = incoming;
  const target = request.url ?? "";
  const [, scheme, authority = "", rest = ""] = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  if (scheme === undefined) {
    refuse(response, 400, "This is the sandbox's proxy, for HTTPS_PROXY. The sandbox itself: mais sandbox status");
    return;
  }
  const [, name = "", port = "443"] = /^([^:]+?)\.?(?::(\d+))?$/.exec(authority) ?? [];
  const destination = scheme.toLowerCase() === "https" && port === "443" ? destinationOf(name) : undefined;
  if (!destination) {
    const shown = printable(`${scheme}:${authority}`).replace(":", "://");
    options.refused?.({ method: request.method ?? "GET", target: shown, status: 403 });
    const insecure = destinationOf(name) ? " It takes https for this host." : "";
    refuse(response, 403, hostRefusal(shown) + insecure);
    return;
  }
  request.url = rest.startsWith("/") ? rest : `/${rest}`;
  answerHost(destination, incoming);
}

function answerInside(destination: Destination, incoming: Incoming): void {
  const { request, response } = incoming;
  const [name = "", port = "443"] = (request.headers.host ?? "").toLowerCase().split(":");
  if (name !== destination.host || port !== "443") {
    refuse(response, 421, `This connection is for ${destination.host} and for no other host.`, destination);
    return;
  }
  answerHost(destination, incoming);
}

function answerHost(destination: Destination, { request, response, options }: Incoming): void {
  const { method = "GET", headers } = request;
  const turnAway = (status: number, message: string) => {
    options.refused?.({ method, target: destination.host, status });
    response.setHeader("connection", "close");
    refuse(response, status, message, destination);
  };
  const owner = liveCredentialIn(request, destination);
  if (owner !== undefined) {
    const advice = "Use those that `mais sandbox proxy` prints.";
    turnAway(401, `This looks like a real credential of ${owner}. The sandbox proxy passed nothing on. ${advice}`);
  } else if (headers.upgrade?.toLowerCase() === "websocket") {
    turnAway(501, `The sandbox has no WebSocket at ${destination.host}.`);
  } else options.answer(destination, request, response);
}

async function listen(server: Server, preferred: number | undefined): Promise<void> {
  const attempt = (port: number) =>
    new Promise<boolean>((resolve, reject) => {
      const failed = (error: Error) =>
        "code" in error && error.code === "EADDRINUSE" && port !== 0 ? resolve(false) : reject(error);
      server.once("error", failed);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", failed);
        resolve(true);
      });
    });
  if (preferred === undefined || !(await attempt(preferred))) await attempt(0);
}

interface Tunnels {
  all: Set<Duplex>;
  /** Those in which a request is under way. */
  busy: Set<Duplex>;
}

function close(server: Server, { all, busy }: Tunnels): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    for (const tunnel of all) if (!busy.has(tunnel)) tunnel.destroy();
    // Requests under way may finish; whoever holds a connection open beyond that is cut off.
    setTimeout(() => {
      for (const tunnel of all) tunnel.destroy();
      server.closeAllConnections();
    }, CLOSE_LIMIT_MS).unref();
  });
}
