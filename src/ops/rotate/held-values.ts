import { SURFACES, type Surface } from "../../config/variable.ts";
import { decryptedValues, resourcesOf, type StackState, type StateResource } from "../../engine/stack-state.ts";
import type { HeldValues } from "./rotation-world.ts";

/** Kinds that carry a consumer's variables, and how they say them. */
const CARRIERS: Readonly<Record<string, (inputs: Record<string, unknown>) => unknown>> = {
  "render:index/webService:WebService": ({ envVars }) => envVars,
  "render:index/backgroundWorker:BackgroundWorker": ({ envVars }) => envVars,
  "render:index/cronJob:CronJob": ({ envVars }) => envVars,
};

/** What the stack's services were last given, from a state that was exported with its secrets. */
export function heldValues(state: StackState): HeldValues {
  const held = new Map<Surface, Record<string, string>>();
  for (const resource of resourcesOf(state)) {
    const surface = surfaceOf(resource);
    const carried = surface && CARRIERS[resource.type]?.(decryptedValues(resource.inputs).properties);
    if (surface && typeof carried === "object" && carried !== null) held.set(surface, textsOf(carried));
  }
  return held;
}

/** The stack names a service after its consumer. The old object of a replacement counts for nothing. */
function surfaceOf({ urn, delete: isOld }: StateResource): Surface | undefined {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return isOld ? undefined : SURFACES.find((surface) => surface === name);
}

function textsOf(carried: object): Record<string, string> {
  const entries = Object.entries(carried as Record<string, { value?: unknown } | undefined>);
  return Object.fromEntries(
    entries.flatMap(([name, entry]) => (typeof entry?.value === "string" ? [[name, entry.value]] : [])),
  );
}
