import { engineRun, expectedObjects } from "./engine-run.ts";
import { addTallies, emptyTally, type Tally } from "./tally.ts";

/** Each run waits for its sandbox often enough that two share two cores well. */
const AT_ONCE = 2;

/** The engine's layer: `count` runs of the whole prod stack, two at a time. `say` hears of each as it ends. */
export async function engineRuns(seed: string, count: number, say: (line: string) => void): Promise<Tally> {
  const expected = await expectedObjects();
  let total = emptyTally();
  let started = 0;
  const runOnes = async () => {
    while (started < count) {
      started += 1;
      const run = started;
      const tally = await engineRun(`${seed}/${run}`, expected);
      total = addTallies(total, tally);
      say(`  run ${run} of ${count}: ${tally.faults} faults, ${tally.converged === 1 ? "converged" : "FAILED"}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runOnes));
  return total;
}
