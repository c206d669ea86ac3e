import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { refuse } from "./refusals.ts";

/** Where a request goes on, on this machine. */
export interface Upstream {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  path: string;
  /** To add to the caller's, or to set in place of them. */
  headers?: Record<string, string>;
}

/** What belongs to one connection, not to the request or the answer that it carries. */
const PER_CONNECTION = new Set([
  ...["connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate"],
  ...["te", "trailer", "upgrade", "expect"],
]);

/** Passes a request on and its answer back, body by body as they come. An answer that breaks off breaks off here too. */
export function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  { origin, path, headers }: Upstream,
): void {
  const { hostname, port, host } = new URL(origin);
  const own = { host, connection: "close", ...headers };
  const onward = request({
    ...{ hostname, port, path, method: incoming.method },
    headers: [...kept(incoming.rawHeaders, Object.keys(own)), ...Object.entries(own).flat()],
    // A connection for each request: a kept one may be closed at its other end just as it is used again.
    agent: false,
  });
  onward.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, kept(answer.rawHeaders));
    answer.once("error", () => response.destroy());
    answer.once("close", () => answer.complete || response.destroy());
    answer.pipe(response);
  });
  onward.once("error", (error) => {
    // The sandbox cuts a connection on purpose when a fault says so: the caller sees the same.
    const isCut = "code" in error && error.code === "ECONNRESET";
    if (response.headersSent || isCut) response.destroy();
    else
      refuse(response, 502, "The sandbox proxy could not reach what answers for this host. See: mais sandbox status");
  });
  response.once("close", () => onward.destroy());
  incoming.pipe(onward);
}

function kept(raw: readonly string[], replaced: readonly string[] = []): string[] {
  const result: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = "", value = ""] = raw.slice(index, index + 2);
    const known = name.toLowerCase();
    if (!PER_CONNECTION.has(known) && !replaced.includes(known)) result.push(name, value);
  }
  return result;
}
