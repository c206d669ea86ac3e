import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { judge } from "../../src/config/gate.ts";
import { currentBackend, encryptedKeys, flattenConfig, readEnvFile } from "../../src/config/load.ts";
import { otherEnvironments, recordSecrets } from "../../src/config/secret-record.ts";
import { fixture, liveConfig } from "../helpers/stack-settings.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mais-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("config is handed over as the engine does: text as it stands, the rest as JSON", () => {
  const config = {
    "mais:target": "live",
    "mais:protect": true,
    "mais:API_PORT": 3001,
    "mais:redis": { queue: true },
    "mais:x": null,
  };
  expect(flattenConfig(config)).toEqual({
    "mais:target": "live",
    "mais:protect": "true",
    "mais:API_PORT": "3001",
    "mais:redis": '{"queue":true}',
    "mais:x": "",
  });
});

test("encrypted values are found at any depth", () => {
  const config = { a: { secure: "v1:x" }, b: { c: [{ secure: "v1:x" }] }, d: { e: 1 }, f: "secure" };
  expect(encryptedKeys(config)).toEqual(["a", "b"]);
});

test("a file is read from where the user stands; what cannot be read says why", () => {
  writeFileSync(join(folder, "a.env"), "A=1");
  expect(readEnvFile("a.env", folder)).toEqual({ path: "a.env", text: "A=1" });
  expect(readEnvFile("b.env", folder)).toEqual({ path: "b.env", text: "", unreadable: "no such file" });
  expect(readEnvFile(".", folder)).toEqual({ path: ".", text: "", unreadable: "a folder" });
});

describe("the state backend in use", () => {
  const login = (text: string) => writeFileSync(join(folder, "credentials.json"), text);
  const env = () => ({ PULUMI_HOME: folder, HOME: "/nowhere" });

  test("is the environment's, else the project's, else the last login's", () => {
    expect(currentBackend(env(), folder)).toBeUndefined();
    login('{"current":"s3://login"}');
    expect(currentBackend(env(), folder)?.backendUrl).toBe("s3://login");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: x\nbackend: # ours\n  url: s3://project # yes\nmain: x\n");
    expect(currentBackend(env(), folder)?.backendUrl).toBe("s3://project");
    expect(currentBackend({ ...env(), PULUMI_BACKEND_URL: "s3://env" }, folder)).toEqual({
      backendUrl: "s3://env",
      checkout: folder,
    });
  });

  test("is unknown where the login cannot be read", () => {
    login("{");
    expect(currentBackend(env(), folder)).toBeUndefined();
  });
});

describe("the record of secrets", () => {
  const accept = (environment: "staging" | "prod", others = otherEnvironments(folder)) =>
    judge({ environment, config: liveConfig(environment), envFile: fixture(environment), others });
  const record = (environment: "staging" | "prod") => {
    const verdict = accept(environment);
    if (!verdict.ok) throw new Error(JSON.stringify(verdict.problems));
    recordSecrets(folder, verdict.configuration);
  };

  test("knows nothing at first, and says so", () => expect(otherEnvironments(folder)).toBeUndefined());

  test("lets the gate of one environment refuse a secret of another", () => {
    record("staging");
    expect(accept("staging").ok).toBe(true);
    const jwt = /^JWT_SECRET=.*$/m;
    const text = fixture("prod").text.replace(jwt, jwt.exec(fixture("staging").text)?.[0] ?? "");
    const verdict = judge({
      environment: "prod",
      config: liveConfig("prod"),
      envFile: { path: "x.env", text },
      others: otherEnvironments(folder),
    });
    expect(verdict.ok ? [] : verdict.problems.map(({ subject, kind }) => [subject, kind])).toEqual([
      ["JWT_SECRET", "conflict"],
    ]);
  });

  test("keeps the other environments' when one is noted again, and no value at all", () => {
    record("staging");
    record("prod");
    record("staging");
    const known = otherEnvironments(folder)?.secrets.filter(({ fingerprints }) => fingerprints.JWT_SECRET);
    expect(known?.map(({ environment }) => environment)).toEqual(["staging", "prod"]);
    const text = readFileSync(join(folder, ".mais", "fingerprints.json"), "utf8");
    for (const [, value] of fixture("prod").text.matchAll(/^\w+=(.{20,})$/gm)) expect(text).not.toContain(value);
    expect(statSync(join(folder, ".mais", "fingerprint.key")).mode & 0o777).toBe(0o600);
  });

  test("starts anew where it is corrupt", () => {
    record("staging");
    writeFileSync(join(folder, ".mais", "fingerprints.json"), "{");
    expect(accept("prod").ok).toBe(true);
    record("prod");
    expect(
      otherEnvironments(folder)?.secrets.find(({ environment }) => environment === "prod")?.fingerprints,
    ).toHaveProperty("JWT_SECRET");
  });

  test("leaves an existing folder of the checkout alone", () => {
    mkdirSync(join(folder, ".mais"));
    writeFileSync(join(folder, ".mais", "other"), "x");
    record("staging");
    expect(readFileSync(join(folder, ".mais", "other"), "utf8")).toBe("x");
  });
});
