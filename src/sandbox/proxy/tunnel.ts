import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Authority } from "./authority.ts";
import { type Destination, destinationOf } from "./hosts.ts";
import { hostRefusal } from "./refusals.ts";

/** From accepting a tunnel to the end of the greeting inside it. */
const HANDSHAKE_LIMIT_MS = 10_000;

export interface TunnelOptions {
  authority: Authority;
  /** A greeted connection: what comes through it is plain HTTP. */
  opened(socket: TLSSocket, destination: Destination): void;
  /** `host:port` that was asked for in vain. */
  refused(target: string): void;
}

/** Answers `CONNECT host:port`: plays the host itself, or refuses it by name. No other connection is ever made. */
export function openTunnel(request: IncomingMessage, socket: Duplex, head: Buffer, options: TunnelOptions): void {
  socket.on("error", () => socket.destroy());
  const target = request.url ?? "";
  const [, name = "", port = ""] = /^([^:]+?)\.?:(\d+)$/.exec(target) ?? [];
  const destination = port === "443" ? destinationOf(name) : undefined;
  if (!destination) {
    const shown = printable(target);
    options.refused(shown);
    socket.end(refusal(hostRefusal(shown)));
    return;
  }
  socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  if (head.length > 0) socket.unshift(head);
  greet(socket, destination, options);
}

function greet(socket: Duplex, destination: Destination, { authority, opened }: TunnelOptions): void {
  const { host } = destination;
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: authority.contextFor(host),
    ALPNProtocols: ["http/1.1"],
    // Only for the name that the tunnel was asked for.
    SNICallback: (name, done) =>
      name.toLowerCase() === host ? done(null, authority.contextFor(host)) : done(new Error("another host's name")),
  });
  const timer = setTimeout(() => secure.destroy(), HANDSHAKE_LIMIT_MS);
  secure.once("close", () => {
    clearTimeout(timer);
    socket.destroy();
  });
  secure.on("error", () => secure.destroy());
  secure.once("secure", () => {
    clearTimeout(timer);
    opened(secure, destination);
  });
}

function refusal(message: string): string {
  const body = `${message}\n`;
  return [
    // Many tools show the status line and nothing else.
    `HTTP/1.1 403 ${message.split(". ")[0]}`,
    "content-type: text/plain; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}

/** A name as it may stand in a status line and in a log: nothing but what host names are made of. */
export function printable(target: string): string {
  return target.replace(/[^\w.:[\]-]/g, "?").slice(0, 260);
}
