import type { ResourceDefinition } from "../../packages/provider-kit/define-resource.ts";
import { type Decoded, valueAt } from "../../packages/provider-kit/values.ts";
import { type Lab, type Subject, startLab } from "../conformance/lab.ts";
import {
  inputsWith,
  type Properties,
  present,
  type ResourceSample,
  type VendorSample,
  wholeInputs,
} from "../conformance/samples/sample.ts";
import type { FrozenObject } from "./fixture.ts";

/** The provider's kinds that have a sample. */
export function subjectsOf(vendor: VendorSample): Subject[] {
  // `defineProvider` takes any class that `defineResource` made.
  const resources = vendor.provider.resources as readonly { definition: ResourceDefinition }[];
  return resources.flatMap(({ definition }) => {
    const sample = vendor.resources[definition.token];
    return sample ? [{ vendor, token: definition.token, definition, sample }] : [];
  });
}

/** A lab for one object, with what its sample made before it. */
export async function openLab(subject: Subject): Promise<{ lab: Lab; refs: Properties }> {
  const { sample } = subject;
  let refs: Properties = {};
  const prepare = async (outsider: Lab["outsider"]) => {
    refs = (await sample.prepare?.(outsider)) ?? {};
    return refs;
  };
  return { lab: await startLab({ ...subject, sample: { ...sample, prepare } }), refs };
}

/**
 * The kind with all its inputs, with the fewest, and with each input that cannot stand beside the others. Of these last,
 * `skipped` names what the sandbox does not make from the sample's value.
 */
export async function freeze(subject: Subject): Promise<{ objects: FrozenObject[]; skipped: string[] }> {
  const alone = Object.entries(subject.sample.inputs(await refsOf(subject))).filter(([, { instead }]) => instead);
  const objects = [
    await freezeOne(subject, "all", ({ samples }) => wholeInputs(samples)),
    await freezeOne(subject, "fewest", (lab) => fewestInputs(lab, subject.sample)),
  ];
  const skipped: string[] = [];
  for (const [name] of alone) {
    try {
      objects.push(await freezeOne(subject, name, ({ samples }) => inputsWith(samples, name)));
    } catch (error) {
      skipped.push(`${subject.token} with ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { objects, skipped };
}

async function refsOf(subject: Subject): Promise<Properties> {
  const { lab, refs } = await openLab(subject);
  await lab[Symbol.asyncDispose]();
  return refs;
}

async function freezeOne(subject: Subject, name: string, argsIn: (lab: Lab) => Properties): Promise<FrozenObject> {
  const { lab, refs } = await openLab(subject);
  await using opened = lab;
  const args = argsIn(opened);
  const { id, inputs, outputs } = await opened.engine.create(opened.urn, args);
  return { token: subject.token, with: name, refs, args, id, inputs, outputs: harmless(outputs) };
}

/** What the sandbox made up has the form of a real secret, and would alarm whoever looks for those in the repository. */
function harmless({ properties, secretPaths }: Decoded): Decoded {
  const blunted = structuredClone(properties);
  for (const path of secretPaths) {
    const holder = valueAt(blunted, path.slice(0, -1)) as Record<string | number, unknown>;
    const last = path.at(-1) ?? "";
    holder[last] = JSON.parse(JSON.stringify(holder[last] ?? null).replaceAll(/[A-Za-z0-9]{12,}/g, madeUp));
  }
  return { properties: blunted, secretPaths };
}

function madeUp(random: string): string {
  return "frozen".repeat(Math.ceil(random.length / 6)).slice(0, random.length);
}

function fewestInputs({ engine, urn, samples }: Lab, { needs = [] }: ResourceSample): Properties {
  let rest = wholeInputs(samples);
  for (const name of Object.keys(rest).filter((one) => !needs.includes(one))) {
    const without = present({ ...rest, [name]: undefined });
    if (engine.check(urn, without).problems.length === 0) rest = without;
  }
  return rest;
}
