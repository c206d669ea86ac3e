import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Call, defineRoute, type Emulator, Refusal } from "../../src/sandbox/emulator.ts";
import { type OpenSandbox, openSandbox } from "../../src/sandbox/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const shop: Emulator = {
  vendor: "shop",
  routes: [
    defineRoute("GET /items", {
      evidence: "inferred",
      handle: ({ store }) => ({ status: 200, json: store.collection("items").list() }),
    }),
    defineRoute("POST /items", {
      evidence: "inferred",
      handle({ body, store, world }) {
        store.collection("items").set(world.ids.text(6), body);
        return { status: 201 };
      },
    }),
    defineRoute("GET /tokens/{token}", { evidence: "inferred", handle: () => ({ status: 200, json: {} }) }),
    defineRoute("GET /broken", {
      evidence: "inferred",
      handle() {
        throw new Error("a fault of ours");
      },
    }),
    defineRoute("GET /refused", {
      evidence: "inferred",
      handle() {
        throw new Refusal(418, { message: "no" });
      },
    }),
  ],
  authenticate: () => "owner",
  unemulated: () => ({ message: "not emulated" }),
  seed: (store) => void store.collection("items").set("first", "seeded"),
};

async function shopIn(dir: string, emulator = shop): Promise<OpenSandbox & AsyncDisposable> {
  const sandbox = await openSandbox({ dir, emulators: [emulator] });
  return Object.assign(sandbox, { [Symbol.asyncDispose]: () => sandbox.close() });
}

