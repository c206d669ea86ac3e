import { CacheTier } from "../src/components/cache-tier.ts";
import type { Context } from "./configure.ts";
import type { Values } from "./wire.ts";

export function caches({ configuration: { settings, environment }, provider, nameOf }: Context): Values {
  if (!settings.redis) return {};
  const { cache, queue } = settings.redis;
  const args = {
    ...{ namePrefix: nameOf("redis"), region: settings.regions.upstash, cache, queue },
    keep: settings.protect && environment !== "dev",
  };
  const { cacheUrl, queueUrl } = new CacheTier("redis", args, { providers: [provider("upstash")] });
  return { REDIS_URL: cacheUrl, REDIS_QUEUE_URL: queueUrl };
}
