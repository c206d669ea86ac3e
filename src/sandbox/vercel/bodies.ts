import type { z } from "zod";
import { badRequest } from "./refusals.ts";

/** Judges a body the way Vercel's validator words it; bodies are closed, so an unknown field is refused. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`Invalid request: ${issue ? wording(issue, body) : "the body is not valid"}.`);
}

function wording(issue: z.core.$ZodIssue, body: unknown): string {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") return `should NOT have additional property \`${issue.keys[0]}\``;
  if (issue.code === "invalid_type" && valueAt(body, issue.path) === undefined)
    return `missing required property \`${path}\``;
  if (issue.code === "invalid_type") return `\`${path}\` should be ${issue.expected}`;
  return `\`${path}\` ${issue.message}`;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let at = body;
  for (const step of path) at = at !== null && typeof at === "object" ? Reflect.get(at, step) : undefined;
  return at;
}
