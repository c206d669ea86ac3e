import type { ProviderDefinition } from "@mais/provider-kit";
import type { Sandbox, SandboxOptions } from "../../helpers/sandbox.ts";
import type { Lab } from "../lab.ts";

export type Properties = Record<string, unknown>;

/** An object as a sample sees it. */
export interface Made {
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** Where a sample makes what its resource refers to, and where it plays the outsider. */
export interface SampleLab {
  sandbox: Sandbox;
  /** Another resource of the same provider, made through it. */
  make(token: string, name: string, inputs: Properties): Promise<Made>;
}

/** Somebody changes the object behind the program's back, by the emulator's store or by plain HTTP. */
export type OutsideChange = (lab: SampleLab, object: Made) => unknown;

/** One input: a value, another one, and what the vendor does with the step between them. */
export interface InputSample {
  value: unknown;
  /** What it becomes, alone, in a later run. */
  to: unknown;
  /**
   * Given where the value cannot stand beside all the others: the other inputs that differ then (undefined leaves one
   * out). The whole object is then without this input.
   */
  instead?: Properties;
  /** Nobody can have the other value: what a user hears who asks for it. */
  refused?: RegExp;
  /** The step needs another object. */
  replaces?: true;
  /** What a user hears who leaves the input out in a later run, where that is refused. */
  keeps?: RegExp;
  /** Changes it at the vendor, in one way or several, or why nobody can or why nobody can see it. */
  outside: OutsideChange | readonly OutsideChange[] | string;
  /** Why an import writes another property instead. */
  importSpells?: string;
}

export interface ResourceSample {
  /** Makes what the inputs refer to. */
  prepare?(lab: SampleLab): Promise<Properties>;
  /** Every input of the resource. */
  inputs(refs: Properties): Record<string, InputSample>;
  /**
   * Its definition is another vendor's but for the requests: proved are the life with this vendor, its secrets and the
   * change of its `body`; all else is proved there.
   */
  alike?: boolean;
  /** Inputs that Check lets be left out, and without which the vendor refuses this object. */
  needs?: readonly string[];
  /** The inputs and outputs that are secret, as `definition.secrets` spells them. */
  secrets?: readonly string[];
  /** The inputs whose order carries no meaning. */
  unordered?: readonly string[];
  /** Somebody deletes it at the vendor; "never" where it lives in the state alone. */
  vanish: ((lab: SampleLab, object: Made) => unknown) | "never";
  /** Deleting it leaves what it set as it is, and it still reads. */
  stays?: true;
  /** What a user gives to `pulumi import`: the id, if nothing else is said. A pattern is the refusal where nothing can be imported. */
  importId?: ((object: Made) => string) | RegExp;
  /** Inputs that an import cannot know, so that the first diff after it names them. */
  importDiffers?: readonly string[];
  /** Required values that an import cannot know: the engine warns, and the program must say them. */
  importLacks?: readonly string[];
  /** What an input does beside being read back, each with an assertion of its own. */
  effects?: Readonly<Record<string, (lab: Lab) => Promise<void>>>;
  /** What the definition's own rules refuse: inputs beside the whole object's, and the property and words of the refusal. */
  forbidden?: readonly { inputs: Properties; property: string; reason: RegExp }[];
  /** Inputs that differ where two resources want one natural key, which is refused. */
  clash?: Properties;
  /** Bodies of requests that only ask, although they are no GET. */
  asks?: RegExp;
  /** Outputs that an import cannot know, because the vendor shows them once. */
  importHides?: readonly string[];
  /** It holds customers' data: always, or as long as it has this input. */
  holdsData?: "always" | { with: string };
  /** The input that is made from project, stack and logical name when it is left out. */
  named?: string;
  /** A replacement makes the successor first. */
  createBeforeDelete?: true;
  /** Properties whose type the official provider spells otherwise; "none" where it has no such resource. */
  officialDiffers?: readonly string[] | "none";
}

/** One vendor's provider with a sample for each of its resources, by type token. */
export interface VendorSample {
  /** The emulator's name; absent for resources that live in the state alone. */
  vendor?: string;
  provider: ProviderDefinition;
  sandbox?: SandboxOptions;
  /** How far the sandbox's clock runs on each time the provider says that it waits. */
  waitMs?: number;
  /** The provider's client over the sandbox. */
  connect(sandbox: Sandbox): unknown;
  resources: Record<string, ResourceSample>;
}

/** The object with every input that can stand beside the others. */
export function wholeInputs(samples: Record<string, InputSample>): Properties {
  const standing = Object.entries(samples).filter(([, { instead }]) => !instead);
  return present(Object.fromEntries(standing.map(([name, { value }]) => [name, value])));
}

/** The object in which this input has its first value. */
export function inputsWith(samples: Record<string, InputSample>, name: string): Properties {
  const { value, instead } = samples[name] ?? {};
  return present({ ...wholeInputs(samples), ...instead, [name]: value });
}

export function present(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/** The stored object of the emulator: changing it is what an outsider does. */
export function stored<T>(lab: SampleLab, address: readonly [vendor: string, kind: string, id: string]): T {
  const [vendor, kind, id] = address;
  const found = lab.sandbox.store(vendor).collection<T>(kind).get(id);
  if (!found) throw new Error(`The sandbox of ${vendor} has no ${kind} ${id}`);
  return found;
}

/** Takes the stored object away, and with it whatever the vendor knew of it. */
export function erase(lab: SampleLab, [vendor, kind, id]: readonly [vendor: string, kind: string, id: string]): void {
  if (!lab.sandbox.store(vendor).collection(kind).delete(id))
    throw new Error(`The sandbox of ${vendor} has no ${kind} ${id}`);
}

/** What an outsider writes into a stored object. */
export function set<T extends object>(object: T | undefined, fields: Partial<T>): void {
  if (!object) throw new Error("There is nothing to change");
  Object.assign(object, fields);
}
