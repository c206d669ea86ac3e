import { z } from "zod";
import type { Reply, Surroundings } from "../emulator.ts";
import { ACCOUNT_ID } from "./account.ts";
import { type Delivered, deliver } from "./deliver-event.ts";
import { type Event, eventsOf } from "./events.ts";
import { newId, seconds } from "./objects.ts";
import { EVENT_TYPES, LATEST_VERSION } from "./vocabulary.ts";
import { endpointsOf, type Kept } from "./webhook-endpoints.ts";

/** What is to happen. */
const Happening = z.strictObject({
  type: z.string().refine((type) => type !== "*" && EVENT_TYPES.has(type), "is no event type of Stripe's"),
  /** What it happened to, as Stripe would show it; by default an object with no more than an id and its kind. */
  object: z.record(z.string(), z.unknown()).optional(),
  /** For `….updated`: what changed, as it was before. */
  previousAttributes: z.record(z.string(), z.unknown()).optional(),
  /** A connected account; by default it happens in the platform's own. */
  account: z
    .string()
    .regex(/^acct_\w+$/, "is the id of an account: acct_…")
    .optional(),
  mode: z.enum(["test", "live"]).default("test"),
});
type Happening = z.output<typeof Happening>;

/** Makes an event happen and tells every endpoint that listens to it. https://docs.stripe.com/webhooks */
export async function emitEvent(given: unknown, surroundings: Surroundings): Promise<Reply> {
  const parsed = Happening.safeParse(given);
  if (!parsed.success) return { status: 400, json: { message: z.prettifyError(parsed.error) } };
  const { mode } = parsed.data;
  const inMode = { identity: mode, store: surroundings.store };
  const listeners = endpointsOf(inMode).newestFirst().filter(listensTo(parsed.data));
  const event = eventsOf(inMode).add(newEvent(parsed.data, listeners.length, surroundings));
  // Each is told of the event as it was when it happened.
  const told = structuredClone(event);
  const deliveries = await Promise.all(listeners.map((endpoint) => deliver(told, endpoint, surroundings)));
  event.pending_webhooks = deliveries.filter((one) => !succeeded(one)).length;
  return { status: 200, json: { event, deliveries } };
}

/** A connected account's events reach only `connect` endpoints, the platform's own only the others. */
function listensTo({ type, account }: Happening): (endpoint: Kept) => boolean {
  const isConnected = account !== undefined && account !== ACCOUNT_ID;
  return ({ status, hidden, enabled_events: wanted }) =>
    status === "enabled" && hidden.connect === isConnected && (wanted.includes("*") || wanted.includes(type));
}

function newEvent(happening: Happening, pending: number, { world }: Surroundings): Event {
  const { type, object, previousAttributes, account, mode } = happening;
  const kind = type.slice(0, type.lastIndexOf("."));
  return {
    ...{ id: newId({ world }, "evt"), object: "event", api_version: LATEST_VERSION },
    ...(account === undefined || account === ACCOUNT_ID ? {} : { account }),
    created: seconds(world.clock.now()),
    data: {
      object: object ?? { id: newId({ world }, kind.replaceAll(".", "_")), object: kind },
      ...(previousAttributes ? { previous_attributes: previousAttributes } : {}),
    },
    ...{ livemode: mode === "live", pending_webhooks: pending, request: { id: null, idempotency_key: null }, type },
  };
}

function succeeded({ status = 0 }: Delivered): boolean {
  return status >= 200 && status < 300;
}
