import type { z } from "zod";
import { makeResourceClass, type ResourceClass } from "#resource";
import type { StateUpgrade } from "./state-version.ts";

/** A zod object's shape: property name to schema. */
export type Shape = Record<string, z.ZodType>;
/** The values of a shape. Zod reads an empty one as "any key, never a value"; here it is an object without keys. */
export type Parsed<S extends Shape> = keyof S extends never ? object : z.output<z.ZodObject<S>>;

/**
 * What a vendor says about an object, flat: input properties as they are live, and outputs. Wire names never appear
 * here. Properties that the vendor does not return are left out.
 */
export type Live<I extends Shape, O extends Shape> = Partial<Parsed<I>> & Partial<Parsed<O>>;

/** An object at the vendor that bears the natural key of the one to be created. */
export interface Found {
  id: string;
  /** How a person would call it: its name, URL or domain. Shown in the refusal. */
  label: string;
  /** The vendor's creation time in milliseconds since 1970, where the vendor tells it. */
  createdAt?: number;
  /** The create marker written by us, where the vendor has a place for one. */
  nonce?: string;
}

/** What every lifecycle call knows about its surroundings. */
export interface Call {
  urn: string;
  /** Aborted when the engine cancels, dies, or the deadline passes. Hand it to every request and wait. */
  signal: AbortSignal;
  /** What the program's `customTimeouts` allow; undefined where it says nothing. */
  customTimeoutSeconds?: number | undefined;
  /** One progress line in the engine's output, replacing the previous one. */
  progress(message: string): void;
  /** A line that stays in the engine's output: what a user should know, without alarm. */
  note(message: string): void;
  /** A warning that stays in the engine's output. */
  warn(message: string): void;
}

export interface FindCall extends Call {
  /** An earlier create of this resource that is not known to have ended, with the id where the vendor told one. */
  interrupted?: { id?: string; startedAt: number } | undefined;
}

export interface CreateCall extends Call {
  /** 32 hex digits, new for each create and the same when an interrupted create is tried again. */
  nonce: string;
}

export interface ReadCall<I extends Shape, O extends Shape> extends Call {
  /** The inputs in state; undefined on import. */
  inputs: Partial<Parsed<I>> | undefined;
  outputs: Partial<Parsed<O>> | undefined;
}

export interface UpdateCall<I extends Shape, O extends Shape> extends Call {
  olds: Partial<Parsed<I>>;
  /** What the last run wanted. It differs from `olds` after an update that failed half-way: the engine keeps the inputs from before. */
  attempted?: Partial<Parsed<I>>;
  outputs: Partial<Parsed<O>>;
  /** Names of the top-level inputs that differ from `olds`. Empty when a half-made object is to be finished. */
  changed: ReadonlySet<keyof I>;
}

export interface DeleteCall<I extends Shape, O extends Shape> extends Call {
  inputs: Partial<Parsed<I>>;
  outputs: Partial<Parsed<O>>;
}

/** One rule that the inputs break. */
export interface InputProblem {
  property: string;
  reason: string;
}

/**
 * A resource kind: contract and lifecycle in one place. `Api` is what the vendor's `provider.ts` connects; import it
 * as a type only, so that programs never load client code.
 */
