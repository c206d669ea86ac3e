import type { ResourceDefinition } from "./define-resource.ts";
import { Refused } from "./errors.ts";
import { SHORTEST_SECRET } from "./redact.ts";
import { describeUrn } from "./urn.ts";
import { type Decoded, type Path, type PropertyMap, secretTexts } from "./values.ts";

/**
 * One step from a state version to the next, for what a definition stores otherwise than it did. It sees plain values
 * exactly as an older release wrote them, and answers all that is to be kept.
 */
export interface StateUpgrade {
  /** Old inputs: what Diff compares with, and Update and Delete start from. */
  inputs?(stored: PropertyMap): PropertyMap;
  /** Old outputs, without the inputs that state keeps beside them. */
  outputs?(stored: PropertyMap): PropertyMap;
}

/**
 * Stands in inputs and in outputs: after a run without changes the engine keeps new inputs beside old outputs. The engine
 * shows no property whose name begins so. State of version 1 has none.
 */
const VERSION = "__stateVersion";

/** What the engine keeps of an object, in the form that this definition knows. */
export function upgraded<T extends { urn: string; oldInputs: Decoded; oldOutputs: Decoded }>(
  definition: ResourceDefinition,
  stored: T,
): T {
  const oldInputs = upgradedPart(definition, { urn: stored.urn, part: "inputs", stored: stored.oldInputs });
  const oldOutputs = upgradedPart(definition, { urn: stored.urn, part: "outputs", stored: stored.oldOutputs });
  return { ...stored, oldInputs, oldOutputs };
}

interface StoredPart {
  urn: string;
  part: "inputs" | "outputs";
  stored: Decoded;
}

function upgradedPart(definition: ResourceDefinition, { urn, part, stored }: StoredPart): Decoded {
  const version = versionOf(stored);
  refuseNewer(definition, urn, version);
  const current = withoutVersion(stored);
  const steps = (definition.upgradeState ?? []).slice(version - 1);
  // Nothing is stored of an object that is being imported.
  if (steps.length === 0 || Object.keys(current.properties).length === 0) return current;
  const properties = steps.reduce((kept, step) => step[part]?.(kept) ?? kept, current.properties);
  return { properties, secretPaths: [...current.secretPaths, ...pathsOf(secretTexts(current), properties)] };
}

function versionOf({ properties }: Decoded): number {
  const version = properties[VERSION] ?? 1;
  return Number.isInteger(version) && Number(version) >= 1 ? Number(version) : Number.POSITIVE_INFINITY;
}

function refuseNewer(definition: ResourceDefinition, urn: string, version: number): void {
  const known = stateVersion(definition);
  if (version <= known) return;
  throw new Refused(
    `${describeUrn(urn)} was last written by a newer mais-deploy: its state has version ${version}, and this one knows ` +
      `versions up to ${known}. Nothing was changed. Update mais-deploy to the release that this stack was last deployed ` +
      "with, or a later one, and run the same command again",
  );
}

function stateVersion({ upgradeState = [] }: ResourceDefinition): number {
  return upgradeState.length + 1;
}

/** Properties as they go into state: marked with the version, where that is not the first. */
export function versioned(definition: ResourceDefinition, properties: PropertyMap): PropertyMap {
  const version = stateVersion(definition);
  return version > 1 ? { ...properties, [VERSION]: version } : properties;
}

/** What Check answered comes back from the engine with its mark. */
export function withoutVersion({ properties, secretPaths }: Decoded): Decoded {
  const { [VERSION]: _, ...rest } = properties;
  return { properties: rest, secretPaths };
}

/** Where a step has put values that were secret: they stay so under any name. */
function pathsOf(secrets: readonly string[], value: unknown, path: Path = []): Path[] {
  if (typeof value === "string") return secrets.some((secret) => holds(value, secret)) ? [path] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) =>
    pathsOf(secrets, item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A short secret counts as a whole only: it would be found in ordinary words. */
function holds(value: string, secret: string): boolean {
  return value === secret || (secret.length >= SHORTEST_SECRET && value.includes(secret));
}
