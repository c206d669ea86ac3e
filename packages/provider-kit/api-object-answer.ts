import { isDeepStrictEqual } from "node:util";

type Fields = Record<string, unknown>;

/** The value at `a.b.0`, or at the JSON pointer `/a/b/0`; the whole for an empty path. Undefined where it leads nowhere. */
export function answerAt(answer: unknown, path = ""): unknown {
  let at = answer;
  for (const step of stepsOf(path)) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, step)) return undefined;
    at = (at as Fields)[step];
  }
  return at;
}

function stepsOf(path: string): string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) return path.split(".");
  const steps = path.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * What was written, as it is now: keys that nobody wrote do not count, nor do those that the answer lacks. A value that
 * means the same in another spelling (`5` and `"5"`, another order of a list's elements) stays as it was written.
 */
export function writtenAsLive(written: Fields, answer: unknown, unseen: readonly string[] = []): Fields {
  const hidden = new Set(unseen.map((path) => JSON.stringify(stepsOf(path))));
  // The top of what was written is an object, and so is the result.
  return liveValue(written, answer, { at: [], hidden }) as Fields;
}

interface Position {
  at: readonly string[];
  /** Places that are never compared, as JSON lists of steps. */
  hidden: ReadonlySet<string>;
}

function liveValue(written: unknown, answer: unknown, position: Position): unknown {
  if (answer === undefined || position.hidden.has(JSON.stringify(position.at))) return written;
  if (isFields(written) && isFields(answer)) {
    const inside = (key: string) => ({ ...position, at: [...position.at, key] });
    return Object.fromEntries(
      Object.entries(written).map(([key, value]) => [key, liveValue(value, answer[key], inside(key))]),
    );
  }
  return agree(written, answer) ? written : answer;
}

/** Whether the answer says what was written, with whatever else it may hold. */
export function agree(written: unknown, answer: unknown): boolean {
  if (isEmpty(written) && isEmpty(answer)) return true;
  if (Array.isArray(written) && Array.isArray(answer)) return agreeInAnyOrder(written, answer);
  if (isFields(written) && isFields(answer))
    return Object.entries(written).every(([key, value]) => answer[key] === undefined || agree(value, answer[key]));
  if (isScalar(written) && isScalar(answer)) return String(written) === String(answer);
  return isDeepStrictEqual(written, answer);
}

function agreeInAnyOrder(written: readonly unknown[], answer: readonly unknown[]): boolean {
  if (written.length !== answer.length) return false;
  const rest = [...answer];
  return written.every((one) => {
    const index = rest.findIndex((other) => agree(one, other));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

/** Vendors answer null, nothing, or an empty text or list for what is not set. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Both bodies in one; where both name a key the later wins, objects are joined. */
export function joined(first: Fields, ...others: readonly (Fields | undefined)[]): Fields {
  const result = { ...first };
  for (const other of others)
    for (const [key, value] of Object.entries(other ?? {})) {
      const before = result[key];
      result[key] = isFields(before) && isFields(value) ? joined(before, value) : value;
    }
  return result;
}
