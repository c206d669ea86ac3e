import { createServer } from "node:http";
import { readSettings } from "./settings.js";

/** A small API with the two health pages that deployments rely on: `/health` (it runs) and `/health/ready` (it can work). */
const settings = readSettings(process.env);
for (const { variable, message } of settings.problems) console.error(`${variable}: ${message}`);

const server = createServer((request, response) => {
  const path = (request.url ?? "/").split("?")[0];
  if (path === "/health") return answer(response, 200, health("ok"));
  if (path === "/health/ready") return ready(response);
  answer(response, 404, { error: "not found" });
});

function ready(response) {
  const { problems } = settings;
  if (problems.length === 0) return answer(response, 200, health("ok"));
  answer(response, 503, { ...health("error"), problems });
}

function health(status) {
  return {
    status,
    services: {
      stripe: service(["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]),
      postmark: service(["POSTMARK_SERVER_TOKEN"]),
      googleCalendar: service(["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"]),
    },
    timestamp: new Date().toISOString(),
  };
}

/** Mock adapters reach nobody. This example has no real ones: it says whether it was given what they would need. */
function service(variables) {
  const started = performance.now();
  const failing = settings.problems.some(({ variable }) => variables.includes(variable));
  const given = variables.every((variable) => process.env[variable]);
  const status = failing ? "error" : settings.adapters !== "real" ? "mock" : given ? "ok" : "not configured";
  return { status, latency: Math.round(performance.now() - started) };
}

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

server.listen(settings.port, () => console.log(`listening on ${settings.port}`));

// Requests under way are answered before the process ends; the platform sends this before it takes the instance away.
process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
