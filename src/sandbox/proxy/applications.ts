import type { IncomingMessage, ServerResponse } from "node:http";
import { services } from "../render/state.ts";
import type { Store } from "../store.ts";
import { stateOf } from "../vercel/state.ts";
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
  { host, domain, label }: DataHost & { domain: keyof typeof NOBODY },
  { request, response, emulated }: { request: IncomingMessage; response: ServerResponse; emulated: Emulated },
): void {
  const vendor = domain === "onrender.com" ? "render" : "vercel";
  const store = emulated.store(vendor);
  const id = domain === "onrender.com" ? renderService(store, label) : vercelProject(store, host);
  const running = emulated.world.services.list().find((service) => service.vendor === vendor && service.id === id);
  if (id !== undefined && running?.localUrl !== undefined) {
    const headers = { host, "x-forwarded-proto": "https" };
    forward(request, response, { origin: running.localUrl, path: request.url ?? "/", headers });
    return;
  }
  const { headers, text } = NOBODY[domain];
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8", ...headers }).end(text);
}

function renderService(store: Store, label: string): string | undefined {
  return services(store)
    .list()
    .find(({ slug, type }) => type === "web_service" && slug === label)?.id;
}

/** By a domain of the project, or by the name of one of its deployments, which share a port here. */
function vercelProject(store: Store, host: string): string | undefined {
  const { domains, deployments } = stateOf(store);
  return domains.get(host)?.projectId ?? deployments.list().find(({ url }) => url === host)?.projectId;
}
