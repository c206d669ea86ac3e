import { join } from "node:path";
import { expect, test } from "vitest";
import { LocalServices } from "../../src/sandbox/local-services.ts";

const folder = join(import.meta.dirname, "../../examples/api");

const good = {
  NODE_ENV: "development",
  DATABASE_URL: "postgresql://user:word@db.example.com:6543/postgres?pgbouncer=true",
  JWT_SECRET: "j".repeat(32),
  BOOKING_TOKEN_SECRET: "b".repeat(32),
};
const real = {
  ADAPTERS_PRESET: "real",
  STRIPE_SECRET_KEY: "sk_test_abc",
  STRIPE_WEBHOOK_SECRET: "whsec_abc",
  POSTMARK_SERVER_TOKEN: "11111111-2222-4333-8444-555555555555",
};

interface Health {
  status: string;
  services: Record<string, { status: string; latency: number }>;
  timestamp: string;
  problems?: { variable: string; message: string }[];
}

/** Deploys the example with those variables, as the sandbox does, and asks it for a page. */
async function ask(
  path: string,
  variables: Record<string, string>,
): Promise<{ status: number; json: Health; text: string }> {
  const services = new LocalServices({ ports: new Map() });
  const launch = { startCommand: "node server.js", healthCheckPath: "/health" };
  try {
    await services.deploy({ id: "srv-1", name: "api", vendor: "render", folder, variables, ...launch });
    const answer = await fetch(`${services.list()[0]?.localUrl}${path}`);
    const text = await answer.text();
    return { status: answer.status, json: JSON.parse(text), text };
  } finally {
    await services.close();
  }
}

const statuses = ({ services }: Health) =>
  Object.fromEntries(Object.entries(services).map(([name, { status }]) => [name, status]));

test.each(["/health", "/health/ready"])("%s has the form that probes and dashboards read", async (path) => {
  const { status, json } = await ask(path, good);
  expect([status, json.status]).toEqual([200, "ok"]);
  expect(statuses(json)).toEqual({ stripe: "mock", postmark: "mock", googleCalendar: "mock" });
  for (const { latency } of Object.values(json.services)) expect(latency).toBeGreaterThanOrEqual(0);
  expect(new Date(json.timestamp).toISOString()).toBe(json.timestamp);
});

test("with real adapters it is ready once their credentials are there", async () => {
  const { status, json } = await ask("/health/ready", { ...good, ...real });
  expect([status, statuses(json)]).toEqual([200, { stripe: "ok", postmark: "ok", googleCalendar: "not configured" }]);
  const calendar = { GOOGLE_CLIENT_ID: "id.apps.googleusercontent.com", GOOGLE_CLIENT_SECRET: "secret" };
  const whole = await ask("/health/ready", { ...good, ...real, ...calendar });
  expect(statuses(whole.json)).toEqual({ stripe: "ok", postmark: "ok", googleCalendar: "ok" });
});

test.each([
  ["DATABASE_URL", { DATABASE_URL: "mysql://canary@host/db" }],
  ["JWT_SECRET", { JWT_SECRET: "canary" }],
  ["NODE_ENV", { NODE_ENV: "canary" }],
  ["ADAPTERS_PRESET", { ADAPTERS_PRESET: "canary" }],
  ["STRIPE_SECRET_KEY", { ...real, STRIPE_SECRET_KEY: "pk_live_canary" }],
  ["STRIPE_WEBHOOK_SECRET", { ...real, STRIPE_WEBHOOK_SECRET: "canary" }],
  ["POSTMARK_SERVER_TOKEN", { ...real, POSTMARK_SERVER_TOKEN: "" }],
  ["GOOGLE_CLIENT_SECRET", { ...real, GOOGLE_CLIENT_ID: "canary" }],
  ["REDIS_URL", { REDIS_URL: "https://canary.example.com" }],
  ["TENANT_SECRETS_ENCRYPTION_KEY", { TENANT_SECRETS_ENCRYPTION_KEY: "canary" }],
])("a bad %s makes it run and not be ready, and is named without its value", async (variable, bad) => {
  const variables = { ...good, ...bad };
  const { status, json, text } = await ask("/health/ready", variables);
  expect([status, json.status, json.problems?.map((each) => each.variable)]).toEqual([503, "error", [variable]]);
  expect(text).not.toContain("canary");
});

test("the platform's PORT wins over API_PORT", async () => {
  expect((await ask("/health", { ...good, API_PORT: "1" })).status).toBe(200);
});
