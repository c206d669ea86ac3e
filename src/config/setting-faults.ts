import type * as z from "zod";
import { nearest } from "../nearest.ts";
import type { SettingFault } from "./read-settings.ts";

type Issue = z.core.$ZodIssue;

interface Place {
  /** What was written at `path`. */
  value: unknown;
  path: readonly string[];
  schema: z.ZodType;
}

/** Zod's issues in our words. */
export function settingFaults(issues: readonly Issue[], place: Place): SettingFault[] {
  return issues.flatMap((issue) => faultsOf(issue, place));
}

function faultsOf(issue: Issue, place: Place): SettingFault[] {
  const inner = issue.path.map(String);
  const path = [...place.path, ...inner].join(".");
  const value = valueAt(place.value, inner);
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schemaAt(place.schema, inner));
    return issue.keys.map((key) => ({ path: `${path}.${key}`, kind: "invalid", rule: unknownSetting(key, known) }));
  }
  if (issue.code === "invalid_union") {
    const schema = schemaAt(place.schema, inner);
    return schema ? unionFaults(issue, { value, path: [...place.path, ...inner], schema }) : [];
  }
  return [{ path, kind: value === undefined ? "missing" : "invalid", rule: ruleOf(issue) }];
}

export function unknownSetting(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  const names = known.length > 0 ? `; known here: ${known.join(", ")}` : "";
  return close ? `unknown setting; did you mean ${close}?` : `unknown setting${names}`;
}

/** The branch whose own form fits is the one that was meant; where none fits, all are named. */
function unionFaults(issue: Extract<Issue, { code: "invalid_union" }>, place: Place): SettingFault[] {
  const path = place.path.join(".");
  if (place.value === undefined) {
    return [{ path, kind: "missing", rule: "expected its settings, or false to leave it out of the stack" }];
  }
  const branches: readonly (readonly Issue[])[] = issue.errors;
  const meant = branches.find((branch) => !branch.some(isAboutForm));
  if (meant) return settingFaults(meant, place);
  const rules = branches.flatMap((branch) =>
    branch.filter(isAboutForm).map((one) => ruleOf(one).replace(/^expected /, "")),
  );
  return [{ path, kind: "invalid", rule: `expected ${[...new Set(rules)].join(", or ")}` }];
}

function isAboutForm({ path, code }: Issue): boolean {
  return path.length === 0 && code !== "unrecognized_keys";
}

function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `expected ${issue.minimum} or more${UNITS[issue.origin] ?? ""}`;
    case "too_big":
      return `expected ${issue.maximum} or less${UNITS[issue.origin] ?? ""}`;
    case "invalid_key":
      return issue.issues.map(ruleOf).join(", ");
    default:
      return issue.message;
  }
}

const UNITS: Readonly<Record<string, string>> = { string: " characters", array: " entries" };

const TYPE_WORDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  object: "settings with names (a YAML mapping)",
  record: "settings with names (a YAML mapping)",
  array: "a list",
};

function valueAt(value: unknown, path: readonly string[]): unknown {
  // A path comes from the parse of this very value, so what it goes through are objects and lists.
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

/** The schema that judges a path, through wrappers, unions and records. */
function schemaAt(schema: z.ZodType, path: readonly string[]): z.ZodType | undefined {
  const [key, ...rest] = path;
  const plain = unwrap(schema);
  if (key === undefined) return plain;
  const { shape, valueType, element } = definitionOf(plain);
  const next = shape?.[key] ?? valueType ?? element;
  return next && schemaAt(next, rest);
}

interface Definition {
  innerType?: z.ZodType;
  options?: readonly z.ZodType[];
  shape?: Readonly<Record<string, z.ZodType>>;
  valueType?: z.ZodType;
  element?: z.ZodType;
}

/** Zod types the definition per kind of schema; every kind's parts that matter here are optional in `Definition`. */
function definitionOf(schema: z.ZodType): Definition {
  return schema.def as Definition;
}

function unwrap(schema: z.ZodType): z.ZodType {
  const { innerType, options } = definitionOf(schema);
  const next = innerType ?? options?.find((option) => definitionOf(unwrap(option)).shape);
  return next ? unwrap(next) : schema;
}

function knownKeys(schema: z.ZodType | undefined): string[] {
  return Object.keys((schema && definitionOf(schema).shape) ?? {});
}
