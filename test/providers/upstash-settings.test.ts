import { provider } from "@mais/upstash/provider";
import { expect, test } from "vitest";
import { Upstash } from "../../packages/upstash/client.ts";
import { getRedisDatabase, getStats, listBackups } from "../../packages/upstash/functions.ts";
import type { Database } from "../../src/sandbox/upstash/state.ts";
import { connectionTo } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const urn = (kind: string, name = "cache") => `urn:pulumi:dev::mais::upstash:index/${kind}::${name}`;
const DATABASE = urn("redisDatabase:RedisDatabase");
const SETTINGS = urn("databaseSettings:DatabaseSettings");
const call = { signal: new AbortController().signal };
const cache = { databaseName: "cache", region: "global", primaryRegion: "eu-west-1" };

async function start() {
  const sandbox = await startSandbox(["upstash"]);
  const folder = temporaryFolder();
  const credentials = { UPSTASH_EMAIL: "sandbox@mais.invalid", UPSTASH_API_KEY: "sandbox_upstash" };
  const api = new Upstash(connectionTo({ vendor: "Upstash", baseUrl: `${sandbox.url("upstash")}/v2`, credentials }));
  const upstash = runProvider(provider, api, folder.path);
  const made = await upstash.create(DATABASE, cache);
  const [stored] = sandbox.store("upstash").collection<Database>("databases").list();
  if (!stored) throw new Error("no database was made");
  const writes = () =>
    sandbox
      .requests()
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, "ID")}`);
  return {
    ...{ sandbox, api, upstash, made, stored, writes, databaseId: stored.id },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

test("the plan is set before the backups that need it, and taken back after them", async () => {
  await using run = await start();
  const { upstash, databaseId, writes } = run;
  const settings = await upstash.create(SETTINGS, { databaseId, plan: "fixed_250mb", dailyBackup: true });
  expect(settings.outputs).toMatchObject({ databaseType: "Fixed 250MB", endpoint: run.stored.endpoint });
  const free = await upstash.update(settings, { databaseId, plan: "free", dailyBackup: false });
  expect(free.outputs).toMatchObject({ databaseType: "Free" });
  expect(writes().slice(1)).toEqual([
    "POST /v2/redis/ID/change-plan",
    "PATCH /v2/redis/enable-dailybackup/ID",
    "PATCH /v2/redis/disable-dailybackup/ID",
    "POST /v2/redis/ID/change-plan",
  ]);
  const both = { databaseId, plan: "free", dailyBackup: true };
  await expect(upstash.create(SETTINGS, both)).rejects.toThrow("dailyBackup is not offered on the free plan");
});

test("what is as wanted already is not sent, and nothing is undone when the settings go", async () => {
  await using run = await start();
  const { upstash, databaseId, writes } = run;
  const settings = await upstash.create(SETTINGS, { databaseId, plan: "payg", dailyBackup: false });
  await upstash.delete(settings);
  expect(writes()).toEqual(["POST /v2/redis/database"]);
  expect(await upstash.refresh(settings)).toMatchObject({ inputs: { plan: "payg" } });
});

test("a raised generation gives new credentials, which the database's own state learns by a refresh", async () => {
  await using run = await start();
  const { upstash, databaseId, made, stored } = run;
  const before = stored.password;
  const settings = await upstash.create(SETTINGS, { databaseId, passwordGeneration: 1 });
  expect(settings.outputs.password).toBe(before);
  const rotated = await upstash.update(settings, { databaseId, passwordGeneration: 2 });
  expect(rotated.outputs.password).toBe(stored.password);
  expect(rotated.outputs.password).not.toBe(before);
  expect((await upstash.refresh(made))?.outputs.password).toBe(rotated.outputs.password);
});

test("with credential protection the answer of the reset is the only place that shows them", async () => {
  await using run = await start();
  const { upstash, databaseId, api, stored } = run;
  const settings = await upstash.create(SETTINGS, { databaseId, passwordGeneration: 1 });
  const read = api.getDatabase.bind(api);
  api.getDatabase = async (id, signal) => ({ ...(await read(id, signal)), password: undefined, restToken: undefined });
  const rotated = await upstash.update(settings, { databaseId, passwordGeneration: 2 });
  expect(rotated.outputs.password).toBe(stored.password);
  expect((await upstash.refresh(rotated))?.outputs.password).toBe(stored.password);
});

test("a database that answers by its cloud has not moved; one that sleeps is told", async () => {
  await using run = await start();
  const { upstash, made, stored } = run;
  stored.region = "gcp-global";
  const live = await upstash.refresh(made);
  expect(live?.inputs.region).toBe("global");
  expect(upstash.warnings).toEqual([]);
  stored.state = "suspended";
  await upstash.refresh(made);
  expect(upstash.warnings.join()).toContain("The database cache is suspended");
});

test("getRedisDatabase answers what the published function promises, by either form of the id", async () => {
  await using run = await start();
  const { api, databaseId, stored } = run;
  const answer = await getRedisDatabase.definition.run(api, { databaseId }, call);
  expect(answer).toMatchObject({
    ...{ id: `upstash-database-${databaseId}`, databaseId, databaseName: "cache", password: stored.password },
    ...{ tls: true, eviction: false, consistent: false, readRegions: [], ipAllowlists: [], budget: 20 },
  });
  const undefinedOnes = Object.entries(answer).filter(([, value]) => value === undefined);
  expect(undefinedOnes).toEqual([]);
  const byPrefix = await getRedisDatabase.definition.run(api, { databaseId: `upstash-database-${databaseId}` }, call);
  expect(byPrefix).toEqual(answer);
  expect(getRedisDatabase.definition.secrets).toEqual(["password", "restToken", "readOnlyRestToken"]);
  await expect(getRedisDatabase.definition.run(api, { databaseId: "../teams" }, call)).rejects.toThrow(
    "names no database",
  );
});

test("getStats leaves out what Upstash does not tell, which is not 0", async () => {
  await using run = await start();
  const { api, databaseId, sandbox } = run;
  const early = await getStats.definition.run(api, { databaseId }, call);
  expect([early.connections, early.monthlyCommands]).toEqual([undefined, 0]);
  sandbox.clock.advance(60_000);
  const stats = await getStats.definition.run(api, { databaseId, period: "1d" }, call);
  expect(stats).toEqual({ ...ZERO, databaseId });
  api.stats = async () => ({
    connection_count: null,
    throughput: [
      { x: "", y: 3 },
      { x: "", y: 7 },
    ],
  });
  const partial = await getStats.definition.run(api, { databaseId }, call);
  expect(partial).toEqual({ databaseId, throughput: 7 });
});

const ZERO = {
  ...{ connections: 0, throughput: 0, dailyCommands: 0, monthlyCommands: 0 },
  ...{ monthlyBandwidth: 0, monthlyBilling: 0, storage: 0 },
};

test("listBackups answers the newest first", async () => {
  await using run = await start();
  const { api, databaseId, sandbox } = run;
  const make = (name: string) => api.request("POST", `/redis/create-backup/${databaseId}`, { ...call, body: { name } });
  await make("first");
  sandbox.clock.advance(3_600_000);
  await make("second");
  const { backups } = await listBackups.definition.run(api, { databaseId }, call);
  expect(backups.map(({ name, daily }) => [name, daily])).toEqual([
    ["second", false],
    ["first", false],
  ]);
});
