import * as bullmq from "bullmq";
import { Redis } from "ioredis";

/** @typedef {ReturnType<typeof openQueue>} Queue */

export const QUEUE = "bookings";
const REPORTS = "mais:fingerprints";
const LIMIT_MS = 2_000;
/** Why a connection is away at the moment. @type {WeakMap<Redis, string>} */
const problemOf = new WeakMap();

/**
 * The producer's side of the queue. Nothing is contacted before the first question, and none waits for longer than two
 * seconds for a Redis that is away.
 * @param {import("./settings.js").Settings} settings
 */
export function openQueue({ queueUrl }) {
  const redis = connect(queueUrl, { lazyConnect: true, maxRetriesPerRequest: 1 });
  /** @type {bullmq.Queue | undefined} */
  let queue;
  const opened = () => {
    queue ??= new bullmq.Queue(QUEUE, { connection: redis });
    // The connection says so already.
    queue.on("error", () => {});
    return queue;
  };
  return {
    isGiven: queueUrl !== undefined,
    async ping() {
      await limited(redis.ping()).catch((error) => {
        throw Object.assign(error, { code: problemOf.get(redis) ?? error.code });
      });
    },
    /** Asks for a booking's confirmation; asking again while that waits is asking once. @param {string} id */
    async confirm(id) {
      const options = { jobId: `booking-${id}`, attempts: 5, backoff: { type: "exponential", delay: 1_000 } };
      await limited(opened().add("confirm", { id }, { ...options, removeOnComplete: true, removeOnFail: true }));
    },
    /** How many bookings wait for their confirmation. */
    waiting: () => limited(opened().getWaitingCount()),
    /** Where the processes leave what `rotation.js` tells of them. */
    board: boardIn(redis),
    async close() {
      await queue?.close().catch(() => {});
      redis.disconnect();
    },
  };
}

/**
 * A hash of the reports, by instance.
 * @param {Redis} redis
 * @returns {import("./rotation.js").Board}
 */
export function boardIn(redis) {
  return {
    write: (instance, report) => limited(redis.hset(REPORTS, instance, report)),
    read: () => limited(redis.hgetall(REPORTS)),
    remove: (instance) => limited(redis.hdel(REPORTS, instance)),
  };
}

/**
 * A connection that goes on trying, at most ten seconds apart, and says once that it cannot.
 * @param {string | undefined} url
 * @param {import("ioredis").RedisOptions} options
 */
export function connect(url, options) {
  const redis = new Redis(url ?? "redis://127.0.0.1:6379", {
    connectTimeout: LIMIT_MS,
    retryStrategy: (times) => Math.min(times * 500, 10_000),
    ...options,
  });
  redis.on("error", (error) => {
    const problem = error.code ?? error.name;
    if (!problemOf.has(redis)) console.error(`redis: unreachable (${problem}); trying again`);
    problemOf.set(redis, problem);
  });
  redis.on("ready", () => {
    if (problemOf.delete(redis)) console.log("redis: reached");
  });
  return redis;
}

/**
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function limited(work) {
  const late = Promise.withResolvers();
  const timer = setTimeout(() => late.reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), LIMIT_MS);
  // It may still fail when nobody waits any more.
  work.catch(() => {});
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
