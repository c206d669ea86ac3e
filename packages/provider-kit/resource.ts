import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Parsed, ResourceDefinition, Shape } from "./define-resource.ts";
import { pluginVersion } from "./plugin-version.ts";

/** A value, or an output of one, at every depth. */
export type DeepInput<T> = T extends string | number | boolean | null | undefined
  ? pulumi.Input<T>
  : T extends readonly (infer E)[]
    ? pulumi.Input<DeepInput<E>[]>
    : pulumi.Input<{ [K in keyof T]: DeepInput<T[K]> }>;

export type Args<I extends Shape> = { [K in keyof z.input<z.ZodObject<I>>]: DeepInput<z.input<z.ZodObject<I>>[K]> };

export type Properties<I extends Shape, O extends Shape> = {
  readonly [K in keyof Parsed<I>]-?: pulumi.Output<Parsed<I>[K]>;
} & { readonly [K in keyof Parsed<O>]-?: pulumi.Output<Parsed<O>[K]> };

export type ResourceClass<I extends Shape, O extends Shape> = new (
  name: string,
  args: Args<I> & { replaceData?: string },
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & Properties<I, O>;

/** The class that programs use. It asks for our plugin's exact version, so a foreign one of the same name never serves it. */
export function makeResourceClass<I extends Shape, O extends Shape>(
  definition: ResourceDefinition,
): ResourceClass<I, O> {
  const { token, inputs, outputs, secrets = [] } = definition;
  const secretOutputs = secrets.map(String).filter((name) => !name.includes("."));
  const absent = Object.fromEntries([...Object.keys(inputs), ...Object.keys(outputs)].map((key) => [key, undefined]));
  class Resource extends pulumi.CustomResource {
    constructor(name: string, args: Record<string, unknown>, opts: pulumi.CustomResourceOptions = {}) {
      const version = pluginVersion(token);
      super(
        token,
        name,
        { ...absent, ...args },
        pulumi.mergeOptions({ version, additionalSecretOutputs: secretOutputs }, opts),
      );
    }
  }
  Object.defineProperty(Resource, "name", { value: token.slice(token.lastIndexOf(":") + 1) });
  // The properties exist at run time because the SDK creates one output per key of the property bag.
  return Resource as unknown as ResourceClass<I, O>;
}
