import { defineApiObject, type RawApi } from "@mais/provider-kit";
import { expect, test } from "vitest";
import { agree, answerAt, joined, writtenAsLive } from "../../packages/provider-kit/api-object-answer.ts";
import { HalfMade } from "../../packages/provider-kit/half-made.ts";
import { Upstash } from "../../packages/upstash/client.ts";
import { provider } from "../../packages/upstash/provider.ts";
import type { Database } from "../../src/sandbox/upstash/state.ts";
import { connectionTo, lifecycleCall } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const URN = "urn:pulumi:dev::mais::upstash:index/apiObject:ApiObject::cache";
const one = { path: "/redis/database/{id}" };
const found = { path: "/redis/databases", match: { database_name: "cache" } };
const wanted = {
  create: { path: "/redis/database", idPath: "database_id" },
  read: one,
  update: { path: "/redis/update-budget/{id}" },
  delete: one,
  body: { budget: 200 },
  createBody: { database_name: "cache", region: "global", primary_region: "eu-west-1" },
};

async function start() {
  const sandbox = await startSandbox(["upstash"]);
  const folder = temporaryFolder();
  const credentials = { UPSTASH_EMAIL: "sandbox@mais.invalid", UPSTASH_API_KEY: "sandbox_upstash" };
  const baseUrl = `${sandbox.url("upstash")}/v2`;
  const api = new Upstash(connectionTo({ vendor: "Upstash", baseUrl, credentials, longestWaitMs: 1 }));
  return {
    sandbox,
    upstash: runProvider(provider, api, folder.path),
    databases: () => sandbox.store("upstash").collection<Database>("databases").list(),
    writes: () => sandbox.requests().filter(({ method }) => method !== "GET").length,
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

test.each([
  ["https://evil.example/redis", "must be a path"],
  ["//evil.example/redis", "must be a path"],
  ["redis/database", "must be a path"],
  ["/redis/../admin", "must not climb"],
  ["/redis/%2e%2e/admin", "no percent sign"],
  ["/redis\\..\\admin", "no backslash"],
  ["/redis?all=true", "no query"],
  ["/redis/{name}", "names {name}, which nothing fills"],
  ["/redis/{id}", "names {id}, which nothing fills here"],
])("the path %s is refused before anything is sent", async (path, reason) => {
  await using run = await start();
  await expect(run.upstash.create(URN, { ...wanted, create: { path } })).rejects.toThrow(reason);
  expect(run.sandbox.requests()).toEqual([]);
});

test("a value cannot lead a path elsewhere", async () => {
  await using run = await start();
  const asked = (kind: string) =>
    run.upstash.create(URN, { ...wanted, create: { path: "/redis/{kind}" }, params: { kind } });
  await expect(asked("../team")).rejects.toThrow("sandbox does not emulate POST /v2/redis/..%2Fteam");
  await expect(asked("..")).rejects.toThrow("params.kind must be neither empty nor dots");
  await expect(asked("")).rejects.toThrow("params.kind must be neither empty nor dots");
  expect(run.sandbox.requests().map(({ path }) => path)).toEqual(["/v2/redis/..%2Fteam"]);
});

test("what can never hold is refused by name: a body without a way to change it, a match of nothing", async () => {
  await using run = await start();
  const fixed = run.upstash.create(URN, { ...wanted, update: undefined });
  await expect(fixed).rejects.toThrow("update is needed, because body or secretBody has keys");
  const loose = run.upstash.create(URN, { ...wanted, find: { path: "/redis/databases", match: {} } });
  await expect(loose).rejects.toThrow("find.match must name at least one value");
  const misspelt = run.upstash.create(URN, { ...wanted, read: { ...one, output: ["port"] } });
  await expect(misspelt).rejects.toThrow(/read .*output/);
});

test("an interrupted create is taken up by what find shows, and made once", async () => {
  await using run = await start();
  run.sandbox.faults.add({ kind: "cut-after", method: "POST", path: "/v2/redis/database" });
  await expect(run.upstash.create(URN, { ...wanted, find: found })).rejects.toThrow("could not be reached");
  const { id, outputs } = await run.upstash.create(URN, { ...wanted, find: found });
  expect(run.databases().map((database) => database.id)).toEqual([id]);
  expect(outputs).toMatchObject({ body: { budget: 200 } });
  expect(run.upstash.warnings.join()).toContain("Adopted cache");
});

test("an interrupted create that nothing can look up is not repeated, and says the two ways out", async () => {
  await using run = await start();
  run.sandbox.faults.add({ kind: "cut-after", method: "POST", path: "/v2/redis/database" });
  await expect(run.upstash.create(URN, wanted)).rejects.toThrow("could not be reached");
  const before = run.writes();
  const again = run.upstash.create(URN, wanted);
  await expect(again).rejects.toThrow(
    /interrupted while Upstash made this object .* set existing to its id; if not, add find/,
  );
  // With find it is seen; that it is ours is still nobody's proof.
  await expect(run.upstash.create(URN, { ...wanted, find: found })).rejects.toThrow("was not made by this stack");
  expect(run.writes()).toBe(before);
  const [existing = ""] = run.databases().map(({ id }) => id);
  const taken = await run.upstash.create(URN, { ...wanted, existing });
  expect(taken.id).toBe(existing);
  expect(run.databases()).toHaveLength(1);
});

test("an interrupted create that made nothing goes on once find shows so", async () => {
  await using run = await start();
  run.sandbox.faults.add({ kind: "cut-before", method: "POST", path: "/v2/redis/database" });
  await expect(run.upstash.create(URN, wanted)).rejects.toThrow("could not be reached");
  await expect(run.upstash.create(URN, wanted)).rejects.toThrow("no second one is made");
  await run.upstash.create(URN, { ...wanted, find: found });
  expect(run.databases()).toHaveLength(1);
});

test("an object whose id never reached the state is known by that id", async () => {
  await using run = await start();
  const { id } = await run.upstash.create(URN, wanted);
  // The state was lost, the journal was not.
  expect((await run.upstash.create(URN, wanted)).id).toBe(id);
  expect(run.databases()).toHaveLength(1);
});

test("what only the first answer shows is kept", async () => {
  await using run = await start();
  const hidden = { ...wanted, read: { ...one, query: { credentials: "hide" }, secretOutputs: ["password", "port"] } };
  const made = await run.upstash.create(URN, hidden);
  const { password = "" } = run.databases()[0] ?? {};
  expect(made.outputs.secretResponse).toEqual({ password, port: 6379 });
  expect((await run.upstash.refresh(made))?.outputs.secretResponse).toEqual({ password, port: 6379 });
  const changed = await run.upstash.update(made, { ...hidden, body: { budget: 300 } });
  expect(changed.outputs.secretResponse).toEqual({ password, port: 6379 });
});

test("what is secret is sent with the rest, and an output follows what the vendor answers", async () => {
  await using run = await start();
  const plan = { path: "/redis/{id}/change-plan" };
  const inputs = (auto_upgrade: boolean) => ({
    ...{ ...wanted, read: { ...one, outputs: ["auto_upgrade", "type"] }, update: { ...plan, method: "POST" } },
    ...{ body: { plan_name: "payg" }, secretBody: { auto_upgrade } },
  });
  const made = await run.upstash.create(URN, inputs(true));
  expect(run.databases()[0]).toMatchObject({ autoUpgrade: true });
  const changed = await run.upstash.update(made, inputs(false));
  expect(changed.outputs.response).toEqual({ auto_upgrade: false, type: "payg" });
  const [stored] = run.databases();
  if (stored) stored.plan = "free";
  expect((await run.upstash.refresh(changed))?.outputs.response).toEqual({ auto_upgrade: false, type: "free" });
});

test("an object that was made and not seen since stays in state with its id, and is finished by the next run", async () => {
  await using run = await start();
  run.sandbox.faults.add({ kind: "status", status: 401, method: "GET", path: "/v2/redis/database/*" });
  const half = await run.upstash.create(URN, wanted).catch((error: unknown) => error);
  if (!(half instanceof HalfMade)) throw half;
  expect(half).toMatchObject({ id: run.databases()[0]?.id, message: expect.stringContaining("it was made") });
  const kept = { urn: URN, id: half.id, inputs: half.inputs.properties, outputs: half.outputs.properties };
  const whole = await run.upstash.update(kept, wanted);
  expect(whole.outputs).toMatchObject({ body: { budget: 200 }, response: {} });
});

test("an answer without an id names what it has, and the next run makes no second one", async () => {
  await using run = await start();
  const blind = { ...wanted, create: { path: "/redis/database", idPath: "data.id" } };
  await expect(run.upstash.create(URN, blind)).rejects.toThrow(/no id at "data.id" \(it has: database_id, /);
  await expect(run.upstash.create(URN, blind)).rejects.toThrow("no second one is made");
  expect(run.databases()).toHaveLength(1);
});

test("with delete none the object stays, and an existing one that is not there is refused", async () => {
  await using run = await start();
  const made = await run.upstash.create(URN, { ...wanted, delete: "none" });
  await run.upstash.delete(made);
  expect(run.databases()).toHaveLength(1);
  const absent = run.upstash.create(URN.replace("cache", "other"), { ...wanted, existing: "gone" });
  await expect(absent).rejects.toThrow("Upstash has no gone at /redis/database/{id}");
});

test("the first page of a longer list proves nothing", async () => {
  const shop: RawApi = { request: async () => ({ list: [{ id: 1, name: "other" }], more: true }) };
  const { definition } = defineApiObject<RawApi>("shop", {
    title: "Shop",
    isPartial: (answer, { limit }) => limit === "1" && answerAt(answer, "more") === true,
  });
  const asked = (name: string, limit: string) =>
    definition.find?.(
      shop,
      { ...wanted, find: { path: "/list", idPath: "id", query: { limit }, at: "list", match: { name } } } as never,
      lifecycleCall(),
    );
  await expect(asked("mine", "1")).rejects.toThrow("one page of a longer list");
  expect(await asked("mine", "2")).toEqual([]);
  expect(await asked("other", "1")).toMatchObject([{ label: "other" }]);
});

test("values are compared by what they mean, and only where something was written", () => {
  const live = { size: 5, on: true, tags: ["b", "a"], nested: { kept: 1, theirs: 2 }, empty: null, owner: "them" };
  const written = { size: "5", on: "true", tags: ["a", "b"], nested: { kept: 1 }, empty: [], secret: "never shown" };
  expect(writtenAsLive(written, live)).toEqual(written);
  expect(writtenAsLive({ size: 6 }, live)).toEqual({ size: 5 });
  expect(writtenAsLive({ tags: ["a"] }, live)).toEqual({ tags: ["b", "a"] });
  expect(writtenAsLive({ nested: { kept: 3 } }, live)).toEqual({ nested: { kept: 1 } });
  expect(writtenAsLive({ nested: { kept: 3 } }, live, ["nested.kept"])).toEqual({ nested: { kept: 3 } });
  expect(agree([{ key: "A" }], [{ key: "A", id: 1 }])).toBe(true);
  expect(agree([{ key: "A" }], [{ key: "B", id: 1 }])).toBe(false);
  expect(joined({ a: { x: 1 } }, { a: { y: 2 }, b: 3 }, undefined)).toEqual({ a: { x: 1, y: 2 }, b: 3 });
  expect([answerAt({ a: [{ "b/c": 1 }] }, "/a/0/b~1c"), answerAt({ a: [7] }, "a.0"), answerAt({}, "a.b")]).toEqual([
    1,
    7,
    undefined,
  ]);
});
