import { performance } from "node:perf_hooks";

export interface Timed {
  name: string;
  run(): Promise<unknown>;
}

/** Runs the candidates in turn (A B C A B C …), after one round that does not count. Answers the median of each in milliseconds. */
export async function interleaved(candidates: readonly Timed[], rounds = 8): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, run } of candidates) {
      const start = performance.now();
      await run();
      if (round >= 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? sorted[Math.floor(middle)] ?? 0)) / 2;
}
