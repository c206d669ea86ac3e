import { createHmac } from "node:crypto";
import { request } from "node:http";
import type { Surroundings } from "../emulator.ts";
import type { Event } from "./events.ts";
import { seconds } from "./objects.ts";
import type { Kept } from "./webhook-endpoints.ts";

/** What became of one endpoint's delivery: the application's status, or why there is none. */
export interface Delivered {
  endpoint: string;
  url: string;
  status?: number;
  problem?: string;
}

/** How long an application may take. Stripe does not say how long it waits; inferred. */
const LIMIT_MS = 10_000;

/**
 * Tells one endpoint, once. The address is looked up among the applications that the sandbox runs, because it reaches
 * nothing outside loopback.
 */
export async function deliver(event: Event, endpoint: Kept, surroundings: Surroundings): Promise<Delivered> {
  const { id, url, api_version, hidden } = endpoint;
  const answer = (result: { status: number } | { problem: string }): Delivered => ({ endpoint: id, url, ...result });
  const { host, pathname, search } = new URL(url);
  const origin = surroundings.findApplication(host);
  if (origin === undefined)
    return answer({
      problem:
        `The sandbox runs nothing under ${host}, and it reaches nothing outside this machine. Deploy the application ` +
        "that has this domain (mais sandbox status lists what runs), or change the endpoint's url.",
    });
  if (hidden.secret === undefined)
    return answer({
      problem: "The endpoint was made by a release that kept no secret to sign with. Delete it and make it again.",
    });
  const body = JSON.stringify({ ...event, api_version: api_version ?? event.api_version }, undefined, 2);
  const at = seconds(surroundings.world.clock.now());
  const headers = {
    ...{ host, "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(body) },
    ...{ accept: "*/*; q=0.5, application/xml", "cache-control": "no-cache", "x-forwarded-proto": "https" },
    ...{ "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)" },
    "stripe-signature": signature(body, hidden.secret, at),
  };
  return answer(await post(origin, { path: pathname + search, headers, body }));
}

/** https://docs.stripe.com/webhooks#verify-manually: the whole `whsec_…` text is the key. */
export function signature(body: string, secret: string, at: number): string {
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}

interface Post {
  path: string;
  headers: Record<string, string | number>;
  body: string;
}

/** Follows no redirect: to Stripe that is a failure like any other. */
function post(origin: string, { path, headers, body }: Post): Promise<{ status: number } | { problem: string }> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const sent = request({ hostname, port, path, method: "POST", headers, agent: false, signal });
    sent.once("response", (response) => {
      resolve({ status: response.statusCode ?? 0 });
      // What the application says beside its status is nobody's concern.
      response.destroy();
    });
    sent.once("error", ({ message }) =>
      resolve({ problem: signal.aborted ? `No answer within ${LIMIT_MS / 1_000} seconds.` : `No answer: ${message}.` }),
    );
    sent.end(body);
  });
}
