import type { FaultInput } from "../src/sandbox/fault-spec.ts";

const DAY_MS = 86_400_000;

/** Everything that can go wrong with one call. */
export const FAULTS: readonly FaultInput[] = [
  { kind: "status", status: 429 },
  { kind: "status", status: 429, retryAfter: "0" },
  { kind: "status", status: 429, retryAfter: "-5" },
  { kind: "status", status: 429, retryAfter: "3" },
  { kind: "status", status: 429, retryAfter: "Wed, 21 Oct 2099 07:28:00 GMT" },
  { kind: "status", status: 401 },
  { kind: "status", status: 500 },
  { kind: "status", status: 500, handled: true },
  { kind: "status", status: 502 },
  { kind: "status", status: 503 },
  { kind: "status", status: 503, retryAfter: "2" },
  { kind: "status", status: 504 },
  { kind: "status", status: 504, handled: true },
  { kind: "latency", ms: 5 },
  { kind: "latency", ms: 5, handled: true },
  { kind: "cut-before" },
  { kind: "cut-after" },
  { kind: "half" },
  { kind: "truncated" },
  { kind: "html" },
  { kind: "html", handled: true },
  { kind: "html", status: 200, handled: true },
  { kind: "clock", advanceMs: DAY_MS + 1 },
];
