import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENVIRONMENTS, type Environment } from "../../src/config/environments.ts";
import { judge } from "../../src/config/gate.ts";
import { SANDBOX_ACCOUNTS, settingsSchema } from "../../src/config/settings.ts";
import { fixture, liveConfig, stackConfig } from "../helpers/stack-settings.ts";

type Changes = Record<string, unknown>;

/** Problems with settings, of an environment that is fine but for `changes`. */
function problems(environment: Environment, changes: Changes): [subject: string, kind: string, rule: string][] {
  const config = liveConfig(environment, changes);
  const verdict = judge({ environment, config, envFile: fixture(environment) });
  return verdict.ok ? [] : verdict.problems.map(({ subject, kind, rule }) => [subject, kind, rule]);
}

function accepted(environment: Environment, config: Record<string, string>, target?: "sandbox") {
  const verdict = judge({ environment, config, target, envFile: fixture(environment) });
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.problems, undefined, 2));
  return verdict.configuration;
}

describe.each(ENVIRONMENTS)("Pulumi.%s.yaml", (environment) => {
  test("holds on the sandbox as it is", () => {
    const { settings } = accepted(environment, stackConfig(environment), "sandbox");
    expect(settings.target).toBe("sandbox");
    expect(settings.accounts).toEqual(SANDBOX_ACCOUNTS);
  });

  test("holds on a live target once nothing in it is an example", () => {
    expect(accepted(environment, liveConfig(environment)).settings.accounts.stripeAccount).toBe("acct_1abc");
  });
});

test("the stack files follow the table of environments", () => {
  const rows = ENVIRONMENTS.map((environment) => {
    const { settings } = accepted(environment, stackConfig(environment), "sandbox");
    const { api, worker, cron, web, database, redis, stripe, mail, protect } = settings;
    return {
      target: JSON.parse(JSON.stringify(stackConfig(environment)["mais:target"])),
      api: api && [api.plan, api.instances.min, api.instances.max, api.scaling?.cpu, api.scaling?.memory],
      worker: worker && [worker.plan, worker.instances],
      cron: cron ? cron.plan : false,
      web: web ? web.protection : false,
      database: database && [database.size, database.backups],
      redis: redis && [redis.cache.plan, redis.queue ? redis.queue.plan : false],
      connect: stripe && stripe.connect !== false,
      mail: mail && [mail.deliveryType, mail.webhookPath],
      protect,
    };
  });
  expect(rows).toEqual([
    {
      ...{ target: "sandbox", api: ["starter", 1, 1, undefined, undefined], worker: ["starter", 1], cron: "starter" },
      ...{
        web: "previews",
        database: [undefined, "none"],
        redis: ["payg", false],
        connect: false,
        mail: ["Sandbox", false],
      },
      protect: false,
    },
    {
      ...{ target: "live", api: ["starter", 1, 2, 70, 75], worker: ["starter", 1], cron: "starter" },
      ...{
        web: "all",
        database: ["micro", "daily"],
        redis: ["payg", "fixed_250mb"],
        connect: true,
        mail: ["Sandbox", false],
      },
      protect: true,
    },
    {
      ...{ target: "live", api: ["standard", 2, 6, 70, 75], worker: ["standard", 2], cron: "standard" },
      ...{
        web: "previews",
        database: ["small", "daily"],
        redis: ["fixed_250mb", "fixed_1gb"],
        connect: true,
        mail: ["Live", "/webhooks/postmark"],
      },
      protect: true,
    },
  ]);
});

test("health is timed as the guide says unless the settings say otherwise", () => {
  const { settings } = accepted("dev", stackConfig("dev", { "mais:api.health": undefined }), "sandbox");
  expect(settings.api ? settings.api.health : false).toEqual({
    path: "/health",
    readinessPath: "/health/ready",
    intervalSeconds: 30,
    timeoutSeconds: 5,
  });
});

const READINESS =
  "expected another path than health.path: readiness calls other vendors, and their outage would restart the API";
const SMALLEST_SIZE = "expected small or larger: Supabase offers point-in-time recovery from small on";

