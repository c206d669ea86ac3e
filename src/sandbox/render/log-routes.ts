import { type Call, defineRoute } from "../emulator.ts";
import { ofService } from "./deploys.ts";
import { invalid, notFound } from "./refusals.ts";
import { filter } from "./request.ts";
import { type Service, services, stamp } from "./state.ts";

interface Line {
  timestamp: string;
  message: string;
  type: "app" | "build";
}

/** What the service printed (the sandbox keeps no times of it), and why deploys failed. Oldest first. */
function linesOf(call: Call, service: Service): Line[] {
  const failures = ofService(call.store, service.id)
    .toReversed()
    .filter(({ hostMessage }) => hostMessage !== undefined)
    .map(({ hostMessage = "", hostSettledAt, createdAt }): Line => {
      const [message = ""] = hostMessage.split("\n");
      return { timestamp: hostSettledAt ?? createdAt, message, type: "build" };
    });
  const at = stamp(call.now);
  const printed = call.world.services
    .logs(service.id)
    .map((message): Line => ({ timestamp: at, message, type: "app" }));
  return [...failures, ...printed];
}

/** A whole number in the range, or Render's 400. */
function limitOf(call: Call): number {
  const limit = Number(call.query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid("invalid limit: must be between 1 and 100");
  return limit;
}

const list = defineRoute("GET /v1/logs", {
  evidence: "contract",
  source: "https://api-docs.render.com/reference/list-logs",
  handle(call) {
    const resources = [...(filter(call, "resource") ?? [])];
    if (!call.query.get("ownerId")) throw invalid("ownerId is required");
    if (resources.length === 0) throw invalid("resource is required");
    const [types, texts] = [filter(call, "type"), filter(call, "text")];
    const found = resources.flatMap((id) => {
      const service = services(call.store).get(id);
      if (!service) throw notFound(id);
      return linesOf(call, service).map((line) => ({ ...line, resource: id }));
    });
    const kept = found.filter(
      ({ type, message }) =>
        (!types || types.has(type)) && (!texts || [...texts].every((text) => message.includes(text))),
    );
    const forward = call.query.get("direction") === "forward";
    const limit = limitOf(call);
    const page = forward ? kept.slice(0, limit) : kept.toReversed().slice(0, limit);
    const logs = page.map(({ timestamp, message, type, resource }, at) => ({
      ...{ id: `${resource}-${timestamp}-${at}`, message, timestamp },
      labels: [
        { name: "resource", value: resource },
        { name: "type", value: type },
      ],
    }));
    const [first = stamp(call.now), last = first] = [page.at(0)?.timestamp, page.at(-1)?.timestamp];
    // One page is all there is: the sandbox keeps a few hundred lines.
    const json = { hasMore: kept.length > page.length, nextStartTime: first, nextEndTime: last, logs };
    return { status: 200, json };
  },
});

export const logRoutes = [list];
