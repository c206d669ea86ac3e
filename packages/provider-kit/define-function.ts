import { makeFunction, type ProgramFunction } from "#function";
import type { Parsed, Shape } from "./define-resource.ts";

/** What a function's call knows about its surroundings. */
export interface FunctionCall {
  /** Aborted when the engine cancels or dies. Hand it to every request and wait. */
  signal: AbortSignal;
}

/**
 * A question to a vendor: contract and answer in one place. `Api` is what the vendor's `provider.ts` connects; import it
 * as a type only, so that programs never load client code.
 */
export interface FunctionContract<I extends Shape, O extends Shape, Api> {
  /** Say a property's meaning in a doc comment on it; it shows at every call site. */
  inputs: I;
  outputs: O;
  /** Outputs that are secret: as a whole, or a part of each of their elements (`keys.*.apiKey`). */
  secrets?: readonly (keyof O | `${keyof O & string}.*.${string}`)[];
  /** Asks, and changes nothing: the engine calls it in previews too. `inputs` have been judged, defaults filled in. */
  run(api: Api, inputs: Parsed<I>, call: FunctionCall): Promise<Parsed<O>>;
}

/** A contract under its type token, as the plugin sees it. */
export interface FunctionDefinition<I extends Shape = Shape, O extends Shape = Shape, Api = unknown>
  extends FunctionContract<I, O, Api> {
  /** `supabase:index/getPooler:getPooler` */
  token: string;
}

/**
 * Declares a function once: what programs call, and what the plugin answers with (in `invokes` of `defineProvider`).
 *
 * @example
 * export const getPooler = defineFunction("supabase:index/getPooler:getPooler", { inputs: {…}, outputs: {…}, run });
 * const { url } = getPooler({ projectRef: project.id }, { provider });
 */
export function defineFunction<const I extends Shape, const O extends Shape, Api>(
  token: string,
  contract: FunctionContract<I, O, Api>,
): ProgramFunction<I, O> & { definition: FunctionDefinition<I, O, Api> } {
  return Object.assign(makeFunction<I, O>(token), { definition: { token, ...contract } });
}