export interface Definition<I extends Shape, O extends Shape, Api> {
  /** Say a property's meaning in a doc comment on it; it shows at every call site. */
  inputs: I;
  outputs: O;
  /**
   * What is always secret in state and output: an input or output as a whole, or a part of each of its elements
   * (`variables.*.value`).
   */
  secrets?: readonly (keyof I | keyof O | `${(keyof I | keyof O) & string}.*.${string}`)[];
  /** Inputs that the vendor cannot change; a change replaces the object. */
  replaceOn?: readonly (keyof I)[];
  /** Inputs whose order carries no meaning: equal when they hold the same elements. */
  unordered?: readonly (keyof I)[];
  /**
   * Whether a new value (undefined: left out) means the same as an old one that is spelt otherwise: the vendor's
   * defaults, which an import writes and a program leaves out. Never asked where there was no old value.
   */
  equal?: { readonly [K in keyof I]?: (old: NonNullable<z.output<I[K]>>, next: z.output<I[K]> | undefined) => boolean };
  /** Names that people look for here and the vendor does not have, with the way to what they want. */
  refuses?: Readonly<Record<string, string>>;
  /** Inputs that the vendor never returns: compared through the old inputs, kept as they are on refresh. */
  writeOnly?: readonly (keyof I)[];
  /** The input that defaults to `<project>-<stack>-<logical name>` when left out, with the vendor's limit. */
  autoName?: { property: keyof I & string; maxLength: number };
  /** Holds customers' data: any change that needs replacement is refused unless `replaceData` names it. */
  dataBearing?: boolean | ((inputs: Partial<Parsed<I>>) => boolean);
  /** What a refusal suggests instead of replacing a data-bearing object. */
  migration?: string;
  /**
   * When replaced, the successor is made before the old object goes. By default the old one goes first, because
   * vendors keep names unique.
   */
  createBeforeDelete?: boolean;
  /** An output can be read at creation only: an orphan of an interrupted create is deleted and made anew, not adopted. */
  shownOnce?: boolean;
  /** Outputs that an update of these inputs gives a new value: unknown in the preview of such an update. */
  recomputed?: Partial<Record<keyof O & string, readonly (keyof I)[]>>;
  /** How long a call may take where the program's `customTimeouts` say nothing. @defaultValue 30 */
  timeoutMinutes?: number;
  /**
   * For each form of state that older releases wrote, oldest first, the step to the next one. A step is added whenever a
   * stored property is renamed or changes its meaning, and is never taken away.
   */
  upgradeState?: readonly StateUpgrade[];
  /** Rules that join several inputs. Called only when every input is known; plain values. */
  check?(inputs: Parsed<I>): InputProblem[];
  /**
   * Objects that already bear the natural key (name, domain, URL…). Left out where none exists. Undefined says that these
   * inputs tell no way to look: whatever is found later is then nobody's proof.
   */
  find?(api: Api, inputs: Parsed<I>, call: FindCall): Promise<Found[] | undefined>;
  /** Makes the object. Throw `PartialFailure` with its id when it exists but did not become ready. */
  create(api: Api, inputs: Parsed<I>, call: CreateCall): Promise<{ id: string } & Live<I, O>>;
  /** The object as it is now; undefined when it is gone (also when archived, where the vendor only archives). */
  read(api: Api, id: string, call: ReadCall<I, O>): Promise<({ id?: string } & Live<I, O>) | undefined>;
  /** Left out where the vendor can change nothing (then every input is in `replaceOn`). */
  update?(api: Api, id: string, inputs: Parsed<I>, call: UpdateCall<I, O>): Promise<Live<I, O>>;
  /** Deleting what is gone succeeds. */
  delete(api: Api, id: string, call: DeleteCall<I, O>): Promise<void>;
}

/** A definition under its type token, as the plugin sees it. */
export interface ResourceDefinition<I extends Shape = Shape, O extends Shape = Shape, Api = unknown>
  extends Definition<I, O, Api> {
  /** `render:index/webService:WebService` */
  token: string;
}

/**
 * Declares a resource kind once: its typed class for programs, and its lifecycle for the plugin.
 *
 * @example
 * export const Server = defineResource("postmark:index/server:Server", { inputs: {…}, outputs: {…}, create, read, … });
 * export type Server = InstanceType<typeof Server>;
 */
export function defineResource<const I extends Shape, const O extends Shape, Api>(
  token: string,
  definition: Definition<I, O, Api>,
): ResourceClass<I, O> & { definition: ResourceDefinition<I, O, Api> } {
  const withToken: ResourceDefinition<I, O, Api> = { token, ...definition };
  return Object.assign(makeResourceClass<I, O>(withToken as unknown as ResourceDefinition), { definition: withToken });
}
