import { PartialFailure } from "@mais/provider-kit";
import { provider } from "@mais/upstash/provider";
import * as pulumi from "@pulumi/pulumi";
import { RedisDatabase as PublishedDatabase } from "@upstash/pulumi";
import { expect, test } from "vitest";
import { checkInputs } from "../../packages/provider-kit/check.ts";
import type { ResourceDefinition } from "../../packages/provider-kit/define-resource.ts";
import { diffInputs, guardData } from "../../packages/provider-kit/diff.ts";
import { managedInputs } from "../../packages/provider-kit/managed-inputs.ts";
import { Upstash } from "../../packages/upstash/client.ts";
import { RedisDatabase } from "../../packages/upstash/redis-database.ts";
import { officialDifferences } from "../helpers/official-shape.ts";
import { connectionTo, lifecycleCall } from "../helpers/provider-connection.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

const { definition } = RedisDatabase;
/** As the kit sees it, for its pure functions. */
const kind = definition as unknown as ResourceDefinition;
const urn = "urn:pulumi:dev::mais::upstash:index/redisDatabase:RedisDatabase::cache";

function connect(sandbox: Sandbox, key = "sandbox_upstash"): Upstash {
  const credentials = { UPSTASH_EMAIL: "sandbox@mais.invalid", UPSTASH_API_KEY: key };
  return new Upstash(connectionTo({ vendor: "Upstash", baseUrl: `${sandbox.url("upstash")}/v2`, credentials }));
}

const wanted = {
  databaseName: "mais-dev-cache",
  region: "global",
  primaryRegion: "eu-west-1",
  ...{ tls: true, eviction: true, autoScale: false, prodPack: false },
};

