import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../src/config/configuration.ts";
import type { Surface } from "../src/config/variable.ts";

/** Values of variables, by name. */
export type Values = Record<string, pulumi.Input<string>>;

export interface Wired {
  value: pulumi.Input<string>;
  secret: boolean;
}

/** Hands each part of the application exactly the variables that the matrix says it consumes. */
export type Wire = (surface: Surface) => Record<string, Wired>;

/** Joins what was given with what the stack itself makes (`made`). A secret is marked as one, wherever it came from. */
export function wire(configuration: Configuration, made: Values): Wire {
  return (surface) => {
    const wired = configuration.forSurface(surface).map(({ name, row, value }) => {
      const known = value ?? made[name];
      if (known === undefined)
        throw new Error(`The matrix says that the stack makes ${name}, and nothing in stacks/ does.`);
      return [name, { value: row.secret ? pulumi.secret(known) : known, secret: row.secret }] as const;
    });
    return Object.fromEntries(wired);
  };
}

/** Only the values, for vendors that take no notice of secrecy. */
export function valuesOf(wired: Record<string, Wired>): Values {
  return Object.fromEntries(Object.entries(wired).map(([name, { value }]) => [name, value]));
}
