import { z } from "zod";
import type { Tree } from "./form.ts";
import { invalid } from "./refusals.ts";

/** Building blocks for a route's parameters: text on the wire, values behind. `Rule` carries Stripe's error code. */
function rule(code: string, holds: (text: string) => boolean, message: (text: string) => string) {
  return z.string().superRefine((text, context) => {
    if (!holds(text)) context.addIssue({ code: "custom", message: message(text), params: { code } });
  });
}

export const flag = rule(
  "parameter_invalid_boolean",
  (text) => text === "true" || text === "false",
  (text) => `Invalid boolean: ${text}`,
).transform((text) => text === "true");

export const integer = rule(
  "parameter_invalid_integer",
  (text) => /^-?\d{1,15}$/.test(text),
  (text) => `Invalid integer: ${text}`,
).transform(Number);

/** At most 12 decimal places; kept as text, because Stripe keeps it exactly. */
export const decimal = rule(
  "parameter_invalid_decimal",
  (text) => /^-?\d+(\.\d{1,12})?$/.test(text),
  (text) => `Invalid decimal: ${text}`,
);

export function text(maxLength = 5000) {
  return rule(
    "parameter_invalid_string_too_long",
    (value) => value.length <= maxLength,
    (value) => `Invalid string: ${value.slice(0, 12)}...; must be at most ${maxLength} characters`,
  ).superRefine((value, context) => {
    if (value === "")
      context.addIssue({
        code: "custom",
        message:
          "You passed an empty string. We assume empty values are an attempt to unset a parameter; however it cannot be unset.",
        params: { code: "parameter_invalid_empty" },
      });
  });
}

export function oneOf<const T extends readonly [string, ...string[]]>(...values: T) {
  return z.string().transform((value, context): T[number] => {
    if (values.includes(value)) return value;
    context.addIssue({ code: "custom", message: `must be one of ${values.join(", ")}` });
    return z.NEVER;
  });
}

/** The empty string clears. */
export function clearable<T extends z.ZodType>(inner: T) {
  return z.preprocess((value) => (value === "" ? null : value), inner.nullable()).optional();
}

export function list<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (isTree(value) && Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : value),
    z.array(item),
  );
}

export function group<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess(plain, z.strictObject(shape));
}

/** `metadata[k]=` deletes one key; `metadata=` clears all. https://docs.stripe.com/api/metadata */
export const metadata = clearable(
  z.preprocess(plain, z.record(z.string(), z.string())).superRefine((entries, context) => {
    for (const [key, value] of Object.entries(entries)) {
      const problem =
        key.length > 40
          ? "Metadata keys must be at most 40 characters"
          : /[[\]]/.test(key)
            ? "Metadata keys may not hold square brackets"
            : value.length > 500
              ? "Metadata values must be at most 500 characters"
              : undefined;
      if (problem) context.addIssue({ code: "custom", path: [key], message: `${problem}.` });
    }
  }),
);

export const expand = list(z.string()).optional();

/** Parses a route's parameters, or refuses the first fault as Stripe words it. */
export function readParameters<T extends z.ZodRawShape>(shape: T, given: unknown) {
  const tree = isTree(given) ? given : {};
  const parsed = z.strictObject({ ...shape, expand }).safeParse({ ...tree });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new Error("zod failed without an issue");
  throw refusalOf(issue, tree);
}

function refusalOf(issue: z.core.$ZodIssue, tree: Tree) {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const param = bracketed([...path, issue.keys[0] ?? ""]);
    return invalid(param, `Received unknown parameter: ${param}`, "parameter_unknown");
  }
  const param = bracketed(path);
  if (valueAt(tree, path) === undefined)
    return invalid(param, `Missing required param: ${param}.`, "parameter_missing");
  if (issue.code === "custom") {
    const code = typeof issue.params?.code === "string" ? issue.params.code : undefined;
    return invalid(
      param,
      /^(Invalid|You|Metadata)/.test(issue.message) ? issue.message : `Invalid ${param}: ${issue.message}`,
      code,
    );
  }
  return invalid(param, `Invalid ${issue.code === "invalid_type" ? issue.expected : "value"} for ${param}`);
}

function bracketed([first = "", ...rest]: string[]): string {
  return first + rest.map((part) => `[${part}]`).join("");
}

function valueAt(tree: Tree, path: string[]): unknown {
  let at: unknown = tree;
  for (const part of path) at = isTree(at) ? at[part] : undefined;
  return at;
}

function plain(value: unknown): unknown {
  return isTree(value) ? { ...value } : value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Given metadata is merged into what is there. */
export function mergeMetadata(
  old: Record<string, string>,
  given: Record<string, string> | null | undefined,
): Record<string, string> {
  if (given === undefined) return old;
  if (given === null) return {};
  const merged = Object.entries({ ...old, ...given }).filter(([, value]) => value !== "");
  if (merged.length > 50) throw invalid("metadata", "You can specify at most 50 metadata keys.");
  return Object.fromEntries(merged);
}
