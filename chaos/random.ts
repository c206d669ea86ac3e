import { createHash } from "node:crypto";

/** Repeatable choices: the same seed makes the same ones in the same order. */
export class Random {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const digest = createHash("sha256")
      .update(`${this.#seed}/${this.#drawn++}`)
      .digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)];
    if (choice === undefined) throw new Error("there is nothing to choose from");
    return choice;
  }
}
