import { describe, expect, test } from "vitest";
import { connectionBudget, overdrawnDirect, overdrawnPooler } from "../../src/config/connection-budget.ts";
import { idleCommands, overdrawnRedis } from "../../src/config/redis-budget.ts";
import type { DraftSettings } from "../../src/config/settings.ts";

interface Sizes {
  api?: { max: number; processes: number } | false;
  worker?: { instances: number; processes: number } | false;
  cron?: boolean;
  size?: "small" | "medium" | "16xlarge";
  directConnections?: number;
}

/** The part of the settings that the sum reads. */
function stack({ api, worker, cron = false, size, directConnections = 10 }: Sizes): DraftSettings {
  return {
    api: api ? { instances: { min: 1, max: api.max }, processes: api.processes } : false,
    worker: worker || false,
    cron: cron ? {} : false,
    database: { ...(size ? { size } : {}), directConnections },
  } as unknown as DraftSettings;
}

const budgetOf = (sizes: Sizes, poolSize: number) => {
  const budget = connectionBudget(stack(sizes), poolSize);
  if (!budget) throw new Error("there is nothing to sum up");
  return budget;
};

describe("the connection budget", () => {
  test("is pool × instances × processes of every tier that has a pool, the nightly job's run included", () => {
    const sizes = { api: { max: 6, processes: 2 }, worker: { instances: 2, processes: 4 }, cron: true };
    const { uses, total, poolerClients, directLimit } = budgetOf(sizes, 5);
    expect(uses.map(({ tier, connections }) => [tier, connections])).toEqual([
      ["api", 60],
      ["worker", 40],
      ["cron", 5],
    ]);
    expect([total, poolerClients, directLimit]).toEqual([105, 200, 60]);
  });

  test("exactly the limit is within it; one pool more is told with three ways out", () => {
    const at = (max: number) => overdrawnPooler(budgetOf({ api: { max, processes: 1 }, cron: true }, 5));
    expect(at(39)).toBeUndefined();
    expect(at(40)).toEqual({
      rule:
        "expected at most 200 connections, what the pooler of size micro takes, found 205 " +
        "(api 5 × 40 instances × 1 process + cron 5 × 1 instance × 1 process)",
      fix:
        "Set DATABASE_POOL_SIZE to 4 or less; or run at most 40 processes in all; " +
        "or set mais:database.size to small, whose pooler takes 400",
    });
  });

  test("no way out is offered that leads nowhere", () => {
    const most = overdrawnPooler(budgetOf({ api: { max: 100, processes: 64 }, size: "16xlarge" }, 2));
    expect(most?.fix).toBe("Set DATABASE_POOL_SIZE to 1 or less; or run at most 6000 processes in all");
    const tooMany = overdrawnPooler(budgetOf({ api: { max: 100, processes: 5 } }, 1));
    expect(tooMany?.fix).toBe(
      "Run at most 200 processes in all; or set mais:database.size to medium, whose pooler takes 600",
    );
  });

  test("direct users are held against what goes past the pooler", () => {
    expect(overdrawnDirect(budgetOf({ directConnections: 60 }, 5))).toEqual([]);
    expect(overdrawnDirect(budgetOf({ directConnections: 61 }, 5))).toMatchObject([
      { path: "database.directConnections", rule: expect.stringContaining("at most 60") },
    ]);
    expect(overdrawnDirect(budgetOf({ directConnections: 91, size: "small" }, 5))[0]?.rule).toContain("at most 90");
  });
});

interface Queue {
  plan: string;
  budget?: number;
  workers?: number;
  polling?: object;
  own?: boolean;
}

function queueing({ plan, budget, workers = 1, polling, own = true }: Queue): DraftSettings {
  const terms = { plan, ...(budget === undefined ? {} : { budget }) };
  const redis = own ? { cache: { plan: "free" }, queue: terms } : { cache: terms, queue: false };
  return {
    worker: { instances: workers, processes: 1 },
    redis: { ...redis, polling: { workers: 1, readSeconds: 5, stalledSeconds: 30, ...polling } },
  } as unknown as DraftSettings;
}

describe("what idle BullMQ workers cost", () => {
  test("one asks 20,160 times a day, 604,800 times a month, for $1.21", () => {
    expect(idleCommands(queueing({ plan: "payg" }))).toMatchObject({ workers: 1, perDay: 20_160, perMonth: 604_800 });
    expect(idleCommands(queueing({ plan: "payg" }))?.dollars).toBeCloseTo(1.2096, 10);
    const four = queueing({ plan: "payg", workers: 2, polling: { workers: 2 } });
    expect(idleCommands(four)).toMatchObject({ workers: 4, perMonth: 2_419_200 });
  });

  test("the free plan ends before the month does: refused with the sum and the ways out", () => {
    expect(overdrawnRedis(queueing({ plan: "free" }), "staging")).toEqual({
      path: "redis.queue.plan",
      rule:
        "expected a plan for 604,800 commands a month that idle workers alone send " +
        "(1 × 20,160 a day × 30: a blocking read every 5 s, a check for stalled jobs every 30 s); " +
        "free ends at 500,000, and then every command is refused",
      fix:
        "Set mais:redis.queue.plan to payg (about $1.21 a month for these commands), " +
        "or set mais:redis.queue.plan to fixed_250mb, whose commands are not counted, " +
        "or let the workers ask less often and say so in mais:redis.polling, in Pulumi.staging.yaml",
    });
    expect(overdrawnRedis(queueing({ plan: "free", own: false }), "dev")?.path).toBe("redis.cache.plan");
  });

  test("workers that ask less often fit into it: 1,728 a day, 51,840 a month", () => {
    const patient = queueing({ plan: "free", polling: { readSeconds: 60, stalledSeconds: 300 } });
    expect(idleCommands(patient)).toMatchObject({ perDay: 1_728, perMonth: 51_840 });
    expect(overdrawnRedis(patient, "dev")).toBeUndefined();
  });

  test("pay as you go is refused where idle workers alone reach its budget, and only there", () => {
    const at = (workers: number, budget?: number) =>
      overdrawnRedis(queueing({ plan: "payg", workers, ...(budget === undefined ? {} : { budget }) }), "prod");
    // 16 × $1.2096 = $19.3536, 17 × $1.2096 = $20.5632.
    expect(at(16, 20)).toBeUndefined();
    expect(at(17, 20)).toMatchObject({
      path: "redis.queue.budget",
      rule: expect.stringContaining("10,281,600 commands a month"),
      fix: expect.stringMatching(/^Set mais:redis.queue.budget to 21 or more, /),
    });
    expect(at(17, 20)?.rule).toContain("cost $20.56 at $0.20 for each 100,000");
    expect(at(1_000)).toBeUndefined();
  });

  test("a fixed plan does not count, and without a worker nobody asks", () => {
    expect(overdrawnRedis(queueing({ plan: "fixed_250mb", workers: 100 }), "prod")).toBeUndefined();
    const idle = { ...queueing({ plan: "free" }), worker: false } as DraftSettings;
    expect([idleCommands(idle), overdrawnRedis(idle, "prod")]).toEqual([undefined, undefined]);
    expect(idleCommands({ redis: idle.redis } as DraftSettings)).toBeUndefined();
  });
});
