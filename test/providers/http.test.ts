import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttp } from "@mais/provider-kit/plugin";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { tellProgress } from "../../packages/provider-kit/progress.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answers: Answer[];
let seen: { method: string; url: string; body: string }[];
let close: () => Promise<void>;
let base: string;

beforeEach(async () => {
  answers = [];
  seen = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method ?? "", url: request.url ?? "", body });
    const answer = answers.shift();
    if (answer) answer(request, response);
    else response.writeHead(500).end("no answer was prepared");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  close = () => new Promise((resolve) => server.close(() => resolve()));
});
afterEach(() => close());

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const text =
  (status: number, body: string): Answer =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "text/html" }).end(body);

function client(longestWaitMs?: number) {
  return createHttp({
    ...(longestWaitMs === undefined ? {} : { longestWaitMs }),
    vendor: "Warehouse",
    baseUrl: base,
    headers: { authorization: "Bearer token-123456" },
    secrets: ["token-123456"],
    requestIdHeader: "x-request-id",
    explain: (_status, body) => ({
      message: typeof body === "string" ? body : String((body as { message?: string })?.message),
    }),
  });
}

const signal = new AbortController().signal;

test("an answer is parsed leniently: unknown fields pass", async () => {
  answers = [json(200, { name: "a", surplus: 1 })];
  expect(
    await client().get("/shelves", {
      signal,
      query: { limit: 2, name: ["a", "b"], absent: undefined },
      answer: z.object({ name: z.string() }),
    }),
  ).toEqual({ name: "a" });
  expect(seen[0]?.url).toBe("/v1/shelves?limit=2&name=a&name=b");
});

test("a missing field that we need is an error that names it", async () => {
  answers = [json(200, { nom: "a" })];
  await expect(client().get("/shelves", { signal, answer: z.object({ name: z.string() }) })).rejects.toThrow(
    /Warehouse answered 200 to GET \/shelves: .*name/,
  );
});

test("429 is waited out for every method, as long as Retry-After says", async () => {
  answers = [json(429, { message: "slow down" }, { "retry-after": "0" }), json(201, { id: 1 })];
  expect(await client().post("/shelves", { signal, json: { name: "a" } })).toEqual({ id: 1 });
  expect(seen.map(({ method, body }) => [method, body])).toEqual([
    ["POST", '{"name":"a"}'],
    ["POST", '{"name":"a"}'],
  ]);
});

test("a GET is sent again after 503, a POST is not: it may have taken effect", async () => {
  answers = [text(503, "<html>down</html>"), json(200, { id: 1 })];
  expect(await client().get("/shelves/1", { signal })).toEqual({ id: 1 });
  answers = [text(503, "<html>down</html>"), json(201, { id: 2 })];
  await expect(client().post("/shelves", { signal, json: {} })).rejects.toThrow(
    "Warehouse answered 503 to POST /shelves: <html>down</html>",
  );
  expect(seen.map(({ method }) => method)).toEqual(["GET", "GET", "POST"]);
});

test("a repeatable POST, one with an idempotency key, is sent again", async () => {
  answers = [text(502, "bad gateway"), json(201, { id: 2 })];
  expect(await client().post("/shelves", { signal, json: {}, repeatable: true })).toEqual({ id: 2 });
});

test("a cut connection is repeated for GET and reported for POST", async () => {
  const cut: Answer = (_request, response) => response.socket?.destroy();
  answers = [cut, json(200, { id: 1 })];
  expect(await client().get("/shelves/1", { signal })).toEqual({ id: 1 });
  answers = [cut];
  await expect(client().post("/shelves", { signal, json: {} })).rejects.toThrow(
    "Warehouse could not be reached for POST /shelves",
  );
});

test("an error keeps the vendor's request id and hides credentials, also encoded ones", async () => {
  const encoded = Buffer.from("token-123456").toString("base64");
  answers = [json(422, { message: `bad token token-123456 (${encoded})` }, { "x-request-id": "req-7" })];
  const failing = client().post("/shelves", { signal, json: {} });
  await expect(failing).rejects.toThrow(
    "Warehouse answered 422 to POST /shelves: bad token [secret] ([secret]); request id req-7",
  );
});

test("a redirect is refused: credentials go to one host only", async () => {
  answers = [(_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/elsewhere" }).end()];
  await expect(client().post("/shelves", { signal, json: {} })).rejects.toThrow("could not be reached");
  expect(seen).toHaveLength(1);
});

test("an aborted call says who stopped it and is not repeated", async () => {
  const stop = new AbortController();
  answers = [() => stop.abort(new Error("the engine has ended"))];
  await expect(client().get("/shelves", { signal: stop.signal })).rejects.toThrow(
    "Warehouse: GET /shelves was stopped: the engine has ended",
  );
  expect(seen).toHaveLength(1);
});

test.each([429, 503])(
  "after %i a try waits as long as Retry-After says, not as long as the back-off would",
  async (status) => {
    // The back-off's first pause is at least half a second; a date in the past asks for none.
    for (const after of ["0", "Wed, 21 Oct 2015 07:28:00 GMT"]) {
      answers = [...Array.from({ length: 5 }, () => json(status, {}, { "retry-after": after })), json(200, { id: 1 })];
      const started = performance.now();
      expect(await client().get("/shelves/1", { signal })).toEqual({ id: 1 });
      expect(performance.now() - started).toBeLessThan(3_000);
    }
  },
);

test("a vendor that is down is not asked again for ever by every call: the tries are one budget, which answers fill up", async () => {
  const http = client(1);
  const get = () =>
    http.get("/shelves", { signal }).then(
      () => "answered",
      (error: Error) => error.message,
    );
  const failed = await Promise.all(Array.from({ length: 20 }, get));
  expect(new Set(failed)).toEqual(new Set(["Warehouse answered 500 to GET /shelves: no answer was prepared"]));
  // Each alone would have had six further tries.
  expect(seen).toHaveLength(20 + 60);
  answers = Array.from({ length: 4 }, () => json(200, {}));
  expect([await get(), await get(), await get(), await get()]).toEqual(Array(4).fill("answered"));
  await get();
  expect(seen).toHaveLength(80 + 4 + 3);
  // A rate limit is no failure: it is waited for as before.
  answers = [...Array.from({ length: 5 }, () => json(429, {})), json(200, {})];
  expect(await get()).toBe("answered");
});

test("whoever waits for the next try hears why", async () => {
  const lines: string[] = [];
  const call = new AbortController();
  tellProgress(call.signal, (line) => lines.push(line));
  answers = [json(503, {}), json(429, {}), json(200, {})];
  await client(1).get("/shelves", { signal: call.signal });
  expect(lines).toEqual([
    "Warehouse answered 503; waiting to try GET /shelves again",
    "Warehouse limits the rate of calls; waiting to try GET /shelves again",
  ]);
});

test("a negative Retry-After is no reason to give up", async () => {
  answers = [json(429, {}, { "retry-after": "-5" }), json(201, { id: 1 })];
  expect(await client().post("/shelves", { signal, json: {} })).toEqual({ id: 1 });
});

test("an answer that breaks off in the middle names vendor and call", async () => {
  answers = [
    (_request, response) => {
      response.writeHead(201, { "content-length": "100" }).write('{"id":');
      setImmediate(() => response.destroy());
    },
  ];
  await expect(client().post("/shelves", { signal, json: {} })).rejects.toThrow(
    "Warehouse could not be reached for POST /shelves",
  );
});
