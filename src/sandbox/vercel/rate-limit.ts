import type { Call } from "../emulator.ts";
import type { Store } from "../store.ts";
import { refusal } from "./refusals.ts";

/** Vercel's figures per endpoint are not published; this one, for all of them together, is ours. */
const LIMIT = 2_000;
const WINDOW_MS = 60_000;

interface Window {
  endsAt: number;
  used: number;
}

/** Not part of what the sandbox keeps: a restart begins a new window. */
const windows = new WeakMap<Store, Window>();

function windowOf({ store, now }: Call): Window {
  const current = windows.get(store);
  if (current && now.getTime() < current.endsAt) return current;
  const next = { endsAt: now.getTime() + WINDOW_MS, used: 0 };
  windows.set(store, next);
  return next;
}

export function countRequest(call: Call): void {
  const window = windowOf(call);
  if (++window.used <= LIMIT) return;
  const resetMs = window.endsAt - call.now.getTime();
  const limit = { total: LIMIT, remaining: 0, reset: Math.ceil(window.endsAt / 1000), resetMs };
  const refused = refusal(429, "rate_limited", "Too many requests.", { limit });
  refused.reply.headers = { "retry-after": String(Math.ceil(resetMs / 1000)) };
  throw refused;
}

/** https://vercel.com/docs/rest-api#rate-limits */
export function rateHeaders(call: Call): Record<string, string> {
  const { used, endsAt } = windowOf(call);
  return {
    "x-ratelimit-limit": String(LIMIT),
    "x-ratelimit-remaining": String(Math.max(0, LIMIT - used)),
    "x-ratelimit-reset": String(Math.ceil(endsAt / 1000)),
  };
}
