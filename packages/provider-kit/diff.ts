import { isDeepStrictEqual } from "node:util";
import type { InputProblem, ResourceDefinition } from "./define-resource.ts";
import { hasUnknown, type PropertyMap, UNKNOWN } from "./values.ts";

export interface PropertyChange {
  /** `envVars.LOG_LEVEL.value`, `enabledEvents[3]` */
  path: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

export interface Difference {
  /** Top-level inputs that differ. */
  changed: Set<string>;
  replaces: boolean;
  changes: PropertyChange[];
}

/** What changes between the inputs that the engine kept and the new ones. An unknown value counts as a change. */
export function diffInputs(definition: ResourceDefinition, olds: PropertyMap, news: PropertyMap): Difference {
  const changed = changedInputs(definition, olds, news);
  const fixed = new Set((definition.replaceOn ?? []).map(String));
  const changes = [...changed].flatMap((property) => {
    const replaces = fixed.has(property) || !definition.update;
    return describe(property, olds[property], news[property]).map((change) => ({ ...change, replaces }));
  });
  return { changed, replaces: changes.some(({ replaces }) => replaces), changes };
}

/** Names of the top-level inputs that differ; `replaceData` is a permission, not a property of the object. */
export function changedInputs(definition: ResourceDefinition, olds: PropertyMap, news: PropertyMap): Set<string> {
  const unordered = new Set((definition.unordered ?? []).map(String));
  const names = new Set([...Object.keys(olds), ...Object.keys(news)].filter((name) => name in definition.inputs));
  const differs = (name: string) =>
    !same(olds[name], news[name], unordered.has(name)) &&
    !meansTheSame(definition, olds[name], { name, next: news[name] });
  return new Set([...names].filter(differs));
}

/** Spelt otherwise, and yet no change to the vendor's object. */
function meansTheSame(
  { equal }: ResourceDefinition,
  old: unknown,
  { name, next }: { name: string; next: unknown },
): boolean {
  if (!equal?.[name] || old === undefined || hasUnknown(old) || hasUnknown(next)) return false;
  return equal[name](old as NonNullable<unknown>, next);
}

function same(a: unknown, b: unknown, unordered: boolean): boolean {
  if (hasUnknown(a) || hasUnknown(b)) return false;
  if (unordered && Array.isArray(a) && Array.isArray(b)) return isDeepStrictEqual(sorted(a), sorted(b));
  return isDeepStrictEqual(a, b);
}

function sorted(list: readonly unknown[]): string[] {
  return list.map((item) => JSON.stringify(item)).sort();
}

function describe(path: string, old: unknown, next: unknown): Omit<PropertyChange, "replaces">[] {
  if (old === undefined) return [{ path, kind: "add" }];
  if (next === undefined) return [{ path, kind: "delete" }];
  if (!isRecord(old) || !isRecord(next)) return [{ path, kind: "update" }];
  const keys = new Set([...Object.keys(old), ...Object.keys(next)]);
  return [...keys]
    .filter((key) => next[key] === UNKNOWN || hasUnknown(next[key]) || !isDeepStrictEqual(old[key], next[key]))
    .flatMap((key) =>
      describe(/^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, old[key], next[key]),
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Data is never replaced by accident: each fixed input that would change is a problem, unless `replaceData` names the object. */
export function guardData(
  definition: ResourceDefinition,
  olds: PropertyMap,
  news: PropertyMap,
  name: string,
): InputProblem[] {
  if (!holdsData(definition, olds) || Object.keys(olds).length === 0 || news.replaceData === name) return [];
  const { changes } = diffInputs(definition, olds, news);
  const replacing = changes.filter(({ path, replaces }) => replaces && !hasUnknown(news[topLevel(path)]));
  return [...new Set(replacing.map(({ path }) => topLevel(path)))].map((property) => ({
    property,
    reason:
      `cannot change in place, and "${name}" holds data that a replacement would lose. ` +
      `${definition.migration ?? "Make a second one beside it, move the data, then remove this one."} ` +
      `To replace it and lose the data, set replaceData: ${JSON.stringify(name)}`,
  }));
}

function holdsData({ dataBearing = false }: ResourceDefinition, olds: PropertyMap): boolean {
  return typeof dataBearing === "function" ? dataBearing(olds) : dataBearing;
}

function topLevel(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}
