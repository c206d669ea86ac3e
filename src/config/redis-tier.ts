import * as z from "zod";
import { UPSTASH_PLANS } from "./vendor-terms.ts";

const count = (max: number) => z.int().min(1).max(max);

const redisDatabase = z
  .strictObject({
    /** What Upstash bills. The cheapest that BullMQ's polling does not exhaust is fixed_250mb. */
    plan: z.enum(UPSTASH_PLANS),
    /** With pay as you go: US dollars a month, at which Upstash throttles. Left out, Upstash's own stays. */
    budget: count(1_000_000).optional(),
    dailyBackup: z.boolean().default(false),
    /** Raise it after a leak: the old password opens nothing from then on, until services run with the new one. */
    passwordGeneration: count(1_000_000).default(1),
  })
  .refine(({ plan, budget }) => budget === undefined || plan === "payg", {
    path: ["budget"],
    message: "expected nothing: only pay as you go has a budget",
  })
  .refine(({ plan, dailyBackup }) => !dailyBackup || plan !== "free", {
    path: ["dailyBackup"],
    message: "expected false: the free plan has no backups",
  });

/** Redis on Upstash. */
export const redis = z
  .strictObject({
    cache: redisDatabase,
    /** BullMQ's queue has a database of its own, so that the cache may evict and the queue never does. `false`: both share one, without eviction. */
    queue: z.union([z.literal(false), redisDatabase]),
    /** How often the application's BullMQ workers ask while there is nothing to do: what their code sets. */
    polling: z
      .strictObject({
        /** In each process of the worker. */
        workers: count(1_000).default(1),
        /** BullMQ's `drainDelay`. */
        readSeconds: count(3_600).default(5),
        /** BullMQ's `stalledInterval`, in seconds. */
        stalledSeconds: count(3_600).default(30),
      })
      .prefault({}),
  })
  .refine(({ cache, queue }) => !queue || cache.plan !== "free" || queue.plan !== "free", {
    path: ["queue", "plan"],
    message: "expected another plan than free: an account has one free database, and the cache is it",
  });
