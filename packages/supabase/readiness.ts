import type { Call } from "@mais/provider-kit";
import { Refused, waitFor } from "@mais/provider-kit";
import type { ServiceHealth, Supabase } from "./client.ts";
import { milliseconds } from "./duration.ts";
import { SERVICES, type Service } from "./placement.ts";
import { requireUsable } from "./project-status.ts";

/** Creating takes up to a few minutes by Supabase's word, resizing as long. */
const DEFAULT_LIMIT_MS = 10 * 60_000;

/** How long to wait: the resource's own `timeouts` first, as in the official provider; `customTimeouts` end it by themselves. */
export function waitLimit(timeout: string | undefined, { customTimeoutSeconds }: Call): number {
  if (timeout) return milliseconds(timeout);
  return customTimeoutSeconds === undefined ? DEFAULT_LIMIT_MS : Number.POSITIVE_INFINITY;
}

interface Waiting extends Pick<Call, "signal" | "progress"> {
  limitMs: number;
  /** Left out, all of them. */
  services?: readonly Service[] | undefined;
}

/** Waits until the project is ACTIVE_HEALTHY and the services that are needed are healthy, telling what it waits for. */
export async function whenReady(api: Supabase, ref: string, call: Waiting): Promise<void> {
  const until = Date.now() + call.limitMs;
  await patiently(`Supabase project ${ref}`, { api, call, until }, async () => {
    const project = await api.getProject(ref, call.signal);
    requireUsable(project);
    return project.status === "ACTIVE_HEALTHY" ? undefined : `is ${project.status}`;
  });
  const services = await servicesOf(api, ref, call);
  if (services.length === 0) return;
  await patiently(`The services of Supabase project ${ref}`, { api, call, until }, async () => {
    const waiting = (await api.health(ref, services, call.signal)).filter(({ status }) => status !== "ACTIVE_HEALTHY");
    return waiting.length === 0 ? undefined : `not healthy yet: ${waiting.map(describe).join(", ")}`;
  });
}

/** Without a schema to serve, the Data API is off and its service never healthy. */
async function servicesOf(api: Supabase, ref: string, { services = SERVICES, signal }: Waiting): Promise<Service[]> {
  if (!services.includes("rest")) return [...services];
  const { db_schema: schema } = await api.config.dataApi(ref, signal);
  return services.filter((name) => name !== "rest" || schema !== "");
}

/**
 * Just after creation the pooler answers "not found" and services that their health could not be retrieved; the error
 * holds JSON in a string.
 */
function describe({ name, status, error }: ServiceHealth): string {
  return `${name} ${status}${error ? ` (${innerMessage(error)})` : ""}`;
}

function innerMessage(text: string): string {
  try {
    const inner: unknown = JSON.parse(text);
    if (inner && typeof inner === "object" && "error" in inner) return String(inner.error);
  } catch {
    // Not JSON: the text says it itself.
  }
  return text;
}

interface Patience {
  api: Supabase;
  call: Waiting;
  until: number;
}

/** `look` answers what is still missing, or undefined when nothing is. The last thing seen goes into the failure. */
async function patiently(what: string, { api, call, until }: Patience, look: () => Promise<string | undefined>) {
  let missing = "";
  const options = { signal: call.signal, limitMs: until - Date.now(), ...api.pace };
  try {
    await waitFor(
      what,
      async () => {
        missing = (await look()) ?? "";
        if (missing) call.progress(`${what}: ${missing}`);
        return missing ? undefined : true;
      },
      options,
    );
  } catch (error) {
    if (!missing || !(error instanceof Refused) || error.message.includes(missing)) throw error;
    throw new Refused(`${error.message}; ${missing}`, { cause: error });
  }
}
