import { join } from "node:path";
import { expect, test } from "vitest";
import { liveObjects, type SandboxState } from "../helpers/live-objects.ts";
import { ROOT, StackRun } from "../helpers/stack-run.ts";

/** More calls than an up makes: the outage lasts until it is cleared. */
const WITHOUT_END = 10_000;

const services = async (stack: StackRun) =>
  liveObjects(await stack.control<SandboxState>("/state"))
    .filter((line) => line.startsWith("render/services"))
    .map((line) => line.split(" ")[2])
    .sort();

test("a vendor's outage in the middle of an up ends in a clear error; the next up finishes, with nothing made twice", async () => {
  await using stack = await StackRun.open({ MAIS_ENV_FILE: join(ROOT, "test", "fixtures", "prod.env") });
  await stack.mais("sandbox", "start");
  // Render makes the project and one service, then answers nothing but 503.
  const outage = { vendor: "render", kind: "status", status: 503, nth: 8, times: WITHOUT_END };
  await stack.control("/faults", { method: "POST", body: outage });
  const during = await stack.mais("--sandbox", "up", "--stack", "prod", "--yes");
  expect(during.code).toBe(4);
  expect(during.output).toMatch(/Could not create \w+ "(api|worker|cron)": Render answered 503/);
  expect(during.output).not.toMatch(/\n\s+at /);
  const state = JSON.parse((await stack.pulumi("stack", "export", "--stack", "prod")).stdout);
  const kept = (state.deployment.resources as { type: string }[]).map(({ type }) => type);
  for (const type of [
    "supabase:index/project:Project",
    "upstash:index/redisDatabase:RedisDatabase",
    "stripe:index/price:Price",
    "render:index/project:Project",
  ])
    expect(kept).toContain(type);

  await stack.control("/faults", { method: "DELETE" });
  const after = await stack.mais("--sandbox", "up", "--stack", "prod", "--yes");
  expect(after.code).toBe(0);
  expect(await services(stack)).toEqual(["mais-deploy-prod-api", "mais-deploy-prod-cron", "mais-deploy-prod-worker"]);
  expect((await stack.pulumi("preview", "--stack", "prod", "--expect-no-changes")).code).toBe(0);
});
