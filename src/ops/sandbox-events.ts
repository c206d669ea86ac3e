import { exit, UserError } from "../user-error.ts";
import { ask, findSandbox } from "./sandbox.ts";

export interface EventRequest {
  vendor: string;
  type: string;
  object?: unknown;
  account?: string | undefined;
  mode?: string | undefined;
}

export interface Emitted {
  event: { id: string; type: string };
  /** For each endpoint that listens: the application's status, or what kept it from being asked. */
  deliveries: { endpoint: string; url: string; status?: number; problem?: string }[];
}

/** Longer than the sandbox waits for an application. */
const LIMIT_MS = 20_000;

/** Lets something happen at a vendor of the running sandbox, which tells the applications that listen. */
export async function emitEvent(dir: string, json: EventRequest): Promise<Emitted> {
  const address = await findSandbox(dir);
  if (!address)
    throw new UserError("The sandbox is stopped: nothing listens to events.", {
      advice: "Start it: mais sandbox start",
    });
  return await ask(address, "/events", { method: "POST", json, limitMs: LIMIT_MS, refused });
}

function refused(message: string): never {
  throw new UserError(`The sandbox refused it: ${message}`, {
    advice: "Stripe's event types: https://docs.stripe.com/api/events/types",
    exit: exit.usage,
  });
}
