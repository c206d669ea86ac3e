import { type Proof, proofsOf, type Subject } from "../conform.ts";
import type { Break } from "./breaks.ts";

/** A proof on a broken definition may wait for what never comes. */
const PROOF_MS = 20_000;

/** The proof that a broken definition fails, or undefined if it passes them all. */
export async function failingProof(subject: Subject, { definition, input }: Break): Promise<string | undefined> {
  const proofs = proofsOf(withDefinition(subject, definition));
  for (const proof of nearestFirst(proofs, input)) if (!(await holds(proof))) return proof.name;
  return undefined;
}

function withDefinition(subject: Subject, definition: Subject["definition"]): Subject {
  const resources = subject.vendor.provider.resources.map((resource) =>
    resource.definition.token === subject.token ? { definition } : resource,
  );
  const vendor = { ...subject.vendor, provider: { ...subject.vendor.provider, resources } };
  return { ...subject, vendor, definition };
}

function nearestFirst(proofs: readonly Proof[], input: string | undefined): Proof[] {
  const isNear = ({ name }: Proof) => input !== undefined && name.startsWith(`${input} `);
  return [...proofs.filter(isNear), ...proofs.filter((proof) => !isNear(proof))];
}

async function holds({ run }: Proof): Promise<boolean> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error("took too long")), PROOF_MS);
  try {
    await Promise.race([Promise.resolve().then(run), limit.promise]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
