import { isDeepStrictEqual } from "node:util";

export type Values = Record<string, unknown>;

/** Auth fields whose value comes back hashed. Source: the official provider, which never compares them either. */
const HASHED = /_(secret|secrets|pass|token|access_key|api_key|api_secret)$/;

/** Undefined when the text is not a JSON object. */
export function parseObject(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The user's text as it would have to read to describe what is live: only the keys that the user wrote, and the text
 * itself, unchanged, when all of them hold.
 */
export function describeLive(written: string, live: Values): string {
  const wanted = parseObject(written) ?? {};
  const seen = Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => [key, reconcile(key, value, live[key])]),
  );
  return isDeepStrictEqual(seen, wanted) ? written : JSON.stringify(seen);
}

/** For import: everything that is set, save what comes back hashed, which would be written back as it is. */
export function describeAll(live: Values): string {
  const set = Object.entries(live).filter(([key, value]) => value !== null && !HASHED.test(key));
  return JSON.stringify(Object.fromEntries(set));
}

/** Keys of `wanted` whose value is not the one in `before`. */
export function changedKeys(wanted: Values, before: Values): Values {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => !isDeepStrictEqual(value, before[key])));
}

/** Whether every key of the next text is in the old one and means the same: keys that nobody writes are not managed. */
export function isPartOf(old: string, next: string | undefined): boolean {
  const [before, wanted] = [parseObject(old), parseObject(next ?? "")];
  return before !== undefined && wanted !== undefined && holds(before, wanted);
}

function holds(before: Values, wanted: Values): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    if (!(key in before)) return false;
    const known = before[key];
    if (isRecord(value) && isRecord(known)) return holds(known, value);
    return HASHED.test(key) ? isDeepStrictEqual(value, known) : means(value) === means(known);
  });
}

/** What the user wrote where it means the same as what is live, else what is live. A key that is never answered stays. */
function reconcile(key: string, wanted: unknown, live: unknown): unknown {
  if (live === undefined || (HASHED.test(key) && live !== null)) return wanted;
  if (isRecord(wanted) && isRecord(live))
    return Object.fromEntries(
      Object.entries(wanted).map(([inner, value]) => [inner, reconcile(inner, value, live[inner])]),
    );
  return means(wanted) === means(live) ? wanted : live;
}

/** Postgres answers sizes and times in other units, lists come back with other blanks, and addresses in other order. */
function means(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(means).sort());
  if (typeof value !== "string") return JSON.stringify(value);
  return quantity(value) ?? JSON.stringify(value.replace(/\s*,\s*/g, ","));
}

const UNITS: Record<string, number> = {
  ...{ B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 },
  ...{ us: 1, ms: 1e3, s: 1e6, min: 6e7, h: 3.6e9, d: 8.64e10 },
};

function quantity(text: string): string | undefined {
  const [, amount, unit = ""] = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (amount === undefined || factor === undefined) return undefined;
  return `${Number(amount) * factor} ${/B$/.test(unit) ? "bytes" : "microseconds"}`;
}

function isRecord(value: unknown): value is Values {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
