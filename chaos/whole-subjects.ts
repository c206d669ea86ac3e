import { samples } from "../test/conformance/samples/index.ts";
import {
  type InputSample,
  present,
  type ResourceSample,
  type VendorSample,
  wholeInputs,
} from "../test/conformance/samples/sample.ts";
import type { Make, Properties, Subject, Vendor } from "./subjects.ts";

/** Each kind with every input at once, all of them changed at once that can be without another object. */
export function wholeSubjects(vendors: readonly Vendor[]): Subject[] {
  return vendors.flatMap((vendor) => {
    const sample = samples[vendor.name];
    if (!sample) throw new Error(`There is no sample of ${vendor.name}`);
    return Object.entries(sample.resources).map(([token, resource]) => whole(vendor, { sample, token, resource }));
  });
}

interface Sampled {
  sample: VendorSample;
  token: string;
  resource: ResourceSample;
}

function whole(vendor: Vendor, { sample, token, resource }: Sampled): Subject {
  const { prepare } = resource;
  const subject = {
    ...{ vendor, type: typeOf(token), whole: true, delays: sample.sandbox?.delays ?? {} },
    inputs: (refs: Properties) => wholeInputs(resource.inputs(refs)),
    changed: (refs: Properties) => changedInputs(resource.inputs(refs)),
  };
  if (!prepare) return subject;
  return {
    ...subject,
    prepare: (make: Make, sandbox) =>
      prepare({
        sandbox,
        async make(kind, name, inputs) {
          const { id, outputs } = await make(typeOf(kind), name, inputs);
          return { id, inputs, outputs };
        },
      }),
  };
}

function changedInputs(inputs: Record<string, InputSample>): Properties {
  const steps = Object.entries(inputs).filter(
    ([, { instead, replaces, keeps, refused }]) => !instead && !replaces && !keeps && !refused,
  );
  return present({ ...wholeInputs(inputs), ...Object.fromEntries(steps.map(([name, { to }]) => [name, to])) });
}

const typeOf = (token: string): string => token.slice(token.indexOf("/") + 1);
