import type { ServerResponse } from "node:http";
import type { Reply } from "./emulator.ts";

/** A reply and the way in which it reaches the caller; a fault can spoil either. */
export interface Delivery extends Reply {
  /** Sent as it is, in place of `json`. */
  text?: { body: string; type: string };
  /** `cut`: the connection ends without an answer. `half`: in the middle of the body. */
  broken?: "cut" | "half";
}

export function deliver(response: ServerResponse, { status, json, text, headers = {}, broken }: Delivery): void {
  const body = text?.body ?? (json === undefined ? undefined : JSON.stringify(json));
  // Half of nothing is nothing.
  if (broken === "cut" || (broken === "half" && !body)) {
    response.destroy();
    return;
  }
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, {
    "content-type": text?.type ?? "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  if (broken === "half") response.write(halfOf(body), () => response.destroy());
  else response.end(body);
}

export function halfOf(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}
