import { z } from "zod";
import type { Call } from "../emulator.ts";
import { refuse } from "./refusals.ts";

/** Reads the body by a route's fields. Unknown fields are ignored (inferred: Postmark's SDKs send such). */
export function readFields<T extends z.ZodRawShape>(call: Call, shape: T): z.output<z.ZodObject<T>> {
  if (typeof call.body !== "object" || call.body === null || Array.isArray(call.body))
    throw refuse(402, "Received invalid JSON input: an object is needed.");
  const parsed = z.object(shape).safeParse(call.body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new Error("zod failed without an issue");
  const code = issue.code === "custom" ? issue.params?.code : undefined;
  const field = issue.path.join(".");
  if (typeof code === "number") throw refuse(code, issue.message);
  throw refuse(403, `The '${field}' field is missing or invalid.`);
}

/** A text that must hold a rule with an ErrorCode of its own. */
export function text(code: number, message: string, holds: (value: string) => boolean) {
  return z.string().superRefine((value, context) => {
    if (!holds(value)) context.addIssue({ code: "custom", message, params: { code } });
  });
}

/** "count" and "offset" are both required on lists. */
export function readPage(call: Call): { count: number; offset: number } {
  const count = number(call, "count");
  const offset = number(call, "offset");
  if (count < 1 || count > 500) throw refuse(403, "Parameter 'count' must be between 1 and 500.");
  return { count, offset };
}

function number(call: Call, name: string): number {
  const given = call.query.get(name) ?? "";
  if (!/^\d+$/.test(given)) throw refuse(403, `Parameter '${name}' is required and must be a number.`);
  return Number(given);
}

/** Ids count up and are never given twice, not even after a delete. */
export function nextNumber(call: Call, kind: string, first: number): number {
  const counters = call.store.collection<{ last: number }>("counters");
  const counter = counters.get(kind) ?? counters.set(kind, { last: first - 1 });
  counter.last += 1;
  return counter.last;
}

export function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** ISO 8601 with an offset, as Postmark writes it. */
export function timestamp(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "+00:00");
}
