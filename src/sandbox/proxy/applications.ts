import type { IncomingMessage, ServerResponse } from "node:http";
import { findApplication } from "../find-application.ts";
import type { Emulated } from "./emulated.ts";
import { forward } from "./forward.ts";
import type { Destination } from "./hosts.ts";

type DataHost = Extract<Destination, { kind: "data" }>;

/** What a platform answers for a name under which it runs nothing. Inferred. */
const NOBODY = {
  "onrender.com": { headers: { "x-render-routing": "no-server" }, text: "Not Found\n" },
  "vercel.app": {
    headers: { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" },
    text: "The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND\n",
  },
} as const;

/** A request to an application's public name goes to the port on which the sandbox runs it, or stands in for it. */
export function answerApplication(
  { host, domain }: DataHost & { domain: keyof typeof NOBODY },
  { request, response, emulated }: { request: IncomingMessage; response: ServerResponse; emulated: Emulated },
): void {
  const origin = findApplication(host, emulated);
  if (origin !== undefined) {
    const headers = { host, "x-forwarded-proto": "https" };
    forward(request, response, { origin, path: request.url ?? "/", headers });
    return;
  }
  const { headers, text } = NOBODY[domain];
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8", ...headers }).end(text);
}
