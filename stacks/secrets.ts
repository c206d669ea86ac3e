import { GeneratedSecret } from "@pulumi/mais";
import * as pulumi from "@pulumi/pulumi";
import { kept } from "../src/components/kept.ts";
import { previousName } from "../src/config/previous.ts";
import type { Context } from "./configure.ts";
import type { Values } from "./wire.ts";

export interface Secrets {
  /** By variable name. */
  variables: Values;
  /** One that no variable holds, such as the database's password. A raised generation makes a new one. */
  make(name: string, length: number, generation?: number): pulumi.Output<string>;
}

/**
 * Secrets that the stack makes up once and keeps, for each variable that is generated and was not given. The receipts say
 * which generation a secret is at, and whether the application still needs the one before.
 */
export function generatedSecrets({ configuration: { variables, settings, environment }, provider }: Context): Secrets {
  const keep = settings.protect && environment === "prod";
  const secret = (name: string, wanted: Wanted) =>
    new GeneratedSecret(name, wanted, { provider: provider("mais"), ...kept(keep) });
  const made: Values = {};
  for (const { name, row, source } of variables.values()) {
    if (source !== "generated" || !row.generated || row.previousOf) continue;
    const { generation, overlap } = settings.receipts[name] ?? {};
    const { length, charset } = row.generated;
    const { value, previousValue } = secret(name, { length, charset, generation, overlap });
    made[name] = value;
    if (overlap) made[previousName(name)] = pulumi.all([previousValue, value]).apply(([before, now]) => before ?? now);
  }
  // A given value that nobody kept: there is none but the present one.
  for (const { name, row, source } of variables.values())
    if (source === "generated" && row.previousOf) made[name] ??= variables.get(row.previousOf)?.value ?? "";
  return {
    variables: made,
    make: (name, length, generation) => secret(name, { length, charset: "alphanumeric", generation }).value,
  };
}

interface Wanted {
  length: number;
  charset: "hex" | "base64url" | "alphanumeric";
  generation?: number | undefined;
  overlap?: true | undefined;
}
