import { expect, test } from "vitest";
import type { RedisHost, RedisReply } from "../../src/sandbox/data-servers.ts";
import { type Asked, type ProxyRig, startProxyRig } from "./proxy-caller.ts";

/** Answers as Redis does to the few commands here, and keeps what it was told. */
class Words implements RedisHost {
  readonly told: string[][] = [];

  async command(_id: string, args: readonly string[]): Promise<RedisReply> {
    this.told.push([...args]);
    const [name = "", key = ""] = args.map((word) => word.toLowerCase());
    if (name === "command") return [[args[2] ?? "", -2, [args[2] === "get" ? "readonly" : "write", "fast"]]];
    if (name === "set") return "OK";
    if (name === "get") return key === "missing" ? null : "grüße";
    if (name === "mget") return ["grüße", null, 7];
    throw new Error(`ERR unknown command '${name}'`);
  }

  async apply() {
    return { host: "127.0.0.1", port: 6379, tls: true };
  }

  address() {
    return undefined;
  }

  async clear() {}
  async remove() {}
  async stopAll() {}
}

interface Made {
  host: string;
  byId: string;
  token: string;
  readOnly: string;
}

async function makeDatabase(rig: ProxyRig): Promise<Made> {
  const account = Buffer.from("sandbox@mais.invalid:sandbox_upstash").toString("base64");
  const { text } = await rig.ask("api.upstash.com", {
    method: "POST",
    path: "/v2/redis/database",
    headers: { authorization: `Basic ${account}`, "content-type": "application/json" },
    body: JSON.stringify({ database_name: "cache", platform: "aws", primary_region: "us-east-1" }),
  });
  const { database_id, endpoint, rest_token, read_only_rest_token } = JSON.parse(text);
  const byId = `${database_id}.upstash.io`;
  return { host: endpoint, byId, token: rest_token, readOnly: read_only_rest_token };
}

/** Status and body of a request with that token. */
function caller(rig: ProxyRig, host: string, token: string) {
  return async (asked: Asked): Promise<[number, unknown]> => {
    const headers = { authorization: `Bearer ${token}`, ...asked.headers };
    const { status, text } = await rig.ask(host, { ...asked, headers });
    return [status, JSON.parse(text)];
  };
}

test("commands come as a body, as a path with options, or many at once, and reach the database's Redis", async () => {
  const redis = new Words();
  await using rig = await startProxyRig(["upstash"], { dataServers: { redis } });
  const { host, byId, token } = await makeDatabase(rig);
  const ask = caller(rig, host, token);
  const body = (value: unknown): Asked => ({ method: "POST", body: JSON.stringify(value) });
  expect(await ask(body(["SET", "key", { a: 1 }, "EX", 60]))).toEqual([200, { result: "OK" }]);
  expect(await ask({ path: "/set/a%2Fb/c?EX=100" })).toEqual([200, { result: "OK" }]);
  expect(await ask({ method: "POST", path: "/set/key?nx", body: "the value" })).toEqual([200, { result: "OK" }]);
  expect(await ask({ path: "/get/missing" })).toEqual([200, { result: null }]);
  const many = { ...body([["GET", "x"], ["NOSUCH"], ["MGET", "a"]]), path: "/pipeline" };
  const unknown = { error: "ERR unknown command 'nosuch'" };
  expect(await ask(many)).toEqual([200, [{ result: "grüße" }, unknown, { result: ["grüße", null, 7] }]]);
  expect(await ask(body(["NOSUCH"]))).toEqual([400, unknown]);
  expect(await caller(rig, byId, token)({ path: "/get/x" })).toEqual([200, { result: "grüße" }]);
  expect(redis.told.slice(0, 3)).toEqual([
    ["SET", "key", '{"a":1}', "EX", "60"],
    ["set", "a/b", "c", "EX", "100"],
    ["set", "key", "the value", "nx"],
  ]);
});

test("the vendor's client gets its texts in base64, but for OK", async () => {
  await using rig = await startProxyRig(["upstash"], { dataServers: { redis: new Words() } });
  const { host, token } = await makeDatabase(rig);
  const headers = { "upstash-encoding": "base64" };
  const ask = caller(rig, host, token);
  const encoded = Buffer.from("grüße").toString("base64");
  expect(await ask({ path: "/mget/a", headers })).toEqual([200, { result: [encoded, null, 7] }]);
  expect(await ask({ path: "/set/a/b", headers })).toEqual([200, { result: "OK" }]);
});

test("a wrong token opens nothing, the read-only one no writes, and neither what concerns the server", async () => {
  const redis = new Words();
  await using rig = await startProxyRig(["upstash"], { dataServers: { redis } });
  const { host, token, readOnly } = await makeDatabase(rig);
  expect(await caller(rig, host, "wrong")({ path: "/get/x" })).toEqual([
    401,
    { error: expect.stringContaining("WRONGPASS") },
  ]);
  expect((await rig.ask(host, { path: `/get/x?_token=${readOnly}` })).status).toBe(200);
  const read = caller(rig, host, readOnly);
  expect(await read({ path: "/get/x" })).toEqual([200, { result: "grüße" }]);
  expect(await read({ path: "/set/x/y" })).toEqual([400, { error: expect.stringContaining("NOPERM") }]);
  const full = caller(rig, host, token);
  for (const command of ["shutdown", "CONFIG", "acl", "multi"])
    expect(await full({ path: `/${command}/x` })).toEqual([400, { error: expect.stringContaining("not available") }]);
  const sent = redis.told.map(([name = ""]) => name.toLowerCase());
  expect(sent.filter((name) => !["get", "command"].includes(name))).toEqual([]);
});

test("what cannot be served says so in the vendor's shape", async () => {
  await using rig = await startProxyRig(["upstash"]);
  const { host, token } = await makeDatabase(rig);
  const ask = caller(rig, host, token);
  expect(await ask({ path: "/get/x" })).toEqual([
    501,
    { error: expect.stringContaining("mais sandbox start --redis") },
  ]);
  expect((await caller(rig, "nothing.upstash.io", token)({ path: "/get/x" }))[0]).toBe(404);
  await using real = await startProxyRig(["upstash"], { dataServers: { redis: new Words() } });
  const made = await makeDatabase(real);
  const ready = caller(real, made.host, made.token);
  expect((await ready({ method: "POST", path: "/multi-exec", body: "[]" }))[0]).toBe(501);
  for (const body of ["no json", "{}", "[]"]) expect((await ready({ method: "POST", body }))[0]).toBe(400);
});
