import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LocalServices } from "../../src/sandbox/local-services.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const folder = join(import.meta.dirname, "../../examples/api");

/** The example is plain JavaScript. */
const { readSettings }: { readSettings(env: Record<string, string>): { problems: Problem[] } } = await import(
  join(folder, "settings.js")
);

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

interface Problem {
  variable: string;
  message: string;
}

interface Health {
  status: string;
  services: Record<string, { status: string; latency: number }>;
  timestamp: string;
  problems?: Problem[];
}

/** One build for all: packages are installed once, into the user's cache. */
const place = temporaryFolder();
const services = new LocalServices({ dir: place.path, ports: new Map() });
// Packages that no cache has yet take their time.
beforeAll(() => ask("/health", good), 240_000);
afterAll(async () => {
  await services.close();
  place[Symbol.dispose]();
});

/** Deploys the example with those variables, as the sandbox does, and asks it for a page. */
async function ask(
  path: string,
  variables: Record<string, string>,
): Promise<{ status: number; json: Health; text: string }> {
  const launch = { buildCommand: "npm ci", startCommand: "node server.js", healthCheckPath: "/health" };
  await services.deploy({ id: "srv-1", name: "api", vendor: "render", buildId: "dep-1", folder, variables, ...launch });
  const answer = await fetch(`${services.list()[0]?.localUrl}${path}`);
  const text = await answer.text();
  return { status: answer.status, json: JSON.parse(text), text };
}

const statuses = ({ services }: Health) =>
  Object.fromEntries(Object.entries(services).map(([name, { status }]) => [name, status]));

test("it lives without a database, and says in the form that probes read which ones it cannot reach", async () => {
  const away = { DATABASE_URL: "postgresql://u:canary@127.0.0.1:1/d", REDIS_URL: "redis://:canary@127.0.0.1:1" };
  const health = await ask("/health", { ...good, ...away });
  expect([health.status, health.json.status]).toEqual([200, "ok"]);
  expect(statuses(health.json)).toEqual({ stripe: "mock", postmark: "mock", googleCalendar: "mock" });
  expect(new Date(health.json.timestamp).toISOString()).toBe(health.json.timestamp);
  const answer = await fetch(`${services.list()[0]?.localUrl}/health/ready`);
  const text = await answer.text();
  const { problems, ...ready }: Health = JSON.parse(text);
  expect([answer.status, ready.status]).toEqual([503, "error"]);
  expect(statuses(ready)).toMatchObject({ postgres: "error", redis: "error", stripe: "mock" });
  for (const { latency } of Object.values(ready.services)) expect(latency).toBeGreaterThanOrEqual(0);
  expect(problems).toEqual([
    { variable: "DATABASE_URL", message: "postgres is unreachable (ECONNREFUSED)" },
    { variable: "REDIS_URL", message: "redis is unreachable (ECONNREFUSED)" },
  ]);
  expect(text).not.toContain("canary");
});

test("with real adapters it says which credentials it was given", async () => {
  const calendar = { GOOGLE_CLIENT_ID: "id.apps.googleusercontent.com", GOOGLE_CLIENT_SECRET: "secret" };
  const some = statuses((await ask("/health", { ...good, ...real })).json);
  expect(some).toEqual({ stripe: "ok", postmark: "ok", googleCalendar: "not configured" });
  const all = statuses((await ask("/health", { ...good, ...real, ...calendar })).json);
  expect(all).toEqual({ stripe: "ok", postmark: "ok", googleCalendar: "ok" });
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
])("a bad %s is a problem of its settings, named without its value", (variable, bad) => {
  const { problems } = readSettings({ ...good, ...bad });
  expect(problems.map((each) => each.variable)).toEqual([variable]);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test("a bad variable makes it run and not be ready, and is named without its value", async () => {
  const { status, json, text } = await ask("/health/ready", { ...good, DATABASE_URL: "mysql://canary@host/db" });
  const problem = { variable: "DATABASE_URL", message: expect.stringContaining("a postgresql:// URL") };
  expect([status, json.status, json.problems]).toEqual([503, "error", [problem]]);
  expect(text).not.toContain("canary");
});

test("the platform's PORT wins over API_PORT", async () => {
  expect((await ask("/health", { ...good, API_PORT: "1" })).status).toBe(200);
});
