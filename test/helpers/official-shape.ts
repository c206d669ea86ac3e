import { readFileSync } from "node:fs";
import { packageSchema } from "../../packages/provider-kit/schema.ts";

type Properties = Record<string, { type?: string; $ref?: string; items?: unknown; secret?: boolean }>;

interface ResourceShape {
  inputProperties: Properties;
  requiredInputs?: string[];
  properties: Properties;
}

export interface ShapeDifference {
  /** Ours alone. */
  added: string[];
  /** Both have it, but not of one type, or one of them requires it and the other does not. */
  contradicting: string[];
  /** The official one's alone. */
  missing: string[];
}

/** How each resource of ours leaves the vendor's official one, which `test/contracts/<vendor>.schema.json` lists. */
export function officialDifferences(provider: unknown, vendor: string): Record<string, ShapeDifference> {
  const file = new URL(`../contracts/${vendor}.schema.json`, import.meta.url);
  const official = JSON.parse(readFileSync(file, "utf8")).resources as Record<string, ResourceShape>;
  const ours = packageSchema(provider as never).resources as Record<string, ResourceShape>;
  const shared = Object.entries(ours).flatMap(([token, resource]) => {
    const theirs = official[token];
    return theirs ? [[token, difference(resource, theirs)] as const] : [];
  });
  return Object.fromEntries(shared);
}

function difference(ours: ResourceShape, theirs: ResourceShape): ShapeDifference {
  const names = (resource: ResourceShape) => Object.keys(resource.properties).sort();
  return {
    added: names(ours).filter((name) => !(name in theirs.properties)),
    missing: names(theirs).filter((name) => !(name in ours.properties)),
    contradicting: names(ours).filter((name) => name in theirs.properties && !alike(name, ours, theirs)),
  };
}

function alike(name: string, ours: ResourceShape, theirs: ResourceShape): boolean {
  const form = ({ properties }: ResourceShape) => {
    const { type, $ref, items } = properties[name] ?? {};
    return JSON.stringify($ref ? { $ref } : { type, items });
  };
  const isInput = (resource: ResourceShape) => name in resource.inputProperties;
  const isRequired = ({ requiredInputs = [] }: ResourceShape) => requiredInputs.includes(name);
  const hides = ({ properties }: ResourceShape) => properties[name]?.secret ?? false;
  return (
    // A number that must be whole is still a number to a program.
    form(ours).replaceAll('"integer"', '"number"') === form(theirs) &&
    isInput(ours) === isInput(theirs) &&
    isRequired(ours) === isRequired(theirs) &&
    (hides(ours) || !hides(theirs))
  );
}
