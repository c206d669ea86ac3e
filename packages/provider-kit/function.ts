import * as pulumi from "@pulumi/pulumi";
import type { Parsed, Shape } from "./define-resource.ts";
import { pluginVersion } from "./plugin-version.ts";
import type { Args } from "./resource.ts";

/**
 * Asks the vendor through the plugin. Name the provider instance in `opts`, or a parent that has it: a default one knows
 * neither account nor sandbox. The answer is unknown in a preview as long as an argument is, and secret as a whole when
 * a part of it is.
 */
export type ProgramFunction<I extends Shape, O extends Shape> = (
  args: Args<I>,
  opts?: pulumi.InvokeOutputOptions,
) => pulumi.Output<Parsed<O>>;

/** The function that programs call. It asks for our plugin's exact version, so a foreign one of the same name never answers. */
export function makeFunction<I extends Shape, O extends Shape>(token: string): ProgramFunction<I, O> {
  const version = pluginVersion(token);
  return (args, opts = {}) => pulumi.runtime.invokeOutput<Parsed<O>>(token, args, { version, ...opts });
}
