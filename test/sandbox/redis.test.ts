import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LoopbackAuthority } from "../../src/sandbox/loopback-authority.ts";
import { findRedis, RedisServers } from "../../src/sandbox/redis-servers.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const run = promisify(execFile);
const folder = temporaryFolder();
const authority = LoopbackAuthority.open(folder.path);
const servers = new RedisServers({ dir: folder.path, program: findRedis(), authority });
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox(["upstash"]);
  sandbox.world.dataServers = { redis: servers };
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await servers.stopAll();
  folder[Symbol.dispose]();
});

interface Live {
  database_id: string;
  endpoint: string;
  port: number;
  password: string;
  tls: boolean;
}

async function upstash(method: string, path: string, body?: unknown): Promise<Live> {
  const authorization = `Basic ${Buffer.from("sandbox@mais.invalid:sandbox_upstash").toString("base64")}`;
  const init = { method, headers: { authorization, "content-type": "application/json" } };
  const answer = await fetch(`${sandbox.url("upstash")}/v2/redis/${path}`, {
    ...init,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Live;
}

const newDatabase = (more: object = {}) =>
  upstash("POST", "database", { database_name: "cache", platform: "aws", primary_region: "eu-west-1", ...more });

/** What Redis's own client says. */
async function redisCli({ endpoint, port, password }: Live, ...command: string[]): Promise<string> {
  const url = `rediss://default:${password}@${endpoint}:${port}`;
  const args = ["--no-auth-warning", "--cacert", authority.file, "-u", url, ...command];
  return run("redis-cli", args, { timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`.trim(),
  );
}

test("a database's connection values lead to a Redis of its own, by TLS only", async () => {
  const [cache, queue] = [await newDatabase(), await newDatabase({ database_name: "queue" })];
  expect([cache.tls, cache.endpoint]).toEqual([true, expect.stringMatching(/^127\./)]);
  expect(await redisCli(cache, "set", "k", "v")).toBe("OK");
  expect([await redisCli(cache, "get", "k"), await redisCli(queue, "get", "k")]).toEqual(["v", ""]);
  expect(await redisCli({ ...cache, password: "wrong" }, "get", "k")).toContain("NOAUTH");
  const plain = run("redis-cli", ["-h", cache.endpoint, "-p", String(cache.port), "ping"], { timeout: 10_000 });
  await expect(plain).rejects.toThrow();
  const unknown = run("redis-cli", ["-u", `rediss://${cache.endpoint}:${cache.port}`, "ping"], { timeout: 10_000 });
  await expect(unknown).rejects.toThrow("certificate verify failed");
});

test("a full queue refuses writes, and a cache with eviction does not", async () => {
  const database = await newDatabase();
  expect(await redisCli(database, "config", "get", "maxmemory-policy")).toContain("noeviction");
  await upstash("POST", `enable-eviction/${database.database_id}`);
  expect(await redisCli(database, "config", "get", "maxmemory-policy")).toContain("allkeys-random");
});

test("a reset password holds at once, and data and address outlast the server", async () => {
  const before = await newDatabase();
  await redisCli(before, "set", "kept", "1");
  const after = await upstash("POST", `reset-password/${before.database_id}`);
  expect(await redisCli(before, "get", "kept")).toContain("NOAUTH");
  await servers.stopAll();
  expect(await redisCli(after, "get", "kept")).toContain("Connection refused");
  const { database_id: id, password, endpoint, port } = after;
  expect(await servers.apply({ id, password, eviction: false })).toEqual({ host: endpoint, port, tls: true });
  expect(await redisCli(after, "get", "kept")).toBe("1");
});

test("users beside the default one have just the rights that they are given, and lose them", async () => {
  const { database_id: id, password, ...rest } = await newDatabase();
  const spec = { id, password, eviction: false };
  await servers.apply({ ...spec, users: { worker: "on >secret ~queue:* +@read +@write" } });
  const worker = (...command: string[]) =>
    redisCli({ ...rest, database_id: id, password }, "--user", "worker", "--pass", "secret", ...command);
  expect([await worker("set", "queue:1", "x"), await worker("set", "other", "x")]).toEqual([
    "OK",
    expect.stringContaining("NOPERM"),
  ]);
  await servers.apply(spec);
  expect(await worker("get", "queue:1")).toContain("NOAUTH");
});

test("a deleted database takes its server and its data with it", async () => {
  const database = await newDatabase();
  const data = join(folder.path, "redis", database.database_id);
  expect(existsSync(data)).toBe(true);
  await upstash("DELETE", `database/${database.database_id}`);
  expect(existsSync(data)).toBe(false);
  expect(await redisCli(database, "ping")).toContain("Connection refused");
});
