import { engineRun, expectedObjects } from "./engine-run.ts";
import { addTallies, emptyTally, type Tally } from "./tally.ts";

/** The engine's layer: `count` runs of the whole prod stack, one after the other. `say` hears of each as it ends. */
export async function engineRuns(seed: string, count: number, say: (line: string) => void): Promise<Tally> {
  const expected = await expectedObjects();
  let total = emptyTally();
  for (let run = 1; run <= count; run++) {
    const tally = await engineRun(`${seed}/${run}`, expected);
    total = addTallies(total, tally);
    const ended = tally.converged === 1 ? "converged" : "FAILED";
    say(`  run ${run} of ${count}: ${tally.faults} faults, ${ended}`);
  }
  return total;
}
