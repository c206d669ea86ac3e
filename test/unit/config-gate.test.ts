import { describe, expect, test } from "vitest";
import type { Configuration } from "../../src/config/configuration.ts";
import { environmentOf } from "../../src/config/environments.ts";
import { type GateInput, judge } from "../../src/config/gate.ts";
import { buildMatrix, MATRIX } from "../../src/config/matrix.ts";
import { optional, required } from "../../src/config/shape.ts";
import { anyText } from "../../src/config/shapes.ts";
import { defineVariables } from "../../src/config/variable.ts";
import { accepted, judgeLive, refused } from "../helpers/judged.ts";
import { fixture, stackConfig } from "../helpers/stack-settings.ts";

const sourcesOf = ({ variables }: Configuration) =>
  Object.fromEntries([...variables.values()].map(({ name, source }) => [name, source]));

const namesOf = (configuration: Configuration, surface: "api" | "worker" | "cron" | "web") =>
  configuration.forSurface(surface).map(({ name }) => name);

describe("where a value comes from", () => {
  test("the stack has, makes up or derives what nobody gives; the rest is a default", () => {
    expect(sourcesOf(accepted("dev", {}, { envFile: undefined, target: "sandbox" }))).toEqual({
      NODE_ENV: "given",
      ADAPTERS_PRESET: "given",
      API_PORT: "default",
      LOG_LEVEL: "given",
      DATABASE_URL: "provisioned",
      DATABASE_POOL_SIZE: "default",
      CORS_ORIGIN: "derived",
      JWT_SECRET: "generated",
      MAIS_FINGERPRINT_TOKEN: "generated",
      BOOKING_TOKEN_SECRET: "generated",
      TENANT_SECRETS_ENCRYPTION_KEY: "generated",
      STRIPE_WEBHOOK_SECRET: "provisioned",
      POSTMARK_SERVER_TOKEN: "provisioned",
      DIRECT_URL: "provisioned",
      SUPABASE_URL: "provisioned",
      SUPABASE_SECRET_KEY: "provisioned",
      REDIS_URL: "provisioned",
      REDIS_QUEUE_URL: "provisioned",
      POSTMARK_MESSAGE_STREAM: "derived",
      NEXT_PUBLIC_API_URL: "derived",
    });
  });

  test("the file wins over the stack config, either over what the stack would make up or derive", () => {
    const changes = { "mais:LOG_LEVEL": "warn", "mais:API_PORT": 4000 };
    const { variables } = accepted("prod", changes);
    expect(variables.get("LOG_LEVEL")).toMatchObject({ source: "given", value: "info" });
    expect(variables.get("JWT_SECRET")?.source).toBe("given");
    expect(variables.get("CORS_ORIGIN")).toMatchObject({ source: "given", value: "https://app.example.com" });
    const alone = accepted("dev", changes, { envFile: undefined }).variables;
    expect(alone.get("LOG_LEVEL")).toMatchObject({ source: "given", value: "warn" });
    expect(alone.get("API_PORT")).toMatchObject({ source: "given", value: "4000" });
    expect(alone.get("CORS_ORIGIN")).toMatchObject({ source: "derived", value: "https://app.mais.app" });
  });

  test("a blank value in the file leaves the stack config's", () => {
    const envFile = { path: "x.env", text: "LOG_LEVEL=\n" };
    expect(accepted("dev", { "mais:LOG_LEVEL": "warn" }, { envFile }).variables.get("LOG_LEVEL")?.value).toBe("warn");
  });

  test("a blank value in the stack config is an absent one", () => {
    expect(
      sourcesOf(accepted("dev", { "mais:API_PORT": "", "mais:JWT_SECRET": " " }, { envFile: undefined })),
    ).toMatchObject({
      API_PORT: "default",
      JWT_SECRET: "generated",
    });
  });

  test("a resource's value wins over a given one, which is judged all the same", () => {
    expect(accepted("prod").variables.get("DATABASE_URL")).toMatchObject({ source: "provisioned" });
    expect(accepted("prod").variables.get("DATABASE_URL")?.value).toBeUndefined();
    const text = fixture("prod").text.replace(/^DATABASE_URL=.*$/m, "DATABASE_URL=mysql://db/mais");
    expect(refused("prod", {}, { envFile: { path: "x.env", text } })).toMatchObject([
      { subject: "DATABASE_URL", kind: "invalid" },
    ]);
  });

  test("where the database is left out, its address must be given, and is used", () => {
    const changes = { "mais:database": false, "mais:storage": false };
    expect(accepted("prod", changes).variables.get("DATABASE_URL")?.source).toBe("given");
    const text = fixture("prod").text.replace(/^DATABASE_URL=.*$/m, "");
    expect(refused("prod", changes, { envFile: { path: "x.env", text } })).toMatchObject([
      { subject: "DATABASE_URL", kind: "missing" },
    ]);
  });

  test("where redis is left out, the worker's queue must be given", () => {
    const needed = [{ subject: "REDIS_QUEUE_URL", kind: "missing" }];
    expect(refused("prod", { "mais:redis": false })).toMatchObject(needed);
    expect(refused("prod", { "mais:redis": false, "mais:worker": false })).toEqual([]);
    const given = { "mais:redis": false, "mais:REDIS_QUEUE_URL": "rediss://default:pw@cache.mais.app:6379" };
    expect(accepted("prod", given).variables.get("REDIS_QUEUE_URL")?.source).toBe("given");
  });

  test("Connect's secret and the mail webhook's password exist only with their part of the tier", () => {
    const without = accepted("prod", { "mais:stripe.connect": false, "mais:mail.webhookPath": false });
    expect(without.variables.has("STRIPE_CONNECT_WEBHOOK_SECRET")).toBe(false);
    expect(without.variables.has("POSTMARK_WEBHOOK_PASSWORD")).toBe(false);
    expect(sourcesOf(accepted("prod"))).toMatchObject({
      STRIPE_CONNECT_WEBHOOK_SECRET: "provisioned",
      POSTMARK_WEBHOOK_PASSWORD: "generated",
    });
  });

  test("settings at fault cause no second problem with what follows from them", () => {
    const text = fixture("prod").text.replace(/^CORS_ORIGIN=.*$/m, "");
    const changes = { "mais:domains.web": "nowhere", "mais:stripe.connect": "yes", "mais:redis": "yes" };
    const told = refused("prod", changes, { envFile: { path: "x.env", text } });
    expect(told.map(({ subject }) => subject)).toEqual(["domains.web", "redis", "stripe.connect"]);
  });
});

