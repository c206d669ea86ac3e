import { z } from "zod";

/** Nobody waits longer than this for one answer. */
const LONGEST_DELAY_MS = 120_000;
const STATUSES = [401, 429, 500, 502, 503, 504] as const;

/** Which calls a fault is meant for. */
const selection = {
  /** `render`; every vendor, when left out. */
  vendor: z.string().min(1).optional(),
  /** `POST`; every method, when left out. */
  method: z.string().min(1).toUpperCase().optional(),
  /** Beneath `/<vendor>`, the whole path: `*` stands for one segment, `**` for any rest. Every path, when left out. */
  path: z.string().startsWith("/").optional(),
  /** The first matching call that it hits, counted from 1 since it was added. */
  nth: z.int().min(1).default(1),
  /** How many calls it hits from there on. By default one; with a probability or `seconds`, without end. */
  times: z.int().min(1).optional(),
  /** An outage: for so long on the sandbox's clock it hits whatever matches, counted from its first hit. */
  seconds: z.int().min(1).optional(),
  /** Of each matching call, instead of certainly. */
  probability: z.number().gt(0).max(1).optional(),
  /** The same seed hits the same calls. */
  seed: z.union([z.string(), z.number()]).default(0),
};

/** The vendor does what was asked before the fault strikes, so that only the answer is lost or late. */
const handled = z.boolean().default(false);
const delay = z.int().min(0).max(LONGEST_DELAY_MS);

/** What goes wrong, and with which calls. Strict, since a misspelt name would hit other calls than the ones that were meant. */
export const FaultSpec = z.discriminatedUnion("kind", [
  z.strictObject({
    ...selection,
    kind: z.literal("status"),
    status: z.union(STATUSES.map((status) => z.literal(status))),
    /** The header `Retry-After` as it is to be sent: seconds (also 0 or negative), a date, or nonsense. */
    retryAfter: z.coerce.string().optional(),
    handled,
  }),
  /** The request waits; where it is `handled`, the answer does. */
  z.strictObject({ ...selection, kind: z.literal("latency"), ms: delay, handled }),
  /** The connection ends before the vendor has heard of it. */
  z.strictObject({ ...selection, kind: z.literal("cut-before") }),
  /** The vendor has done it, and the connection ends without an answer. */
  z.strictObject({ ...selection, kind: z.literal("cut-after") }),
  /** The vendor has done it, and the connection ends in the middle of the answer's body. */
  z.strictObject({ ...selection, kind: z.literal("half") }),
  /** The vendor has done it, and its answer is well delivered, but its JSON stops in the middle. */
  z.strictObject({ ...selection, kind: z.literal("truncated") }),
  /** A gateway's page in place of JSON. */
  z.strictObject({ ...selection, kind: z.literal("html"), status: z.int().min(200).max(599).default(502), handled }),
  /** The sandbox's clock jumps ahead before the call is answered. */
  z.strictObject({ ...selection, kind: z.literal("clock"), advanceMs: z.int().min(1) }),
]);
export type FaultSpec = z.output<typeof FaultSpec>;
export type FaultInput = z.input<typeof FaultSpec>;

export const FAULT_KINDS = [
  "status",
  "latency",
  "cut-before",
  "cut-after",
  "half",
  "truncated",
  "html",
  "clock",
] as const;
