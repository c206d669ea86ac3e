import { describe, expect, test } from "vitest";
import { checkEnvFile } from "../../src/config/check-env-file.ts";
import { ENVIRONMENTS, type Environment } from "../../src/config/environments.ts";
import { MATRIX } from "../../src/config/matrix.ts";
import type { ProblemKind } from "../../src/config/problem.ts";

const A = "q7Vd2mXz9LkTpR4sWb8YhN3cJf6GuE1a";
const B = "Zt5nQw8Kx2Rj7Lm4Vy9Cb3Hs6Pd1Fg0T";
const KEY = "9f3a1c7be2d84056af19c3e7b25d80f64c1e9a73d50b8f26e4a7c19d3f5b0826";
const STRIPE = { live: "sk_live_sandboxOnly_k3Jd9Qx2", test: "sk_test_sandboxOnly_k3Jd9Qx2" };

/** A file that holds in each environment; written by hand, so that it does not repeat the matrix's own mistakes. */
const GOOD: Record<Environment, Record<string, string>> = {
  dev: {
    NODE_ENV: "development",
    DATABASE_URL: "postgresql://app:pw@localhost:5432/mais",
    JWT_SECRET: A,
    BOOKING_TOKEN_SECRET: B,
  },
  staging: {
    NODE_ENV: "production",
    DATABASE_URL: "postgresql://app:pw@db.internal:5432/mais",
    JWT_SECRET: A,
    BOOKING_TOKEN_SECRET: B,
  },
  prod: {
    NODE_ENV: "production",
    ADAPTERS_PRESET: "real",
    CORS_ORIGIN: "https://app.mais.app",
    DATABASE_URL: "postgresql://app:pw@db.internal:5432/mais",
    JWT_SECRET: A,
    BOOKING_TOKEN_SECRET: B,
    STRIPE_SECRET_KEY: STRIPE.live,
    STRIPE_WEBHOOK_SECRET: "whsec_sandboxOnly_p4Ls8Wq1",
    POSTMARK_SERVER_TOKEN: "0b9c1f52-8f0a-4f1d-9a39-2f4d3c7e6b15",
    TENANT_SECRETS_ENCRYPTION_KEY: KEY,
    SENTRY_DSN: "https://4f8c2d@o123.ingest.sentry.io/456",
  },
};

