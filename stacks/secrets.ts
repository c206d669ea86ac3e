import { GeneratedSecret } from "@pulumi/mais";
import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../src/components/kept.ts";
import type { Context } from "./configure.ts";
import type { Values } from "./wire.ts";

export interface Secrets {
  /** By variable name. */
  variables: Values;
  /** One that no variable holds, such as the database's password. A raised generation makes a new one. */
  make(name: string, length: number, generation?: number): pulumi.Output<string>;
}

/** Secrets that the stack makes up once and keeps, for each variable that is generated and was not given. */
export function generatedSecrets({ configuration: { variables, settings, environment }, provider }: Context): Secrets {
  const keep = settings.protect && environment === "prod";
  const secret = (
    name: string,
    wanted: { length: number; charset: "hex" | "base64url" | "alphanumeric"; generation?: number | undefined },
  ) => new GeneratedSecret(name, wanted, { provider: provider("mais"), ...kept(keep) }).value;
  const generated = [...variables.values()].flatMap(({ name, row, source }) =>
    source === "generated" && row.generated ? [{ name, ...row.generated }] : [],
  );
  return {
    variables: Object.fromEntries(
      generated.map(({ name, length, charset }) => [name, secret(name, { length, charset })]),
    ),
    make: (name, length, generation) => secret(name, { length, charset: "alphanumeric", generation }),
  };
}
