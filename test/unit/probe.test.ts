import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { probe } from "../../src/ops/probe.ts";

async function serve(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}/health`, [Symbol.asyncDispose]: close };
}

test("a health address that is well says so with its own word", async () => {
  await using server = await serve((_request, response) => response.end('{"status":"healthy"}'));
  expect(await probe(server.url)).toMatchObject({ ok: true, status: 200, says: "healthy", problem: undefined });
});

test("an unhealthy answer is kept: its status and its word", async () => {
  await using server = await serve((_request, response) => response.writeHead(503).end('{"status":"degraded"}'));
  expect(await probe(server.url)).toMatchObject({
    ok: false,
    status: 503,
    says: "degraded",
    problem: "it answered 503",
  });
});

test("it asks again until the service is well, and no longer", async () => {
  let asked = 0;
  await using server = await serve((_request, response) => response.writeHead(++asked < 3 ? 502 : 200).end("ok"));
  expect(await probe(server.url, { attempts: 5, pause: 1 })).toMatchObject({ ok: true, says: undefined });
  expect(asked).toBe(3);
  asked = -100;
  expect(await probe(server.url, { attempts: 4, pause: 1 })).toMatchObject({ ok: false });
  expect(asked).toBe(-96);
});

test("silence and a closed port are told apart", async () => {
  await using server = await serve(() => {});
  expect((await probe(server.url, { timeout: 50 })).problem).toBe("no answer within 50 ms");
  const closed = await serve(() => {});
  await closed[Symbol.asyncDispose]();
  expect((await probe(closed.url)).problem).toContain("ECONNREFUSED");
});
