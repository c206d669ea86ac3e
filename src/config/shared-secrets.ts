import type { Environment } from "./environments.ts";
import { type VariablesInput, variableProblem } from "./judge-variables.ts";
import type { Problem } from "./problem.ts";

/** Fingerprints of other environments' secrets, and the way to make one. */
export interface OtherEnvironments {
  fingerprint(value: string): string;
  secrets: readonly { environment: Environment; fingerprints: Readonly<Record<string, string>> }[];
}

/** A secret that two environments share carries a leak, or a slip, from one into the other. */
export function findSharedSecrets(
  others: OtherEnvironments | undefined,
  input: VariablesInput,
  earlier: readonly Problem[],
): Problem[] {
  if (!others) return [];
  const atFault = new Set(earlier.map(({ subject }) => subject));
  const elsewhere = others.secrets.filter(({ environment }) => environment !== input.environment);
  return [...input.rows].flatMap(([name, row]) => {
    const given = input.given.get(name);
    if (!given || !row.secret || row.mayEqual === "anything" || atFault.has(name)) return [];
    const own = others.fingerprint(given.value);
    const holder = elsewhere.find(({ fingerprints }) => Object.values(fingerprints).includes(own));
    if (!holder) return [];
    const rule = `expected another value than ${holder.environment}'s: environments share no secret`;
    return [variableProblem({ name, row, kind: "conflict", rule, origin: given.origin }, input)];
  });
}
