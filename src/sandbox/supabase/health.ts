import { type Call, defineRoute } from "../emulator.ts";
import { refuse } from "./refusals.ts";
import { type Project, projectOf, settledFor, statusOf } from "./state.ts";

const SERVICES = ["auth", "db", "db_postgres_user", "pooler", "realtime", "rest", "storage", "pg_bouncer"] as const;
type Service = (typeof SERVICES)[number];

function serviceHealth(project: Project, name: Service, call: Call) {
  if (statusOf(project, call) !== "ACTIVE_HEALTHY") return { name, healthy: false, status: "COMING_UP" };
  // The official provider treats this as passing: the pooler does not know a new project at first.
  const late =
    project.settled === "ACTIVE_HEALTHY" && settledFor(project, call.now) < call.world.delays.supabaseProject / 4;
  if (name === "pooler" && late)
    return { name, healthy: false, status: "UNHEALTHY", error: JSON.stringify({ error: "Tenant not found" }) };
  const info = details(project, name);
  return { name, healthy: true, status: "ACTIVE_HEALTHY", ...(info ? { info } : {}) };
}

function details(project: Project, name: Service) {
  if (name === "auth")
    return { name: "GoTrue", version: "v2.180.0", description: "GoTrue is a user registration and authentication API" };
  if (name === "realtime")
    return { healthy: true, db_connected: false, replication_connected: false, connected_cluster: 0 };
  if (name === "rest") return { db_schema: project.postgrest.db_schema };
  return undefined;
}

export const healthRoutes = [
  defineRoute("GET /v1/projects/{ref}/health", {
    evidence: "contract",
    handle(call) {
      const project = projectOf(call);
      const asked = call.query.getAll("services").flatMap((names) => names.split(","));
      if (asked.length === 0) throw refuse(400, "services: is required");
      const unknown = asked.filter((name) => !SERVICES.some((service) => service === name));
      if (unknown.length > 0) throw refuse(400, `services: each value must be one of ${SERVICES.join(", ")}`);
      const wanted = SERVICES.filter((service) => asked.includes(service));
      return { status: 200, json: wanted.map((name) => serviceHealth(project, name, call)) };
    },
  }),
];