async function control(sandbox: OpenSandbox, request: string, options: { body?: unknown; token?: string } = {}) {
  const [method = "", path = ""] = request.split(" ");
  const { body, token = sandbox.address.controlToken } = options;
  const answer = await fetch(`${sandbox.address.url}/_sandbox${path}`, {
    ...{ method, headers: { authorization: `Bearer ${token}` } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // Each test knows what it asked for.
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

const items = async ({ address }: OpenSandbox) => (await fetch(`${address.url}/shop/items`)).json();

const GUARDED = ["POST /clock", "POST /rate-limits", "POST /reset", "GET /state", "PUT /state", "POST /stop"];

test.each([...GUARDED, "GET /services/x/logs"])("%s needs the token", async (request) => {
  using folder = temporaryFolder();
  await using sandbox = await shopIn(folder.path);
  const before = await control(sandbox, "GET /state");
  for (const token of ["", "wrong"]) {
    const { status, json } = await control(sandbox, request, {
      token,
      body: request.startsWith("GET") ? undefined : {},
    });
    expect([status, json.message]).toEqual([401, expect.stringContaining("controlToken")]);
  }
  expect(await control(sandbox, "GET /state")).toEqual(before);
});

test("status, services, requests and counts are open to look at", async () => {
  using folder = temporaryFolder();
  await using sandbox = await shopIn(folder.path);
  await items(sandbox);
  await fetch(`${sandbox.address.url}/shop/carts`);
  const look = (path: string) => control(sandbox, `GET ${path}`, { token: "" });
  expect((await look("/status")).json).toMatchObject({ vendors: [{ vendor: "shop", routes: 5 }], requests: 2 });
  expect((await look("/services")).json).toEqual({ services: [] });
  expect((await look("/counts")).json).toEqual({ counts: { shop: { reads: 1, writes: 0, notEmulated: 1 } } });
  expect((await look("/requests?since=1")).json).toMatchObject({
    requests: [{ number: 2, route: "not emulated" }],
    last: 2,
  });
  expect((await look("/requests?since=x")).status).toBe(400);
});

test("a vendor refuses calls beyond its rate limit once it is told to, and no more when it is told so", async () => {
  using folder = temporaryFolder();
  const limited = { ...shop, authenticate: ({ world }: Call) => (world.limits?.refuse ? refuse() : "owner") };
  await using sandbox = await shopIn(folder.path, limited);
  const status = async () => (await fetch(`${sandbox.address.url}/shop/items`)).status;
  expect(await status()).toBe(200);
  const told = await control(sandbox, "POST /rate-limits", { body: { refuse: true } });
  expect(told).toEqual({ status: 200, json: { refuse: true } });
  expect(await status()).toBe(429);
  expect((await control(sandbox, "POST /rate-limits", { body: { refuse: "yes" } })).status).toBe(400);
  await control(sandbox, "POST /rate-limits", { body: { refuse: false } });
  expect(await status()).toBe(200);
});

function refuse(): never {
  throw new Refusal(429, { message: "slower" });
}

test("the clock is set forward, and stays so", async () => {
  using folder = temporaryFolder();
  {
    await using sandbox = await shopIn(folder.path);
    await control(sandbox, "POST /clock", { body: { advanceMs: 60_000 } });
    expect((await control(sandbox, "POST /clock", { body: { advanceMs: "soon" } })).status).toBe(400);
  }
  await using again = await shopIn(folder.path);
  expect((await control(again, "GET /status")).json).toMatchObject({ clock: { aheadMs: 60_000 } });
});

test("a state that was dumped can be loaded again, and a reset leaves what was there at the first start", async () => {
  using folder = temporaryFolder();
  await using sandbox = await shopIn(folder.path);
  await fetch(`${sandbox.address.url}/shop/items`, { method: "POST", body: '"mine"' });
  const { json: state } = await control(sandbox, "GET /state");
  await control(sandbox, "POST /reset");
  expect(await items(sandbox)).toEqual(["seeded"]);
  expect((await control(sandbox, "PUT /state", { body: state })).status).toBe(200);
  expect(await items(sandbox)).toEqual(["seeded", "mine"]);
  expect((await control(sandbox, "PUT /state", { body: { stores: {} } })).status).toBe(400);
  expect(await items(sandbox)).toEqual(["seeded", "mine"]);
});

test("the request log has neither bodies nor headers nor values of the query, nor credentials of the path", async () => {
  using folder = temporaryFolder();
  await using sandbox = await shopIn(folder.path);
  const { url } = sandbox.address;
  await fetch(`${url}/shop/items?team=canary-1`, {
    method: "POST",
    body: '"canary-2"',
    headers: { "x-key": "canary-3" },
  });
  await fetch(`${url}/shop/tokens/canary-4`);
  await fetch(`${url}/shop/carts/token/canary-7?a=canary-5`, { method: "PUT", body: "canary-6" });
  const text = readFileSync(join(folder.path, "requests.log"), "utf8");
  expect(text).not.toContain("canary");
  expect(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { vendor: "shop", method: "POST", path: "/items", query: ["team"], status: 201, write: true, route: "POST /items" },
    { method: "GET", path: "/tokens/…", write: false, route: "GET /tokens/{token}" },
    { method: "PUT", path: "/carts/token/…", query: ["a"], status: 501, write: true, route: "not emulated" },
  ]);
});

test("a fault of ours is answered 500 and goes to sandbox.log; the sandbox lives on", async () => {
  using folder = temporaryFolder();
  await using sandbox = await shopIn(folder.path);
  expect((await fetch(`${sandbox.address.url}/shop/broken`)).status).toBe(500);
  expect((await fetch(`${sandbox.address.url}/shop/refused`)).status).toBe(418);
  expect(readFileSync(join(folder.path, "sandbox.log"), "utf8")).toMatch(/shop GET \/broken: Error: a fault of ours/);
});

test("what was answered is on disk", async () => {
  using folder = temporaryFolder();
  await using sandbox = await shopIn(folder.path);
  for (let index = 0; index < 20; index += 1) {
    await fetch(`${sandbox.address.url}/shop/items`, { method: "POST", body: String(index) });
    const { data } = JSON.parse(readFileSync(join(folder.path, "store", "shop.json"), "utf8"));
    expect(Object.values(data.items)).toContain(index);
  }
});