describe("what each surface receives", () => {
  test("exactly what the matrix says it uses", () => {
    const configuration = accepted("prod");
    for (const surface of ["api", "worker", "cron", "web"] as const) {
      const used = [...configuration.variables.values()].filter(({ row }) => row.usedBy.includes(surface));
      expect(namesOf(configuration, surface)).toEqual(used.map(({ name }) => name));
    }
    expect(namesOf(configuration, "web")).toEqual(["SENTRY_DSN", "NEXT_PUBLIC_API_URL"]);
    expect(namesOf(configuration, "cron")).not.toContain("JWT_SECRET");
    expect(namesOf(configuration, "worker")).not.toContain("DIRECT_URL");
  });

  test("nothing, where its tier is left out; and what only it uses is not asked for", () => {
    const configuration = accepted("prod", { "mais:web": false });
    expect(configuration.forSurface("web")).toEqual([]);
    expect(configuration.variables.has("NEXT_PUBLIC_API_URL")).toBe(false);
  });
});

describe("keys of the stack config", () => {
  test("a secret in plain text is refused, and its variable judged besides", () => {
    const secret = "q7Vd2mXz9LkTpR4sWb8YhN3cJf6GuE1a";
    const verdict = judgeLive("prod", { "mais:JWT_SECRET": secret }, { secretKeys: [] });
    expect(verdict.ok).toBe(false);
    expect(JSON.stringify(verdict)).not.toContain(secret);
    expect(refused("prod", { "mais:JWT_SECRET": secret }, { secretKeys: [] })).toEqual([
      {
        subject: "JWT_SECRET",
        kind: "forbidden",
        rule: "expected an encrypted value: a secret stands in Pulumi.prod.yaml in plain text",
      },
    ]);
    expect(refused("prod", { "mais:JWT_SECRET": secret }, { secretKeys: ["mais:JWT_SECRET"] })).toEqual([]);
    expect(refused("prod", { "mais:LOG_LEVEL": "info" }, { secretKeys: [] })).toEqual([]);
  });

  test.each([
    ["mais:SENTRY_DNS", "SENTRY_DNS", "invalid", "unknown variable; did you mean SENTRY_DSN?"],
    ["mais:HOTEL", "HOTEL", "invalid", "unknown variable; a team's own are declared in stacks/variables.ts"],
    [
      "mais:RENDER_API_KEY",
      "RENDER_API_KEY",
      "forbidden",
      "expected in the environment only: a deploy token is never stored",
    ],
    ["mais-deploy:SENTRY_DSN", "mais-deploy:SENTRY_DSN", "invalid", "expected mais:SENTRY_DSN; nothing reads this key"],
  ])("%s is told", (key, subject, kind, rule) => {
    expect(refused("prod", { [key]: "x" })).toEqual([{ subject, kind, rule }]);
  });

  test("other namespaces are nobody's business", () => {
    expect(refused("prod", { "render:apiKey": "x", "mais-deploy:region": "x" })).toEqual([]);
  });
});

