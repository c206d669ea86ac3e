import { expect, test } from "vitest";
import { defineRoute, type Emulator, Refusal } from "../../src/sandbox/emulator.ts";
import type { FaultInput } from "../../src/sandbox/fault-spec.ts";
import { openSandbox } from "../../src/sandbox/sandbox.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const shop: Emulator = {
  vendor: "shop",
  routes: [
    defineRoute("POST /v1/items", {
      evidence: "inferred",
      handle({ store, world, now }) {
        const id = world.ids.text(4);
        const item = store.collection("items").set(id, { id, at: now.toISOString() });
        return { status: 201, json: item };
      },
    }),
    defineRoute("GET /v1/items/{id}", {
      evidence: "inferred",
      handle: ({ params }) => ({ status: 200, json: params }),
    }),
    defineRoute("DELETE /v1/items/{id}", { evidence: "inferred", handle: () => ({ status: 204 }) }),
  ],
  authenticate({ headers }) {
    if (headers["x-shop-token"] !== "key") throw new Refusal(401, { error: "unknown key" });
    return "owner";
  },
  unemulated: () => ({ error: "not emulated" }),
  failed: () => ({ error: "internal" }),
};

const start = () => startSandbox([], { emulators: [shop] });
const made = (sandbox: Sandbox) => sandbox.store("shop").collection("items").list().length;
const send = (sandbox: Sandbox, request = "POST /v1/items") => {
  const [method = "", path = ""] = request.split(" ");
  return fetch(sandbox.url("shop") + path, { method, headers: { "x-shop-token": "key" } });
};

/** What a caller sees of one POST: status and body, or that the connection broke. */
async function seen(sandbox: Sandbox, fault: FaultInput): Promise<{ answer: string; made: number; fired: number }> {
  sandbox.faults.add(fault);
  const answer = await send(sandbox).then(
    async (response) => `${response.status} ${await response.text().catch(() => "broken body")}`,
    () => "broken",
  );
  return { answer, made: made(sandbox), fired: sandbox.faults.fired };
}

test.each<[FaultInput, string, number]>([
  [{ kind: "status", status: 503 }, '503 {"error":"internal"}', 0],
  [{ kind: "status", status: 504, handled: true }, '504 {"error":"internal"}', 1],
  [{ kind: "status", status: 401 }, '401 {"error":"unknown key"}', 0],
  [{ kind: "html" }, "502 <!DOCTYPE html>", 0],
  [{ kind: "html", status: 200, handled: true }, "200 <!DOCTYPE html>", 1],
  [{ kind: "cut-before" }, "broken", 0],
  [{ kind: "cut-after" }, "broken", 1],
  [{ kind: "half" }, "201 broken body", 1],
  [{ kind: "truncated" }, '201 {"id":', 1],
  [{ kind: "latency", ms: 1 }, "201 {", 1],
  [{ kind: "latency", ms: 1, handled: true }, "201 {", 1],
])("%j", async (fault, answer, count) => {
  await using sandbox = await start();
  const got = await seen(sandbox, fault);
  expect(got).toEqual({ answer: expect.stringContaining(answer), made: count, fired: 1 });
  expect(got.answer.startsWith(answer)).toBe(true);
  // It is spent.
  expect((await send(sandbox)).status).toBe(201);
});

test("half of an answer is no JSON, and half of an empty one is none", async () => {
  await using sandbox = await start();
  sandbox.faults.add({ kind: "truncated", method: "get" });
  await expect((await send(sandbox, "GET /v1/items/a")).json()).rejects.toThrow(SyntaxError);
  for (const kind of ["half", "truncated"] as const) {
    sandbox.faults.add({ kind, method: "DELETE" });
    await expect(send(sandbox, "DELETE /v1/items/a")).rejects.toThrow("fetch failed");
  }
});

test.each(["0", "-5", "Wed, 21 Oct 2026 07:28:00 GMT", undefined])("429 with Retry-After %s", async (retryAfter) => {
  await using sandbox = await start();
  sandbox.faults.add({ kind: "status", status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) });
  const { status, headers } = await send(sandbox);
  expect([status, headers.get("retry-after")]).toEqual([429, retryAfter ?? null]);
});

test("the clock jumps before the call is answered", async () => {
  await using sandbox = await start();
  const before = sandbox.clock.now().getTime();
  sandbox.faults.add({ kind: "clock", advanceMs: 86_400_000 });
  const { at } = (await (await send(sandbox)).json()) as { at: string };
  expect(Date.parse(at) - before).toBe(86_400_000);
});

