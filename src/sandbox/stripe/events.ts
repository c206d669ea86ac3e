import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { ACCOUNT_ID } from "./account.ts";
import {
  answerPage,
  created,
  expansions,
  isWithin,
  type Mode,
  Objects,
  paging,
  queryOf,
  type StripeObject,
  seconds,
} from "./objects.ts";
import { flag, list, readParameters } from "./parameters.ts";
import { invalid, refuse } from "./refusals.ts";

const PAGE = "https://docs.stripe.com/api/events";
/** "List events, going back up to 30 days." */
const LISTED_SECONDS = 30 * 86_400;

/** Something that happened, as an endpoint is told and as it can be read afterwards. */
export interface Event extends StripeObject {
  object: "event";
  /** The connected account that it happened in; absent for the platform's own. */
  account?: string;
  api_version: string | null;
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> };
  /** How many endpoints have not answered 2xx yet. */
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

const listEvents = defineRoute("GET /v1/events", {
  evidence: "documented",
  source: `${PAGE}/list`,
  handle(call) {
    const given = readParameters(
      {
        ...paging,
        created,
        delivery_success: flag.optional(),
        type: z.string().optional(),
        types: list(z.string()).optional(),
      },
      queryOf(call),
    );
    if (given.type !== undefined && given.types)
      throw invalid("types", "You may pass either `type` or `types`, not both.");
    expansions(given.expand, []);
    const wanted = given.type === undefined ? given.types : [given.type];
    const events = visibleTo(call).filter(
      (event) =>
        (wanted?.some((pattern) => matches(pattern, event.type)) ?? true) &&
        isWithin(event.created, given.created) &&
        (given.delivery_success === undefined || given.delivery_success === (event.pending_webhooks === 0)),
    );
    return answerPage(call, events, (event) => event);
  },
});

const readEvent = defineRoute("GET /v1/events/{id}", {
  evidence: "documented",
  source: `${PAGE}/retrieve`,
  handle(call) {
    const { expand } = readParameters({}, queryOf(call));
    expansions(expand, []);
    const { id = "" } = call.params;
    const event = visibleTo(call).find((one) => one.id === id);
    if (!event) throw refuse(404, { code: "resource_missing", message: `No such event: '${id}'`, param: "id" });
    return { status: 200, json: event };
  },
});

export function eventsOf(mode: Mode): Objects<Event> {
  return new Objects<Event>(mode, "events");
}

/** Whether something has happened in that connected account: its events are read in its name. */
export function isConnected(store: Call["store"], account: string): boolean {
  const everywhere = ["test", "live"].flatMap((identity) => eventsOf({ identity, store }).newestFirst());
  return everywhere.some((event) => event.account === account);
}

/** A connected account's events are listed with the `Stripe-Account` header, the platform's own without (inferred). */
function visibleTo(call: Call): Event[] {
  const header = call.headers["stripe-account"] ?? call.headers["stripe-context"];
  const account = header === ACCOUNT_ID ? undefined : header;
  const since = seconds(call.now) - LISTED_SECONDS;
  return eventsOf(call)
    .newestFirst()
    .filter((event) => event.account === account && event.created >= since);
}

/** `charge.*` stands for all events of charges here, unlike with endpoints. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

export const eventRoutes = [listEvents, readEvent];
