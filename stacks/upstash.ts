import { CacheTier } from "../src/components/cache-tier.ts";
import type { Context } from "./configure.ts";
import type { Values } from "./wire.ts";

export function caches({ configuration: { settings, environment }, provider, nameOf }: Context): Values {
  if (!settings.redis) return {};
  const { REDIS_URL, REDIS_QUEUE_URL } = settings.receipts;
  const cache = renewed(settings.redis.cache, REDIS_URL?.generation);
  const queue = settings.redis.queue && renewed(settings.redis.queue, REDIS_QUEUE_URL?.generation);
  const args = {
    ...{ namePrefix: nameOf("redis"), region: settings.regions.upstash, cache, queue },
    keep: settings.protect && environment !== "dev",
  };
  const { cacheUrl, queueUrl } = new CacheTier("redis", args, { providers: [provider("upstash")] });
  return { REDIS_URL: cacheUrl, REDIS_QUEUE_URL: queueUrl };
}

/** Each renewal gives another password, and so does a raised setting. */
function renewed<Terms extends { passwordGeneration: number }>(terms: Terms, generation = 1): Terms {
  return { ...terms, passwordGeneration: terms.passwordGeneration + generation - 1 };
}
