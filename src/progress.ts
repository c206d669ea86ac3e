/**
 * How long work tells that it is alive. Functions that take long are given one; only the command line knows where the
 * lines go.
 */
export interface Progress {
  /** One line, said once. */
  line(text: string): void;
  /**
   * Says what begins, then again and again how long it has taken, then that it is done. `work` may name what it is at
   * with `update`.
   */
  step<T>(label: string, work: (update: (detail: string) => void) => Promise<T>): Promise<T>;
}

/** Tells nobody. */
export const silent: Progress = {
  line: () => {},
  step: (_label, work) => work(() => {}),
};
