import { describe, expect, test } from "vitest";
import type { ResourceDefinition } from "../../packages/provider-kit/define-resource.ts";
import type { Subject } from "./lab.ts";
import { proveChanges } from "./proofs/changes.ts";
import { proveCheck } from "./proofs/check.ts";
import { proveImport } from "./proofs/import.ts";
import { proveLifecycle } from "./proofs/lifecycle.ts";
import { provePreview } from "./proofs/preview.ts";
import { proveSecrets } from "./proofs/secrets.ts";
import { proveShape } from "./proofs/shape.ts";
import { collectProofs, type Proof } from "./prove.ts";
import type { VendorSample } from "./samples/sample.ts";

export type { Subject } from "./lab.ts";
export type { Proof } from "./prove.ts";

/** Where another vendor's sample proves the rest of the same definition. */
const VENDORS_OWN = [proveLifecycle, proveChanges, proveSecrets];
const PROOFS = [proveShape, proveCheck, proveLifecycle, proveChanges, proveImport, provePreview, proveSecrets];

/** Every proof for every resource that the provider serves. */
export function conform(vendor: VendorSample): void {
  test("every resource has a sample, and every sample a resource", () => {
    const tokens = definitionsOf(vendor).map(({ token }) => token);
    expect(Object.keys(vendor.resources).sort()).toEqual(tokens.sort());
  });
  for (const subject of subjectsOf(vendor))
    describe(kindOf(subject.token), () => {
      for (const { name, run } of proofsOf(subject)) test(name, async () => void (await run()));
    });
}

/** The provider's resources, each with its sample. */
export function subjectsOf(vendor: VendorSample): Subject[] {
  return definitionsOf(vendor).flatMap((definition) => {
    const { token } = definition;
    const sample = vendor.resources[token];
    return sample ? [{ vendor, token, definition, sample }] : [];
  });
}

export function proofsOf(subject: Subject): Proof[] {
  return collectProofs((prove) => {
    for (const handIn of subject.sample.alike ? VENDORS_OWN : PROOFS) handIn(subject, prove);
  });
}

/** `WebService` of `render:index/webService:WebService`. */
export function kindOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}

function definitionsOf({ provider }: VendorSample): ResourceDefinition[] {
  // `defineProvider` takes any class that `defineResource` made.
  const resources = provider.resources as readonly { definition: ResourceDefinition }[];
  return resources.map(({ definition }) => definition);
}
