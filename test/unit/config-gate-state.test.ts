import { describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "../../src/config/environments.ts";
import { fingerprint, shortFingerprint } from "../../src/config/fingerprint.ts";
import { accepted, refused } from "../helpers/judged.ts";
import { fixture } from "../helpers/stack-settings.ts";

describe("where the state lies", () => {
  const at = (backendUrl: string) => ({ state: { backendUrl, checkout: "/home/ada/mais" } });
  const subject = "state backend";

  test.each(["file:///home/ada/mais", "file:///home/ada/mais/.mais/state", "file://./state", "file://."])(
    "%s is inside the checkout: refused on a live target, unless that is allowed",
    (url) => {
      expect(refused("prod", {}, at(url))).toMatchObject([{ subject, kind: "forbidden" }]);
      expect(refused("prod", { "mais:allowLocalState": true }, at(url))).toEqual([]);
      expect(refused("prod", {}, { ...at(url), target: "sandbox" })).toEqual([]);
    },
  );

  test.each(["file:///home/ada/mais-state", "file:///home/ada", "file://~", "file://../state", "s3://state?region=eu"])(
    "%s is outside",
    (url) => expect(refused("prod", {}, at(url))).toEqual([]),
  );

  test("the stack's own database is no place for it, another one is", () => {
    const changes = { "mais:DIRECT_URL": "postgresql://postgres:pw@db.abcdefghijklmnopqrst.supabase.co:5432/postgres" };
    const own = at("postgres://postgres:pw@db.abcdefghijklmnopqrst.supabase.co:5432/state");
    expect(refused("prod", changes, own)).toMatchObject([{ subject, kind: "forbidden" }]);
    expect(refused("prod", changes, at("postgres://postgres:pw@db.zyxwvutsrqponmlkjihg.supabase.co/state"))).toEqual(
      [],
    );
  });

  test("behind a shared pooler the user tells the databases apart", () => {
    const pooler = "aws-0-eu-central-1.pooler.supabase.com:6543";
    const changes = { "mais:DIRECT_URL": `postgresql://postgres.abc:pw@${pooler}/postgres` };
    expect(refused("prod", changes, at(`postgres://postgres.abc:pw@${pooler}/state`))).toMatchObject([{ subject }]);
    expect(refused("prod", changes, at(`postgres://postgres.xyz:pw@${pooler}/state`))).toEqual([]);
  });
});

describe("a data-bound secret", () => {
  const text = fixture("prod").text.replace(/^TENANT_SECRETS_ENCRYPTION_KEY=.*$/m, "");
  const envFile = { path: "x.env", text };
  const name = "TENANT_SECRETS_ENCRYPTION_KEY";

  test("is made up together with the database, and kept", () => {
    for (const existing of [undefined, { database: false, secrets: [] }, { database: true, secrets: [name] }]) {
      expect(accepted("prod", {}, { envFile, existing }).variables.get(name)?.source).toBe("generated");
    }
  });

  test.each(ENVIRONMENTS)("must be given in %s where the database is there and the state holds none", (environment) => {
    const existing = { database: true, secrets: ["JWT_SECRET"] };
    const file = { path: "x.env", text: fixture(environment).text.replace(/^TENANT.*$/m, "") };
    const [problem, ...others] = refused(environment, {}, { envFile: file, existing });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ subject: name, kind: "missing" });
    expect(problem?.rule).toContain("could not read what the old one encrypted");
    expect(refused(environment, {}, { existing })).toEqual([]);
  });
});

describe("secrets of other environments", () => {
  const jwt = /^JWT_SECRET=(.*)$/m.exec(fixture("staging").text)?.[1] ?? "";
  const mark = (value: string) => fingerprint("a key", value);
  const others = (values: Record<string, string>) => ({
    others: {
      fingerprint: mark,
      secrets: [{ environment: "staging" as const, fingerprints: values }],
    },
  });
  const prodWith = (value: string) => ({
    envFile: { path: "x.env", text: fixture("prod").text.replace(/^JWT_SECRET=.*$/m, `JWT_SECRET=${value}`) },
  });

  test("may not be used again, under whatever name", () => {
    const conflict = [
      {
        subject: "JWT_SECRET",
        kind: "conflict",
        rule: "expected another value than staging's: environments share no secret",
      },
    ];
    expect(refused("prod", {}, { ...others({ JWT_SECRET: mark(jwt) }), ...prodWith(jwt) })).toEqual(conflict);
    expect(refused("prod", {}, { ...others({ BOOKING_TOKEN_SECRET: mark(jwt) }), ...prodWith(jwt) })).toEqual(conflict);
    expect(refused("prod", {}, others({ JWT_SECRET: mark(jwt) }))).toEqual([]);
  });

  test("are not compared with the environment's own, nor is what may be shared", () => {
    const dsn = /^SENTRY_DSN=(.*)$/m.exec(fixture("prod").text)?.[1] ?? "";
    expect(refused("staging", {}, others({ JWT_SECRET: mark(jwt) }))).toEqual([]);
    expect(refused("prod", {}, others({ SENTRY_DSN: mark(dsn) }))).toEqual([]);
  });
});

test("a fingerprint depends on key and value, and people see eight digits of it", () => {
  expect(fingerprint("k", "v")).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprint("k", "v")).toBe(fingerprint("k", "v"));
  expect(fingerprint("k2", "v")).not.toBe(fingerprint("k", "v"));
  expect(shortFingerprint(fingerprint("k", "v"))).toHaveLength(8);
});
