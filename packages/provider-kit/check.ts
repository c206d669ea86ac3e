import type { z } from "zod";
import type { ProviderDefinition } from "./define-provider.ts";
import type { InputProblem, ResourceDefinition } from "./define-resource.ts";
import { parseUrn } from "./urn.ts";
import { hasUnknown, type PropertyMap, UNKNOWN, valueAt } from "./values.ts";

export interface Checked {
  inputs: PropertyMap;
  problems: InputProblem[];
}

/**
 * Judges the program's inputs, with unknown values among them: fills in defaults and the automatic name, and returns
 * every problem at once.
 */
export function checkInputs(definition: ResourceDefinition, news: PropertyMap, urn: string): Checked {
  const { replaceData, ...given } = withAutoName(definition, news, urn);
  const permission = replaceData !== undefined && definition.dataBearing ? { replaceData } : undefined;
  const judged = permission ? given : { ...given, replaceData };
  const { inputs, problems } = judgeAll(definition.inputs, judged, { kind: "resource", refuses: definition.refuses });
  // The rules see parsed inputs: `problems` is empty, so each property has been judged by its own schema.
  if (problems.length === 0 && !hasUnknown(inputs)) problems.push(...(definition.check?.(inputs as never) ?? []));
  return { inputs: { ...inputs, ...permission }, problems };
}

/** Judges a function's arguments, all of them known. */
export function checkArguments({ inputs }: { inputs: Record<string, z.ZodType> }, given: PropertyMap): Checked {
  return judgeAll(inputs, given, { kind: "function" });
}

/** Judges a provider instance's configuration, with unknown values among it. */
export function checkConfig({ title, config }: ProviderDefinition, given: PropertyMap): InputProblem[] {
  const known = ["endpoint", "version", ...Object.keys(config)];
  const problems = Object.keys(given)
    .filter((property) => !known.includes(property))
    .map((property) => ({
      property,
      reason: `is not configuration of the ${title} provider; it takes ${known.join(", ")}. Tokens come from the environment`,
    }));
  // A default instance, which `pulumi import` uses, knows no account: what is left out is asked for where it is needed.
  for (const [property, schema] of Object.entries(config))
    if (given[property] !== undefined) judge(property, schema, given[property], problems);
  const { endpoint } = given;
  if (endpoint !== undefined && endpoint !== "sandbox")
    problems.push({ property: "endpoint", reason: 'is the word "sandbox", or left out for the vendor itself' });
  return problems;
}

interface Judged {
  kind: "resource" | "function";
  refuses?: ResourceDefinition["refuses"];
}

function judgeAll(shape: Record<string, z.ZodType>, given: PropertyMap, { kind, refuses = {} }: Judged): Checked {
  const problems: InputProblem[] = [];
  const inputs: PropertyMap = {};
  for (const [property, schema] of Object.entries(shape)) {
    const value = judge(property, schema, given[property], problems);
    if (value !== undefined) inputs[property] = value;
  }
  for (const property of Object.keys(given)) {
    if (property in shape || given[property] === undefined) continue;
    problems.push({ property, reason: refuses[property] ?? unknownProperty(property, Object.keys(shape), kind) });
  }
  return { inputs, problems };
}

function judge(property: string, schema: z.ZodType, value: unknown, problems: InputProblem[]): unknown {
  if (value === UNKNOWN) return UNKNOWN;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.filter((issue) => !concernsUnknown(value, issue.path as (string | number)[]));
  for (const issue of issues) {
    const where = [property, ...issue.path.map(String)].join(".");
    problems.push({ property: where, reason: value === undefined ? "is required" : issue.message });
  }
  return value;
}

/** An issue at, above or below an unknown value says nothing yet. */
function concernsUnknown(value: unknown, path: readonly (string | number)[]): boolean {
  for (let length = 0; length < path.length; length++)
    if (valueAt(value, path.slice(0, length)) === UNKNOWN) return true;
  return hasUnknown(valueAt(value, path));
}

function withAutoName({ autoName }: ResourceDefinition, news: PropertyMap, urn: string): PropertyMap {
  if (!autoName || news[autoName.property] !== undefined) return news;
  const { project, stack, name } = parseUrn(urn);
  return { ...news, [autoName.property]: `${project}-${stack}-${name}`.slice(0, autoName.maxLength) };
}

function unknownProperty(property: string, known: readonly string[], kind: "resource" | "function"): string {
  const near = known.find((name) => name.toLowerCase() === property.toLowerCase() || distance(name, property) <= 2);
  return `is not ${kind === "resource" ? "a property" : "an argument"} of this ${kind}${near ? `; did you mean "${near}"?` : ""}`;
}

/** Levenshtein's distance, for short names. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
