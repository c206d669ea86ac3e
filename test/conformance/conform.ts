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
import type { VendorSample } from "./samples/sample.ts";

const PROOFS = [proveShape, proveCheck, proveLifecycle, proveChanges, proveImport, provePreview, proveSecrets];

/** Every proof for every resource that the provider serves. */
export function conform(vendor: VendorSample): void {
  // `defineProvider` takes any class that `defineResource` made.
  const resources = vendor.provider.resources as readonly { definition: ResourceDefinition }[];
  test("every resource has a sample, and every sample a resource", () => {
    const tokens = resources.map(({ definition }) => definition.token);
    expect(Object.keys(vendor.resources).sort()).toEqual(tokens.sort());
  });
  for (const { definition } of resources) {
    const { token } = definition;
    const sample = vendor.resources[token];
    if (!sample) continue;
    const subject: Subject = { vendor, token, definition, sample };
    describe(token.slice(token.lastIndexOf(":") + 1), () => {
      for (const prove of PROOFS) prove(subject);
    });
  }
}
