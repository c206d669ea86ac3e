import { describe, expect, test } from "vitest";
import { refused } from "../helpers/judged.ts";
import { fixture } from "../helpers/stack-settings.ts";

describe("the connection budget", () => {
  test("counts every pool of api, worker and cron at full size", () => {
    const changes = { "mais:api.processes": 10, "mais:worker.processes": 4 };
    const at = (poolSize: number) => ({
      envFile: {
        path: "x.env",
        text: fixture("prod").text.replace(/^DATABASE_POOL_SIZE=.*$/m, `DATABASE_POOL_SIZE=${poolSize}`),
      },
    });
    expect(refused("prod", changes, at(5))).toEqual([]);
    expect(refused("prod", changes, at(6))).toEqual([
      {
        subject: "DATABASE_POOL_SIZE",
        kind: "conflict",
        rule:
          "expected at most 400 connections, what the pooler of size small takes, found 414 " +
          "(api 6 × 6 instances × 10 processes + worker 6 × 2 instances × 4 processes + cron 6 × 1 instance × 1 process)",
      },
    ]);
    expect(refused("prod", { ...changes, "mais:database.size": "medium" }, at(6))).toEqual([]);
    expect(refused("prod", { ...changes, "mais:worker": false }, at(6))).toEqual([]);
    expect(refused("prod", { ...changes, "mais:database": false, "mais:storage": false }, at(6))).toEqual([]);
  });

  test("exactly the limit is within it", () => {
    // 5 × (37 × 1 + 1 × 2 + 1) = 200, what the smallest database's pooler takes.
    const changes = { "mais:api.instances": { min: 37, max: 37 }, "mais:worker.processes": 2 };
    expect(refused("dev", changes)).toEqual([]);
    expect(refused("dev", { ...changes, "mais:api.instances": { min: 38, max: 38 } })).toMatchObject([
      { subject: "DATABASE_POOL_SIZE", kind: "conflict" },
    ]);
  });
});

describe("what idle workers ask of Redis", () => {
  test("is judged in every environment, on the sandbox too", () => {
    const free = { "mais:redis": { cache: { plan: "free" }, queue: false } };
    const subject = "redis.cache.plan";
    expect(refused("dev", free)).toMatchObject([{ subject, kind: "conflict" }]);
    expect(refused("dev", { ...free, "mais:worker": false })).toEqual([]);
  });

  test.each([
    [{ cache: { plan: "free" }, queue: { plan: "free" } }, ["redis.queue.plan"]],
    [{ cache: { plan: "fixed_1gb", budget: 20 }, queue: false }, ["redis.cache.budget"]],
    [{ cache: { plan: "free", dailyBackup: true }, queue: { plan: "payg" } }, ["redis.cache.dailyBackup"]],
    [{ cache: { plan: "fixed_2gb" }, queue: true }, ["redis.cache.plan", "redis.queue"]],
  ])("%j is refused by name", (redis, subjects) => {
    expect(refused("prod", { "mais:redis": redis }).map(({ subject }) => subject)).toEqual(subjects);
  });
});
