import { type Call, defineRoute, type Route } from "../emulator.ts";
import { type AuditEntry, auditEntries, unixSeconds } from "./state.ts";

/** How many lines are kept; Upstash's own number is unknown. */
const KEPT = 500;

/** The route, each success of which is a line of the audit log. */
export function audited(route: Route): Route {
  if (route.method === "GET") return route;
  return {
    ...route,
    async handle(call) {
      const reply = await route.handle(call);
      record(call, route, reply.json);
      return reply;
    },
  };
}

function record(call: Call, { method, path }: Route, answer: unknown): void {
  const entries = auditEntries(call.store);
  const id = call.world.ids.uuid();
  entries.set(id, {
    ...{ id, actor: call.identity, at: unixSeconds(call.now), action: actionOf(method, path) },
    entity: call.params.id ?? idIn(call.body) ?? idIn(answer) ?? "",
  });
  for (const { id: oldest } of entries.list().slice(0, -KEPT)) entries.delete(oldest);
}

/** `CREATE_DATABASE`, `ENABLE_EVICTION`: Upstash's own names are unknown. */
function actionOf(method: string, path: string): string {
  const words = path.split("/").filter((part) => part && part !== "v2" && part !== "redis" && !part.startsWith("{"));
  const verb = { POST: "CREATE", DELETE: "DELETE" }[method];
  const name = words.join("_").replaceAll("-", "_").toUpperCase();
  return /^(DATABASE|TEAM|TEAMS_MEMBER)$/.test(name) ? `${verb}_${name}` : name;
}

function idIn(value: unknown): string | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const { database_id, team_id } = value as Record<string, unknown>;
  return [database_id, team_id].find((id) => typeof id === "string");
}

function shown({ id, actor, at, action, entity }: AuditEntry) {
  return {
    ...{ log_id: id, customer_id: actor, actor, timestamp: at, action: 0, action_string: action },
    ...{ source: "api", entity, ip: "127.0.0.1" },
  };
}

/** The only path without the version in front. */
export const auditRoutes = [
  defineRoute("GET /auditlogs", {
    evidence: "contract",
    handle: ({ store }) => ({ status: 200, json: auditEntries(store).list().map(shown) }),
  }),
];