const FAULTS: [Changes, [subject: string, kind: string, rule: string]][] = [
  [{ "mais:ap": {} }, ["ap", "invalid", "unknown setting; did you mean api?"]],
  [
    { "mais:stripe_secret_key": "x" },
    ["stripe_secret_key", "invalid", "unknown setting; did you mean STRIPE_SECRET_KEY?"],
  ],
  [{ "mais:api.paln": "pro" }, ["api.paln", "invalid", "unknown setting; did you mean plan?"]],
  [{ "mais:api.instances.most": 3 }, ["api.instances.most", "invalid", "unknown setting; known here: min, max"]],
  [{ "mais:api": undefined }, ["api", "missing", "expected its settings, or false to leave it out of the stack"]],
  [{ "mais:api": "starter" }, ["api", "invalid", "expected false, or settings with names (a YAML mapping)"]],
  [{ "mais:api": true }, ["api", "invalid", "expected false, or settings with names (a YAML mapping)"]],
  [
    { "mais:api.plan": "free" },
    ["api.plan", "invalid", "expected one of starter, standard, pro, pro_plus, pro_max, pro_ultra"],
  ],
  [{ "mais:api.instances.max": "6" }, ["api.instances.max", "invalid", "expected a number"]],
  [{ "mais:api.instances.max": 2.5 }, ["api.instances.max", "invalid", "expected a whole number"]],
  [{ "mais:api.instances.max": 101 }, ["api.instances.max", "invalid", "expected 100 or less"]],
  [{ "mais:api.instances.min": 0 }, ["api.instances.min", "invalid", "expected 1 or more"]],
  [{ "mais:api.instances.max": 1 }, ["api.instances.max", "invalid", "expected at least instances.min"]],
  [
    { "mais:api.scaling": undefined },
    [
      "api.scaling",
      "missing",
      "expected cpu or memory, in percent: instances.max is above instances.min and something must decide",
    ],
  ],
  [{ "mais:api.scaling.cpu": 91 }, ["api.scaling.cpu", "invalid", "expected 90 or less"]],
  [{ "mais:api.health.readinessPath": "/health" }, ["api.health.readinessPath", "invalid", READINESS]],
  [
    { "mais:api.health.timeoutSeconds": 30 },
    ["api.health.timeoutSeconds", "invalid", "expected less than health.intervalSeconds"],
  ],
  [{ "mais:api.startCommand": undefined }, ["api.startCommand", "missing", "expected text"]],
  [
    { "mais:cron.schedule": "nightly" },
    ["cron.schedule", "invalid", 'expected a cron expression of five fields, for example "0 3 * * *"'],
  ],
  [{ "mais:protect": "maybe" }, ["protect", "invalid", "expected true or false"]],
  [{ "mais:target": undefined }, ["target", "missing", "expected one of sandbox, live"]],
  [{ "mais:target": "production" }, ["target", "invalid", "expected one of sandbox, live"]],
  [
    { "mais:regions.render": "paris" },
    ["regions.render", "invalid", "expected one of frankfurt, ohio, oregon, singapore, virginia"],
  ],
  [{ "mais:regions.vercel": undefined }, ["regions.vercel", "missing", "expected text"]],
  [
    { "mais:domains.api": "https://api.mais.app" },
    ["domains.api", "invalid", "expected a lower-case domain, for example api.your-app.com"],
  ],
  [{ "mais:alerts.emails": "ops@mais.app" }, ["alerts.emails", "invalid", "expected a list"]],
  [{ "mais:alerts.emails": ["ops"] }, ["alerts.emails.0", "invalid", "expected an e-mail address"]],
  [
    { "mais:database.size": "micro", "mais:database.backups": "pointInTime", "mais:database.pointInTimeDays": 7 },
    ["database.size", "invalid", SMALLEST_SIZE],
  ],
  [
    { "mais:database.backups": "pointInTime" },
    ["database.pointInTimeDays", "missing", 'expected 7, 14 or 28 with backups "pointInTime", and nothing otherwise'],
  ],
  [{ "mais:database.pointInTimeDays": 8 }, ["database.pointInTimeDays", "invalid", "expected 7, or 14, or 28"]],
  [{ "mais:stripe.events": [] }, ["stripe.events", "invalid", "expected 1 or more entries"]],
  [
    { "mais:mail.stream": "pm-mail" },
    ["mail.stream", "invalid", "expected a lower-case stream id of at most 30 characters, not starting with pm-"],
  ],
  [
    { "mais:storage.buckets": { Uploads: { public: false } } },
    ["storage.buckets.Uploads", "invalid", "expected 3 to 63 lower-case letters, digits or dashes"],
  ],
  [
    { "mais:mail.deliveryType": "Sandbox" },
    ["mail.deliveryType", "forbidden", "expected Live: a Sandbox server accepts mail and delivers none"],
  ],
  [
    { "mais:domains": { api: "api.mais.app", web: "app.mais.app" } },
    ["domains.mail", "missing", "expected the domain that mail is sent from"],
  ],
  [
    { "mais:repository.url": "examples/api" },
    ["repository.url", "forbidden", "expected https://…: only the sandbox can deploy a folder of this checkout"],
  ],
  [
    { "mais:accounts.stripeAccount": undefined },
    ["accounts.stripeAccount", "missing", "expected the Stripe account that the stack may touch"],
  ],
  [
    { "mais:accounts.renderOwner": "my workspace" },
    ["accounts.renderOwner", "invalid", "expected a workspace id: tea-…"],
  ],
  [
    { "mais:database": false },
    ["storage", "conflict", "expected false: buckets live in the database's project, and database is left out"],
  ],
  [
    { "mais:database.directConnections": 91 },
    [
      "database.directConnections",
      "conflict",
      "expected at most 90, all that a database of size small takes past its pooler",
    ],
  ],
  [
    { "mais:database.poolerConnections": 81 },
    [
      "database.poolerConnections",
      "conflict",
      "expected at most 80: a database of this size has 90 connections, less directConnections",
    ],
  ],
  [
    { "mais:database.allowedAddresses": ["203.0.113.7"] },
    ["database.allowedAddresses.0", "invalid", "expected a range of addresses, for example 203.0.113.0/24"],
  ],
  [
    { "mais:storage.buckets": { films: { public: false, fileSizeLimit: 60_000_000 } } },
    [
      "storage.buckets.films.fileSizeLimit",
      "conflict",
      "expected at most 52428800, which no bucket may exceed: raise storage.fileSizeLimit first",
    ],
  ],
];

