import type { Call } from "../emulator.ts";
import type { Store } from "../store.ts";
import { refuse } from "./refusals.ts";

/** 120 requests in 60 s for each endpoint of a project. Source: https://supabase.com/docs/reference/api/introduction */
const LIMIT = 120;
const WINDOW_MS = 60_000;

interface Window {
  startedAt: number;
  used: number;
}

/** Counts are no objects of the vendor, so they are not kept in the store and start anew with the sandbox. */
const windows = new WeakMap<Store, Map<string, Window>>();

function windowOf(call: Call): Window {
  const counts = windows.get(call.store) ?? new Map<string, Window>();
  windows.set(call.store, counts);
  const key = `${call.method} ${call.path}`;
  const now = call.now.getTime();
  const current = counts.get(key);
  if (current && now < current.startedAt + WINDOW_MS) return current;
  const fresh = { startedAt: now, used: 0 };
  counts.set(key, fresh);
  return fresh;
}

/** Counts the request; over the limit everything is refused until the window ends. `Retry-After` is not documented. */
export function countRequest(call: Call): void {
  const window = windowOf(call);
  window.used++;
  if (window.used > LIMIT) throw refuse(429, "ThrottlerException: Too Many Requests");
}

export function rateLimitHeaders(call: Call): Record<string, string> {
  const { startedAt, used } = windowOf(call);
  const secondsLeft = Math.ceil((startedAt + WINDOW_MS - call.now.getTime()) / 1000);
  return {
    "x-ratelimit-limit": String(LIMIT),
    "x-ratelimit-remaining": String(Math.max(0, LIMIT - used)),
    "x-ratelimit-reset": String(secondsLeft),
  };
}
