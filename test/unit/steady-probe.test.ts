import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { probeDuring } from "../helpers/steady-probe.ts";
import { until } from "../helpers/until.ts";

/** Answers what it is told to, and counts. */
async function serve() {
  const seen = { requests: 0, status: 200 };
  const server = createServer((_request, response) => {
    seen.requests += 1;
    response.writeHead(seen.status).end("said");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  const more = async (count: number) => {
    const wanted = seen.requests + count;
    await until(`${count} more requests`, async () => seen.requests >= wanted || undefined);
  };
  return { seen, more, url: `http://127.0.0.1:${port}/`, close };
}

test("a steady probe counts what fails while the work is under way, and how long it lasts", async () => {
  const { seen, more, url, close } = await serve();
  const good = await probeDuring(url, () => more(4).then(() => "done"), { perSecond: 50 });
  expect(good).toMatchObject({ result: "done", failures: [], windowMs: 0 });
  expect(good.answered).toBeGreaterThanOrEqual(4);
  const bad = await probeDuring(
    url,
    async () => {
      await more(2);
      seen.status = 503;
      await more(4);
      seen.status = 200;
      await more(3);
    },
    { perSecond: 50 },
  );
  expect(bad.failures.length).toBeGreaterThanOrEqual(4);
  expect(bad.failures[0]?.why).toBe("503 said");
  expect(bad.answered).toBeGreaterThanOrEqual(3);
  const [first, last] = [bad.failures[0]?.at ?? 0, bad.failures.at(-1)?.at ?? 0];
  expect(bad.windowMs).toBeGreaterThan(last - first);
  await close();
});

test("nobody there is a failure as well, and the work's own failure is passed on", async () => {
  const { url, close } = await serve();
  await close();
  const away = await probeDuring(url, () => sleep(60));
  expect(away.answered).toBe(0);
  expect(away.failures[0]?.why).toContain("ECONNREFUSED");
  await expect(probeDuring(url, () => Promise.reject(new Error("it broke")))).rejects.toThrow("it broke");
});
