import { request } from "node:http";
import { expect, test } from "vitest";
import { defineRoute, type Emulator, Refusal } from "../../src/sandbox/emulator.ts";
import { startSandbox } from "../helpers/sandbox.ts";

const shop: Emulator = {
  vendor: "shop",
  routes: [
    defineRoute("GET /v*/items/{id}", {
      evidence: "inferred",
      handle: ({ params, identity }) => ({ status: 200, json: { ...params, identity } }),
    }),
    defineRoute("GET /v*/items/first", { evidence: "inferred", handle: () => ({ status: 200, json: "literal" }) }),
    defineRoute("POST /v1/items", {
      evidence: "inferred",
      handle({ body, store, world }) {
        const id = world.ids.text(4);
        store.collection("items").set(id, body);
        return { status: 201, json: { id, body }, headers: { "x-made": id } };
      },
    }),
    defineRoute("DELETE /v1/items/{id}", { evidence: "inferred", handle: () => ({ status: 204 }) }),
    defineRoute("GET /v1/broken", {
      evidence: "inferred",
      handle() {
        throw new Error("the store holds sandbox-canary-1");
      },
    }),
    defineRoute("GET /v1/open", { evidence: "inferred", open: true, handle: () => ({ status: 200, json: [] }) }),
  ],
  authenticate({ headers }) {
    if (headers.authorization !== "Bearer shop-key") throw new Refusal(401, { error: "key" });
    return "owner";
  },
  normalizePath: (path) => path.toLowerCase(),
  unemulated: ({ method, path }) => ({ error: `not emulated: ${method} ${path}` }),
  failed: () => ({ error: "internal" }),
  headers: () => ({ "x-limit": "10" }),
};

const authorized = { headers: { authorization: "Bearer shop-key" } };

test("a request reaches its route with parameters, identity and the vendor's headers", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  const answer = await fetch(`${sandbox.url("shop")}/V2/Items/a%2Fb`, authorized);
  expect(await answer.json()).toEqual({ id: "a/b", identity: "owner" });
  expect(answer.headers.get("x-limit")).toBe("10");
});

test("a literal segment wins over a parameter, whatever the order of the routes", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  expect(await (await fetch(`${sandbox.url("shop")}/v9/items/first`, authorized)).json()).toBe("literal");
});

test("a refusal is the answer, and nothing of the call takes effect without the credential", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  const answer = await fetch(`${sandbox.url("shop")}/v1/items`, { method: "POST", body: "{}" });
  expect([answer.status, await answer.json()]).toEqual([401, { error: "key" }]);
  expect(sandbox.store("shop").collection("items").list()).toEqual([]);
  expect((await fetch(`${sandbox.url("shop")}/v1/open`)).status).toBe(200);
});

test("a body is parsed as JSON; one that is not JSON is refused", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  const post = (body: string) => fetch(`${sandbox.url("shop")}/v1/items`, { ...authorized, method: "POST", body });
  const made = await post('{"name":"x"}');
  expect([made.status, await made.json()]).toEqual([201, { id: made.headers.get("x-made"), body: { name: "x" } }]);
  expect((await post("{")).status).toBe(400);
  expect(sandbox.store("shop").collection("items").list()).toEqual([{ name: "x" }]);
});

test("an empty answer has neither body nor content type", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  const answer = await fetch(`${sandbox.url("shop")}/v1/items/1`, { ...authorized, method: "DELETE" });
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([204, null, ""]);
});

test("what is not emulated answers 501 in the vendor's shape and is told apart in the record", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  const answer = await fetch(`${sandbox.url("shop")}/v1/carts?page=2`);
  expect([answer.status, await answer.json()]).toEqual([501, { error: "not emulated: GET /v1/carts" }]);
  expect(sandbox.requests().map(({ route, status }) => ({ route, status }))).toEqual([
    { route: undefined, status: 501 },
  ]);
});

test("a route that breaks answers 500 in the vendor's shape without the reason, and fails the test that caused it", async () => {
  const run = async () => {
    await using sandbox = await startSandbox([], { emulators: [shop] });
    const answer = await fetch(`${sandbox.url("shop")}/v1/broken`, authorized);
    expect([answer.status, await answer.json()]).toEqual([500, { error: "internal" }]);
  };
  await expect(run()).rejects.toThrow("An emulator broke");
});

test("a host name that is not loopback's is turned away", async () => {
  await using sandbox = await startSandbox([], { emulators: [shop] });
  const { port } = new URL(sandbox.url("shop"));
  const headers = { host: "rebound.example", ...authorized.headers };
  const status = await new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: "/shop/v1/items/1", headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
  expect(sandbox.requests()).toEqual([]);
});
