import type { ResourceDefinition } from "../../packages/provider-kit/define-resource.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { EngineDouble, type State } from "./engine-double.ts";
import type { InputSample, Made, Properties, ResourceSample, SampleLab, VendorSample } from "./samples/sample.ts";

/** The logical name of the object under proof, and so what `replaceData` must say. */
export const NAME = "subject";

/** One resource kind with its definition and sample. */
export interface Subject {
  vendor: VendorSample;
  token: string;
  definition: ResourceDefinition;
  sample: ResourceSample;
}

/** A sandbox with one provider on it, ready for one proof. */
export interface Lab extends AsyncDisposable {
  sandbox: Sandbox;
  engine: EngineDouble;
  urn: string;
  samples: Record<string, InputSample>;
  /** Calls that reached the vendor so far. */
  calls(): number;
  /** The sample's own view, for changes from outside. */
  outsider: SampleLab;
}

export function urnOf(token: string, name: string): string {
  return `urn:pulumi:dev::mais::${token}::${name}`;
}

export async function startLab({ vendor, token, sample }: Subject): Promise<Lab> {
  const sandbox = await startSandbox(vendor.vendor ? [vendor.vendor] : [], vendor.sandbox);
  const folder = temporaryFolder();
  const engine = new EngineDouble({
    ...{ provider: vendor.provider, api: vendor.connect(sandbox), folder: folder.path },
    waiting: () => sandbox.clock.advance(vendor.waitMs ?? 0),
  });
  const outsider: SampleLab = {
    sandbox,
    make: async (kind, name, inputs) => madeOf(await engine.create(urnOf(kind, name), inputs)),
  };
  const dispose = async () => {
    folder[Symbol.dispose]();
    await sandbox[Symbol.asyncDispose]();
  };
  try {
    const refs: Properties = (await sample.prepare?.(outsider)) ?? {};
    const calls = () => sandbox.requests().length;
    const urn = urnOf(token, NAME);
    return { sandbox, engine, urn, samples: sample.inputs(refs), calls, outsider, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

export function madeOf({ id, inputs, outputs }: State): Made {
  return { id, inputs: inputs.properties, outputs: outputs.properties };
}

/** What the state holds, in a form in which two states are equal when a user would call them so. */
export function comparable({ id, inputs, outputs }: State) {
  const paths = (list: readonly (readonly (string | number)[])[]) =>
    [...new Set(list.map((path) => path.join(".")))].sort();
  return {
    id,
    inputs: inputs.properties,
    outputs: outputs.properties,
    secret: [paths(inputs.secretPaths), paths(outputs.secretPaths)],
  };
}

/** The state, which is there: a proof that loses its object ends here. */
export function there(state: State | undefined): State {
  if (!state) throw new Error("The object is gone");
  return state;
}

/** What the definition says of an object with these inputs. */
export function holdsData(dataBearing: ResourceDefinition["dataBearing"], inputs: Properties): boolean {
  return typeof dataBearing === "function" ? dataBearing(inputs) : (dataBearing ?? false);
}
