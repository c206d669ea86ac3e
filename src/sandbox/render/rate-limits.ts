import type { Call } from "../emulator.ts";
import type { World } from "../world.ts";

interface Bucket {
  name: string;
  limit: number;
  windowMs: number;
}

const MINUTE = 60_000;

/** Limits as seen in real answers (https://api-docs.render.com/reference/rate-limiting documents fewer of them). */
function bucketOf(method: string, path: string): Bucket {
  if (method === "GET") return { name: "get", limit: 400, windowMs: MINUTE };
  if (method === "POST" && path === "/v1/services") return { name: "create", limit: 20, windowMs: 60 * MINUTE };
  const [, , kind, id, action] = path.split("/");
  const slow = ["deploys", "resume", "suspend", "scale"].includes(action ?? "");
  if (kind === "services" && ((method === "PATCH" && !action) || (method === "POST" && slow))) {
    return { name: `service ${id}`, limit: 10, windowMs: MINUTE };
  }
  return { name: "write", limit: 100, windowMs: MINUTE };
}

const windows = new WeakMap<World, Map<string, { until: number; used: number }>>();

/**
 * The rate-limit headers of every answer. The sandbox counts and never refuses by itself: twenty services an hour
 * would end a day of trying things out. The control plane injects 429 where a test wants one.
 */
export function rateLimitHeaders({ method, path, world, now }: Call): Record<string, string> {
  const bucket = bucketOf(method, path);
  const mine = windows.get(world) ?? new Map<string, { until: number; used: number }>();
  windows.set(world, mine);
  const at = now.getTime();
  const known = mine.get(bucket.name);
  const current = known && known.until > at ? known : { until: at + bucket.windowMs, used: 0 };
  current.used += 1;
  mine.set(bucket.name, current);
  return {
    "ratelimit-limit": String(bucket.limit),
    "ratelimit-remaining": String(Math.max(0, bucket.limit - current.used)),
    "ratelimit-reset": String(Math.ceil((current.until - at) / 1000)),
  };
}
