import { join } from "node:path";
import { expect, test } from "vitest";
import { liveObjects, type SandboxState } from "../helpers/live-objects.ts";
import { ROOT, StackRun } from "../helpers/stack-run.ts";

const OUTAGE_SECONDS = 60;

interface Faults {
  faults: { fired: number; endsAt: string }[];
}

/** `render/services mais-deploy-prod-api`, without the ids, and without the streams that Postmark gives every server. */
const named = async (stack: StackRun) =>
  liveObjects(await stack.control<SandboxState>("/state"))
    .map((line) => line.split(" "))
    .flatMap(([kind, , name]) => (name && `${kind} ${name}` !== "postmark/streams Default" ? [`${kind} ${name}`] : []))
    .sort();

test("a vendor's outage of a minute in the middle of an up ends in a clear error; the next up finishes, with nothing made twice", async () => {
  await using stack = await StackRun.open({ MAIS_ENV_FILE: join(ROOT, "test", "fixtures", "prod.env") });
  await stack.mais("sandbox", "start");
  // Render makes the project and one service, then answers nothing but 503.
  const outage = { vendor: "render", kind: "status", status: 503, nth: 8, seconds: OUTAGE_SECONDS };
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

  const before = (await stack.control<Faults>("/faults")).faults[0];
  await stack.control("/clock", { method: "POST", body: { advanceMs: OUTAGE_SECONDS * 1000 } });
  const after = await stack.mais("--sandbox", "up", "--stack", "prod", "--yes");
  expect(after.code).toBe(0);
  // The outage ended by itself: it is still there, and hit no call any more.
  expect((await stack.control<Faults>("/faults")).faults).toEqual([{ ...before, matched: expect.any(Number) }]);
  const objects = await named(stack);
  expect(objects.filter((line) => line.startsWith("render/services "))).toEqual([
    "render/services mais-deploy-prod-api",
    "render/services mais-deploy-prod-cron",
    "render/services mais-deploy-prod-worker",
  ]);
  expect(objects).toEqual([...new Set(objects)]);
  expect((await stack.pulumi("preview", "--stack", "prod", "--expect-no-changes")).code).toBe(0);
});
