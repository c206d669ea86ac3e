import { createHash } from "node:crypto";
import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { EVENT_TYPES } from "./event-types.ts";
import { eventsOfOwner } from "./events.ts";
import { notFound } from "./refusals.ts";
import { bodyOf, filter, inTime, newestFirst, ownerOf, page, param, passes } from "./request.ts";
import { millis, newId, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

interface Webhook {
  id: string;
  ownerId: string;
  name: string;
  url: string;
  secret: string;
  enabled: boolean;
  /** Null and empty both mean every event; each is read back as it was written. */
  eventFilter: string[] | null;
  createdAt: string;
}

const webhooks = (store: Store): Collection<Webhook> => store.collection("webhooks");

function shape({ ownerId: _, createdAt: __, ...webhook }: Webhook): Record<string, unknown> {
  return webhook;
}

function webhookOf(call: Call): Webhook {
  const id = param(call, "webhookId");
  const webhook = webhooks(call.store).get(id);
  if (!webhook) throw notFound(id);
  return webhook;
}

const fields = {
  name: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
  enabled: z.boolean(),
  eventFilter: z.array(z.enum(EVENT_TYPES)).nullable(),
};

const list = defineRoute("GET /v1/webhooks", {
  evidence: "contract",
  source: `${DOCS}/list-webhooks`,
  handle(call) {
    const ownerId = filter(call, "ownerId");
    const found = webhooks(call.store)
      .list()
      .filter((one) => passes(ownerId, one.ownerId));
    return { status: 200, json: page(call, "webhook", newestFirst(found).map(shape), ({ id }) => String(id)) };
  },
});

const create = defineRoute("POST /v1/webhooks", {
  evidence: "contract",
  source: `${DOCS}/create-webhook`,
  handle(call) {
    const given = bodyOf(call, z.object({ ...fields, ownerId: z.string() }));
    ownerOf(call, given.ownerId);
    const id = newId(call.world, "whk");
    // The form of Standard Webhooks, which Render signs by: https://www.standardwebhooks.com
    const secret = `whsec_${Buffer.from(call.world.ids.text(64, "0123456789abcdef"), "hex").toString("base64")}`;
    const webhook = webhooks(call.store).set(id, { id, ...given, secret, createdAt: stamp(call.now) });
    return { status: 201, json: shape(webhook) };
  },
});

const retrieve = defineRoute("GET /v1/webhooks/{webhookId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-webhook`,
  handle: (call) => ({ status: 200, json: shape(webhookOf(call)) }),
});

const Changes = z.object(fields).partial();

const update = defineRoute("PATCH /v1/webhooks/{webhookId}", {
  evidence: "contract",
  source: `${DOCS}/update-webhook`,
  handle(call) {
    const webhook = webhookOf(call);
    const { eventFilter = webhook.eventFilter, ...given } = bodyOf(call, Changes);
    webhook.name = given.name ?? webhook.name;
    webhook.url = given.url ?? webhook.url;
    webhook.enabled = given.enabled ?? webhook.enabled;
    webhook.eventFilter = eventFilter;
    return { status: 200, json: shape(webhook) };
  },
});

const remove = defineRoute("DELETE /v1/webhooks/{webhookId}", {
  evidence: "contract",
  source: `${DOCS}/delete-webhook`,
  handle(call) {
    webhooks(call.store).delete(webhookOf(call).id);
    return { status: 204 };
  },
});

/** What Render would have sent. The sandbox sends nothing, and says so in each entry. */
const deliveries = defineRoute("GET /v1/webhooks/{webhookId}/events", {
  evidence: "inferred",
  source: `${DOCS}/list-webhook-events`,
  handle(call) {
    const { id, ownerId, enabled, eventFilter, createdAt } = webhookOf(call);
    const events = enabled ? eventsOfOwner(call, ownerId) : [];
    const sent = events
      .filter((event) => millis(event.timestamp) >= millis(createdAt) && inTime(call, "sent", event.timestamp))
      .filter(({ type }) => !eventFilter?.length || eventFilter.includes(type))
      .map(({ id: eventId, type, timestamp }) => ({
        ...{ id: deliveryId(id, eventId), eventId, eventType: type, sentAt: timestamp },
        error: "the sandbox sends no webhooks",
      }));
    return { status: 200, json: page(call, "webhookEvent", sent, (one) => one.id) };
  },
});

function deliveryId(webhookId: string, eventId: string): string {
  return `whe-${createHash("sha256").update(`${webhookId} ${eventId}`).digest("hex").slice(0, 20)}`;
}

export const webhookRoutes = [list, create, retrieve, update, remove, deliveries];