test("vendor, method and path choose the calls; the nth is the first one hit, times says how many are", async () => {
  await using sandbox = await start();
  sandbox.faults.add({ kind: "cut-before", vendor: "other" });
  sandbox.faults.add({ kind: "cut-before", path: "/v1/items" + "/*/more" });
  const { id } = sandbox.faults.add({
    ...{ kind: "status", status: 500, vendor: "shop", method: "GET", path: "/v1/items/*", nth: 2, times: 2 },
  });
  const statuses: number[] = [];
  for (const request of ["POST /v1/items", ...["a", "b", "c", "d"].map((item) => `GET /v1/items/${item}`)])
    statuses.push((await send(sandbox, request)).status);
  expect(statuses).toEqual([201, 200, 500, 500, 200]);
  const record = sandbox.faults.list().find((each) => each.id === id);
  const hit = { vendor: "shop", method: "GET" };
  expect(record).toMatchObject({
    ...{ matched: 4, fired: 2 },
    hits: [
      { ...hit, path: "/v1/items/b", call: 2 },
      { ...hit, path: "/v1/items/c", call: 3 },
    ],
  });
  expect(sandbox.faults.fired).toBe(2);
});

test("an outage begins with the nth call and lasts its seconds by the sandbox's clock, however many calls it meets", async () => {
  await using sandbox = await start();
  sandbox.faults.add({ kind: "status", status: 503, method: "GET", nth: 2, seconds: 60 });
  sandbox.clock.advance(3_600_000);
  const statuses: number[] = [];
  for (const secondsLater of [0, 0, 30, 29, 1, 3600]) {
    sandbox.clock.advance(secondsLater * 1000);
    statuses.push((await send(sandbox, "GET /v1/items/a")).status);
  }
  expect(statuses).toEqual([200, 503, 503, 503, 200, 200]);
  const from = sandbox.clock.now().getTime() - 3_660_000;
  expect(sandbox.faults.list()).toMatchObject([{ fired: 3, endsAt: new Date(from + 60_000) }]);
});

test("with the same seed chance hits the same calls, with another one others", async () => {
  const pattern = async (seed: number) => {
    await using sandbox = await start();
    sandbox.faults.add({ kind: "status", status: 500, probability: 0.3, seed, path: "/**" });
    const hits: string[] = [];
    for (let call = 0; call < 40; call += 1) hits.push((await send(sandbox)).status === 500 ? "x" : ".");
    return hits.join("");
  };
  const first = await pattern(1);
  expect(await pattern(1)).toBe(first);
  expect(await pattern(2)).not.toBe(first);
  const hits = first.replaceAll(".", "").length;
  expect(hits > 3 && hits < 25).toBe(true);
});

test("a call that was hit is marked, and no other", async () => {
  await using sandbox = await start();
  await seen(sandbox, { kind: "cut-before" });
  await send(sandbox);
  expect(sandbox.requests().map(({ status, fault }) => [status, fault])).toEqual([
    [0, "cut-before"],
    [201, undefined],
  ]);
});

test("the control plane adds, lists and removes faults, for whoever has the token, and forgets them at a restart", async () => {
  using folder = temporaryFolder();
  const open = async () => {
    const sandbox = await openSandbox({ dir: folder.path, emulators: [shop] });
    const ask = async (request: string, body?: unknown, token = sandbox.address.controlToken) => {
      const [method = "", path = ""] = request.split(" ");
      const headers = { authorization: `Bearer ${token}` };
      const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
      const answer = await fetch(`${sandbox.address.url}/_sandbox${path}`, { method, headers, ...text });
      return { status: answer.status, json: await answer.json() };
    };
    return Object.assign(sandbox, { ask, [Symbol.asyncDispose]: () => sandbox.close() });
  };
  {
    await using sandbox = await open();
    for (const request of ["GET /faults", "POST /faults", "DELETE /faults", "DELETE /faults/1"])
      expect((await sandbox.ask(request, undefined, "wrong")).status).toBe(401);
    expect(await sandbox.ask("POST /faults", { kind: "cut-before" })).toMatchObject({ status: 201, json: { id: 1 } });
    await sandbox.ask("POST /faults", { kind: "html", vendor: "shop" });
    await expect(fetch(`${sandbox.address.url}/shop/v1/items/a`)).rejects.toThrow();
    expect(await sandbox.ask("GET /faults")).toMatchObject({
      json: { fired: 1, faults: [{ fired: 1 }, { fired: 0 }] },
    });
    expect(await sandbox.ask("DELETE /faults/1")).toMatchObject({ status: 200, json: { faults: [{ id: 2 }] } });
    expect((await sandbox.ask("DELETE /faults/1")).status).toBe(404);
    expect((await sandbox.ask("POST /faults", "{")).status).toBe(400);
    for (const wrong of [{}, { kind: "boom" }, { kind: "status", status: 200 }, { kind: "html", vendr: "shop" }])
      expect(await sandbox.ask("POST /faults", wrong)).toMatchObject({
        status: 400,
        json: { message: expect.any(String) },
      });
  }
  await using again = await open();
  expect((await again.ask("GET /faults")).json).toEqual({ faults: [], fired: 0 });
  await again.ask("POST /faults", { kind: "cut-before" });
  expect(await again.ask("DELETE /faults")).toMatchObject({ json: { removed: 1 } });
  expect((await again.ask("GET /faults")).json).toEqual({ faults: [], fired: 0 });
});
