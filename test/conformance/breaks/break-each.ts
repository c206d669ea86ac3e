import { describe, expect, test } from "vitest";
import { kindOf, subjectsOf } from "../conform.ts";
import type { VendorSample } from "../samples/sample.ts";
import { breaksOf } from "./breaks.ts";
import { equivalenceOf } from "./equivalents.ts";
import { failingProof } from "./judge.ts";

/** Every definition of the provider with one mistake after the other, each of which some proof must notice. */
export function breakEach(vendor: VendorSample): void {
  for (const subject of subjectsOf(vendor).filter(({ sample }) => !sample.alike))
    describe(kindOf(subject.token), () => {
      // Which inputs are open does not depend on what they refer to.
      const samples = Object.entries(subject.sample.inputs({}));
      const open = samples.filter(([, { outside }]) => typeof outside !== "string").map(([input]) => input);
      for (const one of breaksOf(subject.definition, open)) {
        const reason = equivalenceOf(vendor.vendor ?? "mais", kindOf(subject.token), one.name);
        test(one.name, async () => {
          const failing = await failingProof(subject, one);
          if (reason === undefined) expect(failing, "no proof notices this mistake").toBeDefined();
          else expect(failing, `listed as no mistake: ${reason}`).toBeUndefined();
        });
      }
    });
}