function textOf(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}='${value}'`)
    .join("\n");
}

function found(environment: Environment, changes: Record<string, string | undefined> = {}): [string, ProblemKind][] {
  const text = textOf({ ...GOOD[environment], ...changes });
  return checkEnvFile(environment, { path: "x.env", text }).problems.map(({ subject, kind }) => [subject, kind]);
}

test.each(ENVIRONMENTS)("a good file for %s has no problem", (environment) => expect(found(environment)).toEqual([]));

const REQUIRED: Record<Environment, string[]> = {
  dev: ["NODE_ENV", "DATABASE_URL", "JWT_SECRET", "BOOKING_TOKEN_SECRET"],
  staging: ["NODE_ENV", "DATABASE_URL", "JWT_SECRET", "BOOKING_TOKEN_SECRET"],
  prod: [
    ...["NODE_ENV", "DATABASE_URL", "JWT_SECRET", "BOOKING_TOKEN_SECRET", "TENANT_SECRETS_ENCRYPTION_KEY"],
    ...["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "POSTMARK_SERVER_TOKEN", "SENTRY_DSN"],
  ],
};

describe.each(ENVIRONMENTS)("in %s", (environment) => {
  test.each(REQUIRED[environment])("%s is missing if absent, empty or blank, and has no second problem", (name) => {
    for (const value of [undefined, "", "   "]) {
      expect(found(environment, { [name]: value })).toEqual([[name, "missing"]]);
    }
  });

  test("an empty file lacks exactly what is required", () => {
    const { problems } = checkEnvFile(environment, { path: "x.env", text: "" });
    const missing = problems.filter(({ kind }) => kind === "missing").map(({ subject }) => subject);
    expect(missing.sort()).toEqual([...REQUIRED[environment]].sort());
  });
});

/** `forbidden` in the environments named, fine in the others. */
const forbidden = (...where: Environment[]) =>
  Object.fromEntries(
    ENVIRONMENTS.map((environment) => [environment, where.includes(environment) ? "forbidden" : "ok"]),
  );
const everywhere = (kind: ProblemKind | "ok") => Object.fromEntries(ENVIRONMENTS.map((one) => [one, kind]));
const invalid = everywhere("invalid");
const ok = everywhere("ok");

const VALUES: Record<string, [value: string, verdict: Record<string, string>][]> = {
  NODE_ENV: [
    ["production", ok],
    ["development", forbidden("staging", "prod")],
    ["test", forbidden("staging", "prod")],
    ["prod", invalid],
    ["Production", invalid],
    ["production ", invalid],
  ],
  ADAPTERS_PRESET: [
    ["mock", forbidden("prod")],
    ["fake", invalid],
    ["REAL", invalid],
  ],
  API_PORT: [
    ["1", ok],
    ["65535", ok],
    ["0", invalid],
    ["65536", invalid],
    ["-1", invalid],
    ["3001.5", invalid],
    ["03001", invalid],
    ["0x10", invalid],
    ["http", invalid],
  ],
  DATABASE_POOL_SIZE: [
    ["1", ok],
    ["1000", ok],
    ["0", invalid],
    ["1001", invalid],
    ["5e1", invalid],
    ["five", invalid],
  ],
  LOG_LEVEL: [
    ...["trace", "debug", "info", "warn", "error", "fatal", "silent"].map((level): [string, typeof ok] => [level, ok]),
    ["verbose", invalid],
    ["INFO", invalid],
  ],
  CORS_ORIGIN: [
    ["https://app.mais.app", ok],
    ["https://app.mais.app,https://admin.mais.app:8443", ok],
    ["*", forbidden("prod")],
    ["https://*.mais.app", forbidden("prod")],
    ["http://app.mais.app", forbidden("prod")],
    ["http://localhost:5173", forbidden("prod")],
    ["https://localhost", forbidden("prod")],
    ["https://127.0.0.1:8080", forbidden("prod")],
    ["https://[::1]", forbidden("prod")],
    ["https://app.mais.app, http://localhost:5173", forbidden("prod")],
    ["https://app.mais.app/", invalid],
    ["https://app.mais.app/path", invalid],
    ["app.mais.app", invalid],
    ["ftp://app.mais.app", invalid],
    ["https://app.mais.app,", invalid],
    ["null", invalid],
  ],
  DATABASE_URL: [
    ["postgresql://app:pw@db.internal/mais", ok],
    ["postgres://app:pw@db.internal:6543/mais?pgbouncer=true", ok],
    ["postgresql://app:pw@localhost:5432/mais", forbidden("prod")],
    ["postgresql://app:pw@127.0.0.1/mais", forbidden("prod")],
    ["mysql://app:pw@db.internal/mais", invalid],
    ["postgresql://db.internal", invalid],
    ["postgresql://db.internal/", invalid],
    ["postgresql:///mais", invalid],
    ["postgresql://app:[YOUR-PASSWORD]@db.internal:5432/mais", invalid],
    ["postgresql://app:changeme@db.internal:5432/mais", invalid],
    ["db.internal", invalid],
  ],
  JWT_SECRET: [
    ["k".concat(A.slice(1)), ok],
    [A.slice(0, 31), invalid],
    ["a".repeat(40), invalid],
    ["abcd".repeat(10), invalid],
    ["abcdefghijklmnopqrstuvwxyz0123456789", invalid],
    ["your-super-secret-jwt-key-min-32-chars", invalid],
    ["changeme-changeme-changeme-changeme", invalid],
    ["<a random string of 32 characters>", invalid],
  ],
  BOOKING_TOKEN_SECRET: [
    ["short", invalid],
    ["0".repeat(64), invalid],
    ["replace-me-with-a-long-random-string-please", invalid],
  ],
  TENANT_SECRETS_ENCRYPTION_KEY: [
    [KEY.toUpperCase(), ok],
    [KEY.slice(1), invalid],
    [`${KEY}0`, invalid],
    [KEY.replace("9", "g"), invalid],
    ["0".repeat(64), invalid],
    ["0123456789abcdef".repeat(4), invalid],
    ["deadbeef".repeat(8), invalid],
  ],
  STRIPE_SECRET_KEY: [
    [STRIPE.live, forbidden("dev", "staging")],
    ["rk_live_sandboxOnly_k3Jd9Qx2", forbidden("dev", "staging")],
    [STRIPE.test, forbidden("prod")],
    ["rk_test_sandboxOnly_k3Jd9Qx2", forbidden("prod")],
    ["pk_live_sandboxOnly_k3Jd9Qx2", invalid],
    ["sk_live_", invalid],
    ["sk_live_...", invalid],
    ["sk_live_xxxxxxxxxxxxxxxxxxxxxxxx", invalid],
    ["sk_test_aaaaaaaaaaaaaaaaaaaaaaaa", invalid],
    ["sk_live_your_key_here", invalid],
    ["sandbox", invalid],
  ],
  STRIPE_WEBHOOK_SECRET: [
    ["whsec_sandboxOnly_p4Ls8Wq2", ok],
    ["whsec_", invalid],
    ["whsec_...", invalid],
    ["we_1234567890", invalid],
  ],
  POSTMARK_SERVER_TOKEN: [
    ["any text at all", ok],
    ["POSTMARK_API_TEST", forbidden("prod")],
    ["your-server-token", invalid],
    ["...", invalid],
    ["todo", invalid],
  ],
  SENTRY_DSN: [
    ["https://key@errors.internal/7", ok],
    ["https://key@errors.internal/prefix/7", ok],
    ["http://key@errors.internal/7", invalid],
    ["https://errors.internal/7", invalid],
    ["https://key@errors.internal/project", invalid],
    ["https://key@errors.internal/", invalid],
    ["https://examplePublicKey@o0.ingest.sentry.io/0", invalid],
  ],
};

describe.each(Object.entries(VALUES))("%s", (name, cases) => {
  test.each(cases.flatMap(([value, verdict]) => ENVIRONMENTS.map((one) => [value, one, verdict[one] ?? ""] as const)))(
    "%j in %s is %s",
    (value, environment, verdict) => {
      expect(found(environment, { [name]: value })).toEqual(verdict === "ok" ? [] : [[name, verdict]]);
    },
  );
});

test("every variable of the application has cases here, and there are 14", () => {
  const guide = [...MATRIX].filter(([, row]) => row.guide).map(([name]) => name);
  expect(guide).toHaveLength(14);
  expect(Object.keys(VALUES).sort()).toEqual(guide.sort());
});

describe("defaults", () => {
  const DEFAULTS = { ADAPTERS_PRESET: "mock", API_PORT: "3001", LOG_LEVEL: "info", DATABASE_POOL_SIZE: "5" };

  test("are told where the file leaves a variable out", () => {
    const { defaults } = checkEnvFile("dev", { path: "x.env", text: textOf(GOOD.dev) });
    const told = Object.fromEntries(defaults.map(({ variable, value }) => [variable, value]));
    expect(told).toEqual({ ...DEFAULTS, CORS_ORIGIN: "http://localhost:5173" });
  });

  test("are judged like given values: prod may leave out neither the adapters nor the origin", () => {
    const problems = found("prod", { ADAPTERS_PRESET: undefined, CORS_ORIGIN: undefined });
    expect(problems).toEqual([
      ["ADAPTERS_PRESET", "forbidden"],
      ["CORS_ORIGIN", "forbidden"],
    ]);
  });
});

describe("rules across variables", () => {
  const CREDENTIALS = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "POSTMARK_SERVER_TOKEN"];

  test.each(["dev", "staging"] as const)("real adapters need their credentials in %s too", (environment) => {
    const missing = CREDENTIALS.map((name) => [name, "missing"]);
    expect(found(environment, { ADAPTERS_PRESET: "real" })).toEqual(missing);
    expect(found(environment, { ADAPTERS_PRESET: "mock" })).toEqual([]);
  });

  test("adapters of no known kind demand nothing more", () => {
    expect(found("dev", { ADAPTERS_PRESET: "fake" })).toEqual([["ADAPTERS_PRESET", "invalid"]]);
  });

  test("equal secrets contradict, each later one the first", () => {
    expect(found("prod", { BOOKING_TOKEN_SECRET: A })).toEqual([["BOOKING_TOKEN_SECRET", "conflict"]]);
    expect(found("prod", { JWT_SECRET: KEY, BOOKING_TOKEN_SECRET: KEY })).toEqual([
      ["BOOKING_TOKEN_SECRET", "conflict"],
      ["TENANT_SECRETS_ENCRYPTION_KEY", "conflict"],
    ]);
  });

  test("values that are at fault anyway are not compared", () => {
    expect(found("dev", { JWT_SECRET: "changeme", BOOKING_TOKEN_SECRET: "changeme" })).toEqual([
      ["JWT_SECRET", "invalid"],
      ["BOOKING_TOKEN_SECRET", "invalid"],
    ]);
  });

  test("connection strings may be equal", () => {
    const url = GOOD.dev.DATABASE_URL;
    expect(found("dev", { DIRECT_URL: url })).toEqual([]);
  });
});

describe("a file is judged alone", () => {
  test("variables of the stack are judged if present, unknown ones ignored", () => {
    const changes = { REDIS_URL: "http://cache", SOMETHING: "else", RENDER_API_KEY: "changeme" };
    expect(found("dev", changes)).toEqual([["REDIS_URL", "invalid"]]);
  });

  test("a key on two lines is a problem, and the last one is judged", () => {
    const text = `${textOf(GOOD.dev)}\nAPI_PORT=1\nAPI_PORT=x\nSOMETHING=1\nSOMETHING=2`;
    const { problems } = checkEnvFile("dev", { path: "x.env", text });
    expect(problems.map(({ subject, kind }) => [subject, kind])).toEqual([
      ["API_PORT", "conflict"],
      ["API_PORT", "invalid"],
    ]);
  });

  test("every problem says where the value is and what to do", () => {
    const { problems } = checkEnvFile("prod", {
      path: "conf/x.env",
      text: textOf({ ...GOOD.prod, LOG_LEVEL: "loud" }),
    });
    expect(problems).toEqual([
      {
        subject: "LOG_LEVEL",
        of: "variable",
        kind: "invalid",
        rule: "expected one of trace, debug, info, warn, error, fatal, silent",
        origin: "conf/x.env",
        usedBy: "api, worker, cron",
        getIt: "Pino > API > level",
        fix: "Set LOG_LEVEL in conf/x.env",
      },
    ]);
  });
});

test("no problem holds a secret's value or a part of one", () => {
  const canary = "Cv9xQm2Lr8TzKp4W";
  const secrets = [...MATRIX].filter(([, row]) => row.secret).map(([name]) => name);
  const shapes = [
    canary,
    `sk_live_${canary}`,
    `whsec ${canary}`,
    `http://${canary}`,
    canary.repeat(2),
    canary.repeat(4),
  ];
  for (const environment of ENVIRONMENTS) {
    for (const value of shapes) {
      const text = secrets.map((name) => `${name}='${value}'`).join("\n");
      const { problems } = checkEnvFile(environment, { path: "x.env", text });
      expect(problems.length).toBeGreaterThan(3);
      expect(JSON.stringify(problems)).not.toMatch(/Cv9x|Qm2L|Kp4W/i);
    }
  }
});