test.each(FAULTS.map(([changes, problem]) => [...problem, changes] as const))(
  "%s is %s: %s",
  (subject, kind, rule, changes) => {
    expect(problems("prod", changes)).toEqual([[subject, kind, rule]]);
  },
);

test("faults in several settings are all told, and with them those of variables", () => {
  const changes = {
    "mais:api.plan": "huge",
    "mais:regions.render": "paris",
    "mais:web.port": 1,
    "mais:LOG_LEVEL": "loud",
  };
  const verdict = judge({ environment: "prod", config: liveConfig("prod", changes) });
  const subjects = verdict.ok ? [] : verdict.problems.map(({ subject }) => subject);
  expect(subjects).toEqual(["regions.render", "api.plan", "web.port", "LOG_LEVEL", "STRIPE_SECRET_KEY", "SENTRY_DSN"]);
});

test("a live run refuses every example that the repository comes with, and names each", () => {
  const verdict = judge({ environment: "prod", config: stackConfig("prod"), envFile: fixture("prod") });
  const subjects = verdict.ok ? [] : verdict.problems.map(({ subject }) => subject);
  expect(subjects).toEqual([
    ...["domains.api", "domains.web", "domains.mail", "repository.url"],
    ...["accounts.renderOwner", "accounts.vercelTeam", "accounts.supabaseOrganization"],
    ...["accounts.upstashEmail", "accounts.stripeAccount", "alerts.emails.0"],
  ]);
});

test("on the sandbox written accounts count for nothing, but an unknown one is told", () => {
  const config = stackConfig("dev", { "mais:accounts": { renderOwner: 7, renderOwnr: "tea-x" } });
  const verdict = judge({ environment: "dev", config });
  expect(verdict.ok ? [] : verdict.problems.map(({ subject, rule }) => [subject, rule])).toEqual([
    ["accounts.renderOwnr", "unknown setting; did you mean renderOwner?"],
  ]);
});

test("accounts are needed for the tiers that there are, and no others", () => {
  const changes = {
    "mais:stripe": false,
    "mais:redis": false,
    "mais:worker": false,
    "mais:accounts": { renderOwner: "tea-abcdefghij0123456789", vercelTeam: "team_abc", supabaseOrganization: "mais" },
  };
  expect(problems("prod", changes)).toEqual([]);
});

test("the page on settings names every setting", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "settings.md"), "utf8");
  const unnamed = settingPaths(settingsSchema).filter((path) => !page.includes(`\`${path}\``));
  expect(unnamed).toEqual([]);
});

interface Definition {
  shape?: Record<string, { def: unknown }>;
  innerType?: { def: unknown };
  options?: { def: unknown }[];
  valueType?: { def: unknown };
}

function settingPaths(schema: { def: unknown }, path = ""): string[] {
  const { shape, innerType, options, valueType } = schema.def as Definition;
  if (innerType) return settingPaths(innerType, path);
  if (valueType) return settingPaths(valueType, `${path}.*`);
  const inner = shape ?? {};
  const nested = Object.entries(inner).flatMap(([key, next]) => settingPaths(next, path ? `${path}.${key}` : key));
  const branches = options?.flatMap((option) => settingPaths(option, path)).filter((one) => one !== path) ?? [];
  return nested.length > 0 ? nested : branches.length > 0 ? branches : [path];
}
