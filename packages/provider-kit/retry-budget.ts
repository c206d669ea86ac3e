/** Enough for a vendor that stumbles; one that is down uses it up in its first dozen calls. */
const LARGEST = 60;
const PER_ANSWER = 0.5;

/**
 * How many repeated tries one vendor is worth, over all its calls: each call alone would try again for a third of a minute,
 * and a stack has a hundred. Answers fill it up again. A rate limit does not count: the vendor works, and says when.
 */
export class RetryBudget {
  #left = LARGEST;

  /** Answers whether there was one left. */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  refill(): void {
    this.#left = Math.min(LARGEST, this.#left + PER_ANSWER);
  }
}
