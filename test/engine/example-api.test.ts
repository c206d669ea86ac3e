import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { RunningService } from "../../src/sandbox/service-host.ts";
import { StackRun } from "../helpers/stack-run.ts";
import { until } from "../helpers/until.ts";

interface Booking {
  id: string;
  status: string;
  confirmation: string | null;
}

async function serviceOf(stack: StackRun, name: string): Promise<RunningService> {
  const { services } = await stack.control<{ services: RunningService[] }>("/services");
  return services.find((each) => each.name.endsWith(name)) ?? expect.fail(`no service ${name}`);
}

async function deploysOf(stack: StackRun, name: string): Promise<{ trigger: string; status: string }[]> {
  const { url } = JSON.parse(readFileSync(join(stack.folder, "address.json"), "utf8"));
  const { id } = await serviceOf(stack, name);
  const headers = { authorization: "Bearer sandbox_render" };
  const answer = await fetch(`${url}/render/v1/services/${id}/deploys`, { headers });
  return ((await answer.json()) as { deploy: { trigger: string; status: string } }[]).map(({ deploy }) => deploy);
}

async function linesOf(stack: StackRun, name: string): Promise<string[]> {
  const { id } = await serviceOf(stack, name);
  return (await stack.control<{ lines: string[] }>(`/services/${id}/logs`)).lines;
}

/** Books, and waits until the worker has confirmed it. */
async function book(url: string, customer: string): Promise<Booking> {
  const answer = await fetch(`${url}/bookings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ service: "Haircut", customer, startsAt: "2026-03-01T10:00:00Z" }),
  });
  expect(answer.status).toBe(201);
  const { id } = (await answer.json()) as Booking;
  return until("the confirmation", async () => {
    const booking = (await (await fetch(`${url}/bookings/${id}`)).json()) as Booking;
    return booking.status === "confirmed" ? booking : undefined;
  });
}

/** Asks again and again until it is told to stop; answers what went wrong and how often it went well. */
function keepAsking(url: string): { stop(): Promise<{ failures: string[]; answers: number }> } {
  const failures: string[] = [];
  let [answers, isOver] = [0, false];
  const asking = (async () => {
    while (!isOver) {
      const answer = await fetch(url).catch((error: Error) => error);
      if (answer instanceof Error) failures.push(answer.message);
      else if (answer.status !== 200) failures.push(`${answer.status} ${await answer.text()}`);
      else {
        await answer.text();
        answers += 1;
      }
      await sleep(5);
    }
  })();
  const stop = async () => {
    isOver = true;
    await asking;
    return { failures, answers };
  };
  return { stop };
}

test("the example works with Postgres and Redis on dev; a changed variable redeploys it once, without a failed request", async () => {
  await using stack = await StackRun.open();
  const start = await stack.mais("sandbox", "start", "--postgres", "--redis");
  expect(start.code, start.output).toBe(0);
  const first = await stack.pulumi("up", "--yes", "--skip-preview", "--stack", "dev");
  expect(first.code, first.output).toBe(0);

  const { localUrl: url = "" } = await serviceOf(stack, "-api");
  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: "ok", services: { postgres: { status: "ok" }, redis: { status: "ok" } } },
  ]);
  expect((await book(url, "Ada")).confirmation).toMatch(/^[0-9a-f]{12}$/);

  expect(await deploysOf(stack, "-api")).toHaveLength(1);
  const asking = keepAsking(`${url}/bookings`);
  // Of the services only the API is given it.
  await stack.pulumi("config", "set", "mais:CORS_ORIGIN", "https://app.example.com", "--stack", "dev");
  const second = await stack.pulumi("up", "--yes", "--skip-preview", "--stack", "dev");
  expect(second.code, second.output).toBe(0);
  await book(url, "Grace");
  const { failures, answers } = await asking.stop();
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(50);

  const deploys = await deploysOf(stack, "-api");
  expect(deploys.map(({ status }) => status)).toEqual(["live", "deactivated"]);
  expect(await deploysOf(stack, "-worker")).toHaveLength(1);
  const lines = await linesOf(stack, "-api");
  // Another process, from the same build.
  expect(lines.filter((line) => line.startsWith("listening on"))).toHaveLength(2);
  expect(lines.filter((line) => line === "==> Built")).toHaveLength(1);
});
