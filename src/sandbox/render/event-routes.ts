import { type Call, defineRoute } from "../emulator.ts";
import { eventsOf, type ServiceEvent } from "./events.ts";
import { notFound } from "./refusals.ts";
import { inWindow, page, param, serviceOf } from "./request.ts";
import { services } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

const list = defineRoute("GET /v1/services/{serviceId}/events", {
  evidence: "inferred",
  source: `${DOCS}/list-events`,
  handle(call) {
    const type = call.query.get("type");
    const found = eventsOf(call, serviceOf(call).id).filter(
      (event) => (!type || event.type === type) && inWindow(call, event.timestamp),
    );
    return { status: 200, json: page(call, "event", found, ({ id }) => id) };
  },
});

const retrieve = defineRoute("GET /v1/events/{eventId}", {
  evidence: "inferred",
  source: `${DOCS}/retrieve-event`,
  handle: (call) => ({ status: 200, json: eventOf(call) }),
});

function eventOf(call: Call): ServiceEvent {
  const wanted = param(call, "eventId");
  for (const { id } of services(call.store).list()) {
    const found = eventsOf(call, id).find((event) => event.id === wanted);
    if (found) return found;
  }
  throw notFound(wanted);
}

export const eventRoutes = [list, retrieve];