function writes(sandbox: Sandbox): string[] {
  return sandbox
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, "ID")}`);
}

test("a database has all outputs of the published SDK, under the official id", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const { id, ...made } = await definition.create(connect(sandbox), wanted, lifecycleCall());
  expect(id).toBe(`upstash-database-${made.databaseId}`);
  expect(made).toMatchObject({
    ...wanted,
    port: 6379,
    state: "active",
    userEmail: "sandbox@mais.invalid",
    databaseType: "Pay as You Go",
  });
  const properties = [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)].sort();
  expect(properties).toEqual((await publishedProperties()).sort());
  const outputs = Object.keys(definition.outputs).filter((name) => made[name as keyof typeof made] === undefined);
  expect(outputs).toEqual([]);
});

/** What the published class registers, caught by the SDK's own mocks. */
async function publishedProperties(): Promise<string[]> {
  const seen: string[] = [];
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ inputs }) => ({ id: "id", state: inputs }),
  });
  const database = new PublishedDatabase("cache", { databaseName: "cache", region: "global" });
  for (const [name, value] of Object.entries(database)) if (pulumi.Output.isInstance(value)) seen.push(name);
  await pulumi.runtime.disconnect();
  return seen.filter((name) => !["id", "urn"].includes(name));
}

test("what the published class sends passes, with TLS on and the budget left alone", () => {
  const { inputs, problems } = checkInputs(kind, { databaseName: "cache", region: "global" }, urn);
  expect(problems).toEqual([]);
  expect(inputs).toEqual({
    databaseName: "cache",
    region: "global",
    tls: true,
    eviction: false,
    autoScale: false,
    prodPack: false,
  });
});

test("retired and contradictory inputs are refused together, with what to do", () => {
  const news = { ...wanted, tls: false, consistent: true, readRegions: ["eu-west-1"] };
  expect(checkInputs(kind, news, urn).problems.map(({ property }) => property)).toEqual([
    "tls",
    "consistent",
    "readRegions",
  ]);
  expect(checkInputs(kind, { ...wanted, budget: 1.5, redisName: "x" }, urn).problems).toHaveLength(2);
});

test("a refresh right after creation changes nothing, whatever Upstash filled in", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const api = connect(sandbox);
  const minimal = checkInputs(
    kind,
    { databaseName: "cache", region: "global", readRegions: ["us-west-1", "eu-west-1"], multizone: true },
    urn,
  ).inputs;
  const { id } = await definition.create(api, minimal as never, lifecycleCall());
  const live = await definition.read(api, id, { ...lifecycleCall(), inputs: minimal as never, outputs: {} });
  expect(managedInputs(kind, live as never, minimal)).toEqual(minimal);
});

test("every change but the place is made in place, by its own call", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const api = connect(sandbox);
  const { id } = await definition.create(api, wanted, lifecycleCall());
  const news = {
    ...{ ...wanted, databaseName: "mais-dev-queue", eviction: false, autoScale: true, prodPack: true, budget: 360 },
    ...{ readRegions: ["us-east-1"], ipAllowlists: ["203.0.113.7"] },
  };
  const { changed, replaces } = diffInputs(kind, wanted, news);
  expect(replaces).toBe(false);
  const call = { ...lifecycleCall(), olds: wanted, outputs: {}, changed: changed as Set<never> };
  expect(await definition.update?.(api, id, news, call)).toMatchObject(news);
  expect(writes(sandbox)).toEqual([
    "POST /v2/redis/database",
    "POST /v2/redis/rename/ID",
    "POST /v2/redis/disable-eviction/ID",
    "POST /v2/redis/enable-autoupgrade/ID",
    "POST /v2/redis/enable-prodpack/ID",
    "PATCH /v2/redis/update-budget/ID",
    "POST /v2/redis/update-regions/ID",
    "POST /v2/redis/update-allowlist/ID",
  ]);
  const back = { ...news, readRegions: [], ipAllowlists: [] };
  const emptied = {
    ...lifecycleCall(),
    olds: news,
    outputs: {},
    changed: new Set(["readRegions", "ipAllowlists"] as const),
  };
  expect(await definition.update?.(api, id, back, emptied)).toMatchObject({ readRegions: [], ipAllowlists: [] });
});

test("auto scaling that is already as wanted is no error", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const api = connect(sandbox);
  const { id } = await definition.create(api, wanted, lifecycleCall());
  const call = {
    ...lifecycleCall(),
    olds: { ...wanted, autoScale: true },
    outputs: {},
    changed: new Set(["autoScale"] as const),
  };
  expect(await definition.update?.(api, id, wanted, call)).toMatchObject({ autoScale: false });
  expect(sandbox.requests().some(({ status, path }) => status === 400 && path.includes("disable-autoupgrade"))).toBe(
    true,
  );
});

test("a move to another region is refused, because the data would be lost", () => {
  const problems = guardData(kind, wanted, { ...wanted, primaryRegion: "us-east-1" }, "cache");
  expect(problems).toEqual([
    { property: "primaryRegion", reason: expect.stringMatching(/holds data.*queue must be drained first/) },
  ]);
  expect(guardData(kind, wanted, { ...wanted, databaseName: "other" }, "cache")).toEqual([]);
});

test("a database whose allow list is refused is kept, and finished by the next run", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const api = connect(sandbox);
  const error = await definition
    .create(api, { ...wanted, ipAllowlists: ["not-an-address"] }, lifecycleCall())
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PartialFailure);
  const { id, message, live } = error as PartialFailure;
  expect(message).toMatch(/exists, but its IP allow list was not set: .*invalid ip address/);
  expect(live.password).toMatch(/^A/);
  const corrected = { ...wanted, ipAllowlists: ["203.0.113.7"] };
  const call = { ...lifecycleCall(), olds: corrected, outputs: {}, changed: new Set<never>() };
  expect(await definition.update?.(api, id, corrected, call)).toMatchObject({ ipAllowlists: ["203.0.113.7"] });
});

test("it is found by name, imported by its bare id, and reads as gone after deletion", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const api = connect(sandbox);
  const { id, databaseId = "" } = await definition.create(api, wanted, lifecycleCall());
  await definition.create(api, { ...wanted, databaseName: "other" }, lifecycleCall());
  const at = Date.parse("2026-01-15T09:00:00Z");
  expect(await definition.find?.(api, wanted, lifecycleCall())).toEqual([
    { id, label: "Upstash database mais-dev-cache", createdAt: at },
  ]);
  const imported = await definition.read(api, databaseId, {
    ...lifecycleCall(),
    inputs: undefined,
    outputs: undefined,
  });
  expect(imported).toMatchObject({ id, databaseName: "mais-dev-cache", tls: true });
  const gone = { ...lifecycleCall(), inputs: wanted, outputs: {} };
  await definition.delete(api, id, gone);
  await definition.delete(api, id, gone);
  expect(await definition.read(api, id, gone)).toBeUndefined();
});

test("credentials that are shown once stay as state knows them", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const api = connect(sandbox);
  const { id, password, restToken } = await definition.create(api, wanted, lifecycleCall());
  const hidden = api.getDatabase.bind(api);
  // Credential protection: every later answer lacks them.
  api.getDatabase = async (uuid, signal) => ({
    ...(await hidden(uuid, signal)),
    password: undefined,
    restToken: undefined,
  });
  const live = await definition.read(api, id, { ...lifecycleCall(), inputs: wanted, outputs: { password, restToken } });
  expect(live).toMatchObject({ password, restToken });
});

test("the wrong account and a regional database are refused with what to do", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const signal = new AbortController().signal;
  const api = connect(sandbox);
  await expect(provider.verifyAccount?.(api, { email: "ops@mais.example" }, signal)).rejects.toThrow(
    /belongs to "ops@mais.example"/,
  );
  await expect(provider.verifyAccount?.(api, { email: "Sandbox@mais.invalid" }, signal)).resolves.toBeUndefined();
  const regional = definition.create(api, { ...wanted, region: "eu-west-1" }, lifecycleCall());
  await expect(regional).rejects.toThrow(/regional db creation is deprecated.*Set region to "global"/);
  const refused = await connect(sandbox, "wrong-key-value")
    .listDatabases(signal)
    .catch((reason: unknown) => String(reason));
  expect(refused).toMatch(/answered 401 .*Set UPSTASH_EMAIL and UPSTASH_API_KEY/);
  expect(refused).not.toContain("wrong-key-value");
});

test("the resource is the official one, without the bridge's odd second id", () => {
  expect(officialDifferences(provider, "upstash")).toEqual({
    "upstash:index/redisDatabase:RedisDatabase": {
      added: ["replaceData"],
      missing: ["redisDatabaseId"],
      contradicting: [],
    },
  });
});
