import type { ServerResponse } from "node:http";
import type { Destination } from "./hosts.ts";

/** An error in the form in which each vendor's tools look for its text. */
const SHAPES: Readonly<Record<string, (message: string) => unknown>> = {
  vercel: (message) => ({ error: { code: "forbidden", message } }),
  upstash: (message) => message,
  stripe: (message) => ({ error: { type: "invalid_request_error", message } }),
  postmark: (message) => ({ ErrorCode: 10, Message: message }),
};

/** Upstash's Redis answers an object where its management API answers a bare string. */
const DATA_SHAPES: Readonly<Record<string, (message: string) => unknown>> = {
  "upstash.io": (message) => ({ error: message }),
};

export function refuse(response: ServerResponse, status: number, message: string, destination?: Destination): void {
  answerJson(response, status, shapeOf(destination)(message));
}

export function answerJson(response: ServerResponse, status: number, json: unknown): void {
  const body = JSON.stringify(json);
  const headers = { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}

/** What an answer to a refused host says, on a connection that is not yet TLS. */
export function hostRefusal(target: string): string {
  return (
    `The sandbox proxy does not serve ${target}. It stands in for the six vendors' hosts and refuses every other; ` +
    "nothing was sent there. See docs/sandbox.md, or run this command in a shell without the proxy."
  );
}

function shapeOf(destination: Destination | undefined): (message: string) => unknown {
  const plain = (message: string) => ({ message });
  if (destination?.kind === "api") return SHAPES[destination.vendor] ?? plain;
  return (destination?.kind === "data" ? DATA_SHAPES[destination.domain] : undefined) ?? plain;
}
