import type { PartialFailure } from "./errors.ts";
import type { Decoded } from "./values.ts";

/** The object exists but is not ready: the engine keeps it with its id, its properties and the reasons. */
export class HalfMade extends Error {
  readonly id: string;
  readonly reasons: readonly string[];
  readonly outputs: Decoded;
  readonly inputs: Decoded;

  constructor({ id, reasons }: Pick<PartialFailure, "id" | "reasons">, outputs: Decoded, inputs: Decoded) {
    super(reasons.join("; "));
    this.id = id;
    this.reasons = reasons;
    this.outputs = outputs;
    this.inputs = inputs;
  }

  redacted(clean: (text: string) => string): HalfMade {
    return new HalfMade({ id: this.id, reasons: this.reasons.map(clean) }, this.outputs, this.inputs);
  }
}