test("a file that cannot be read is told beside everything else", () => {
  const envFile = { path: "gone.env", text: "", unreadable: "no such file" };
  expect(refused("prod", {}, { envFile })).toEqual([
    { subject: "gone.env", kind: "invalid", rule: "expected a file of variables, found no such file" },
    { subject: "STRIPE_SECRET_KEY", kind: "missing", rule: "Charges customers" },
    { subject: "SENTRY_DSN", kind: "missing", rule: "Where errors are reported" },
  ]);
});

describe("how a variable is set", () => {
  const fixOf = (more: Partial<GateInput>, changes: Record<string, unknown> = {}) => {
    const verdict = judgeLive("prod", changes, more);
    return verdict.ok ? undefined : verdict.problems.find(({ subject }) => subject === "SENTRY_DSN")?.fix;
  };
  const text = fixture("prod").text.replace(/^SENTRY_DSN=.*$/m, "");

  test("in the stack config, encrypted; on the sandbox in the sandbox's copy", () => {
    const none = { envFile: undefined };
    expect(fixOf(none)).toBe("Set it with: pulumi config set --secret mais:SENTRY_DSN --stack prod");
    expect(fixOf({ ...none, target: "sandbox" })).toBe(
      "Set it with: mais --sandbox pulumi config set --secret mais:SENTRY_DSN --stack prod",
    );
  });

  test("in the file, where one is in use and the value is not the stack config's", () => {
    const envFile = { path: "x.env", text };
    expect(fixOf({ envFile })).toBe("Set SENTRY_DSN in x.env");
    expect(fixOf({ envFile }, { "mais:SENTRY_DSN": "http://x" })).toContain("pulumi config set");
    expect(fixOf({ envFile: { path: "x.env", text: "", unreadable: "a folder" } })).toContain("pulumi config set");
  });
});

describe("a team's own variables", () => {
  const row = { about: "Maps", usedBy: ["web"], secret: false, phase: "build", getIt: "Maps > Keys" } as const;
  const team = defineVariables({
    MAPS_KEY: {
      ...row,
      dev: optional(anyText("a key")),
      staging: optional(anyText("a key")),
      prod: required(anyText("a key")),
    },
  });

  test("are judged and delivered like built-in ones", () => {
    const rows = buildMatrix(team);
    expect(refused("dev", {}, { rows })).toEqual([]);
    expect(refused("prod", {}, { rows })).toEqual([{ subject: "MAPS_KEY", kind: "missing", rule: "Maps" }]);
    expect(namesOf(accepted("prod", { "mais:MAPS_KEY": "m-1" }, { rows }), "web")).toContain("MAPS_KEY");
  });

  test("take the place of a built-in one of the same name", () => {
    const sentry = MATRIX.get("SENTRY_DSN");
    if (!sentry) throw new Error("no such row");
    const rows = buildMatrix({ SENTRY_DSN: { ...sentry, prod: optional(sentry.prod.shape) } });
    const text = fixture("prod").text.replace(/^SENTRY_DSN=.*$/m, "");
    expect(refused("prod", {}, { rows, envFile: { path: "x.env", text } })).toEqual([]);
  });
});

test("three faults of three kinds are told in one run", () => {
  const text = fixture("prod")
    .text.replace(/^SENTRY_DSN=.*$/m, "")
    .replace(/^TENANT_SECRETS_ENCRYPTION_KEY=.*$/m, "TENANT_SECRETS_ENCRYPTION_KEY=12345")
    .replace("sk_live_", "sk_test_");
  const verdict = judge({
    environment: "prod",
    config: stackConfig("prod"),
    target: "sandbox",
    envFile: { path: "x.env", text },
  });
  expect(verdict.ok ? [] : verdict.problems.map(({ subject, kind }) => [subject, kind])).toEqual([
    ["TENANT_SECRETS_ENCRYPTION_KEY", "invalid"],
    ["STRIPE_SECRET_KEY", "forbidden"],
    ["SENTRY_DSN", "missing"],
  ]);
});

test("a stack is named after its environment, wherever its state is", () => {
  expect(["dev", "org/mais-deploy/prod", "prd", "production", ""].map(environmentOf)).toEqual([
    "dev",
    "prod",
    undefined,
    undefined,
    undefined,
  ]);
});
