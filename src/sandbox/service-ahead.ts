/** Builds that are made ahead of any deploy: several at a time, each given up by its own id. */
export class BuildsAhead {
  readonly #underWay = new Map<string, { abort: AbortController; ended: Promise<void> }>();

  run(buildId: string, build: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const abort = new AbortController();
    const ended = build(abort.signal).then(() => {});
    const entry = { abort, ended };
    this.#underWay.set(buildId, entry);
    const forget = () => {
      if (this.#underWay.get(buildId) === entry) this.#underWay.delete(buildId);
    };
    ended.then(forget, forget);
    return ended;
  }

  cancel(buildId: string): void {
    this.#underWay.get(buildId)?.abort.abort();
  }

  /** Gives all of them up, and waits until nothing of them runs. */
  async endAll(): Promise<void> {
    const all = [...this.#underWay.values()];
    for (const { abort } of all) abort.abort();
    await Promise.allSettled(all.map(({ ended }) => ended));
  }
}
