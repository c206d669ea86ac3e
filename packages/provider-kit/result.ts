import type { ResourceDefinition } from "./define-resource.ts";
import { versioned } from "./state-version.ts";
import { type Decoded, type Path, type PropertyMap, UNKNOWN, valueAt } from "./values.ts";

/** State's view of an object: the program's inputs as they are, what the vendor filled in beside them, and the outputs. */
export function stateOf(definition: ResourceDefinition, inputs: Decoded, live: PropertyMap): Decoded {
  const filledIn = Object.entries(pick(definition.inputs, live)).filter(
    ([key]) => inputs.properties[key] === undefined,
  );
  const properties = { ...Object.fromEntries(filledIn), ...inputs.properties, ...pick(definition.outputs, live) };
  return {
    properties: versioned(definition, properties),
    secretPaths: [...inputs.secretPaths, ...alwaysSecret(definition, properties)],
  };
}

/** Where values stand that are secret whatever the program says. */
export function alwaysSecret({ secrets }: ResourceDefinition, properties: PropertyMap): Path[] {
  return secretPaths(secrets?.map(String), properties);
}

/** Where the patterns' values stand; a `*` stands for every element or key. */
export function secretPaths(patterns: readonly string[] = [], properties: PropertyMap): Path[] {
  return patterns.flatMap((pattern) => expand(pattern.split("."), properties, []));
}

function expand([step, ...rest]: readonly string[], value: unknown, path: Path): Path[] {
  if (step === undefined) return [path];
  if (step !== "*") return expand(rest, valueAt(value, [step]), [...path, step]);
  // Whatever an unknown collection will hold is secret as a whole.
  if (value === UNKNOWN) return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => expand(rest, item, [...path, index]));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => expand(rest, item, [...path, key]));
}

export function unknownOutputs(definition: ResourceDefinition): PropertyMap {
  return Object.fromEntries(Object.keys(definition.outputs).map((name) => [name, UNKNOWN]));
}

export function recomputedOutputs(definition: ResourceDefinition, changed: ReadonlySet<string>): PropertyMap {
  const recomputed = Object.entries(definition.recomputed ?? {}).filter(([, by]) =>
    by?.some((name) => changed.has(String(name))),
  );
  return Object.fromEntries(recomputed.map(([name]) => [name, UNKNOWN]));
}

export function pick(shape: Record<string, unknown>, properties: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([key, value]) => key in shape && value !== undefined));
}
