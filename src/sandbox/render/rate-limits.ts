import type { Call } from "../emulator.ts";
import type { World } from "../world.ts";
import { tooManyRequests } from "./refusals.ts";

interface Bucket {
  name: string;
  limit: number;
  windowMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Limits as seen in real answers (https://api-docs.render.com/reference/rate-limiting documents fewer of them). */
export function bucketOf(method: string, path: string): Bucket {
  if (method === "GET") return { name: "get", limit: 400, windowMs: MINUTE };
  const [, , kind, id, action] = path.split("/");
  const create = method === "POST" && !id && ["services", "key-value", "redis"].includes(kind ?? "");
  if (create) return { name: "create", limit: 20, windowMs: HOUR };
  if (kind === "services" && method === "POST" && action === "jobs") {
    return { name: "jobs", limit: 2_000, windowMs: HOUR };
  }
  if (kind === "services" && method === "POST" && action === "custom-domains") {
    // The figure was seen, its window was not.
    return { name: "custom domains", limit: 50, windowMs: MINUTE };
  }
  const slow = ["deploys", "resume", "suspend", "scale"].includes(action ?? "");
  if (kind === "services" && ((method === "PATCH" && !action) || (method === "POST" && slow))) {
    return { name: `service ${id}`, limit: 10, windowMs: MINUTE };
  }
  return { name: "write", limit: 100, windowMs: MINUTE };
}

interface Window {
  until: number;
  used: number;
}

const windows = new WeakMap<World, Map<string, Window>>();

function windowOf({ world, now }: Call, { name, windowMs }: Bucket): Window {
  const mine = windows.get(world) ?? new Map<string, Window>();
  windows.set(world, mine);
  const known = mine.get(name);
  if (known && known.until > now.getTime()) return known;
  const fresh = { until: now.getTime() + windowMs, used: 0 };
  mine.set(name, fresh);
  return fresh;
}

/** Every answer counts, refusals too, and says what is left of its bucket. */
export function rateLimitHeaders(call: Call): Record<string, string> {
  const bucket = bucketOf(call.method, call.path);
  const current = windowOf(call, bucket);
  current.used += 1;
  return {
    "ratelimit-limit": String(bucket.limit),
    "ratelimit-remaining": String(Math.max(0, bucket.limit - current.used)),
    "ratelimit-reset": String(Math.ceil((current.until - call.now.getTime()) / 1000)),
  };
}

/**
 * Render's 429, where the sandbox was told to refuse: by itself it only counts, since twenty services an hour would end a
 * day of trying things out. Whether Render sends `Retry-After` is not known, so none is sent.
 */
export function refuseOverLimit(call: Call): void {
  if (!call.world.limits?.refuse) return;
  const bucket = bucketOf(call.method, call.path);
  if (windowOf(call, bucket).used >= bucket.limit) throw tooManyRequests();
}
