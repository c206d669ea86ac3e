import type { ResourceDefinition } from "./define-resource.ts";
import { diffInputs } from "./diff.ts";
import type { PropertyMap } from "./values.ts";

/**
 * The live inputs that the user manages: those in the old inputs, at every depth, so that a value which the vendor
 * filled in never shows as a change. Without old inputs (import) it is everything that is live.
 */
export function managedInputs(
  definition: ResourceDefinition,
  live: PropertyMap,
  olds: PropertyMap | undefined,
): PropertyMap {
  const writeOnly = new Set((definition.writeOnly ?? []).map(String));
  const result: PropertyMap = {};
  for (const property of Object.keys(definition.inputs)) {
    const old = olds?.[property];
    if (olds && old === undefined) continue;
    const seen = property in live && !writeOnly.has(property) ? trim(live[property], old, olds !== undefined) : old;
    // Told apart only by order where order has no meaning: the user's own order stays.
    const equal =
      old !== undefined && diffInputs(definition, { [property]: old }, { [property]: seen }).changed.size === 0;
    if (seen !== undefined && seen !== null) result[property] = equal ? old : seen;
  }
  if (olds?.replaceData !== undefined) result.replaceData = olds.replaceData;
  return result;
}

/** Inside an object only the keys that the user wrote count. Maps whose keys the user owns are read whole by the resource. */
function trim(live: unknown, old: unknown, managed: boolean): unknown {
  if (managed && Array.isArray(live) && Array.isArray(old) && live.length === old.length)
    return live.map((item, index) => trim(item, old[index], true));
  if (!managed || !isRecord(live) || !isRecord(old)) return live;
  return Object.fromEntries(Object.keys(old).map((key) => [key, trim(live[key], old[key], managed)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
