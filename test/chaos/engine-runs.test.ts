import { expect, test } from "vitest";
import { planRun } from "../../chaos/engine-run.ts";
import { engineRuns } from "../../chaos/engine-runs.ts";
import { Random } from "../../chaos/random.ts";

const SEED = "npm-test";
const RUNS = 15;

test("at least a third of the faults that are planned for the engine's runs are kill -9", () => {
  const plans = Array.from({ length: RUNS }, (_, index) => planRun(new Random(`${SEED}/${index + 1}`)));
  const kills = plans.flatMap((plan) => plan.kills).length;
  const faults = plans.flatMap((plan) => plan.faults).length;
  expect(kills / (kills + faults)).toBeGreaterThanOrEqual(1 / 3);
});

test.skipIf(process.platform !== "linux")(
  "prod comes up whatever strikes: no object twice, none lost, no secret shown",
  { timeout: 900_000 },
  async () => {
    const tally = await engineRuns(SEED, RUNS, () => {});
    expect(tally.failures).toEqual([]);
    expect(tally).toMatchObject({ runs: RUNS, converged: RUNS, duplicates: 0, orphans: 0, leaks: 0 });
    expect(tally.faults).toBeGreaterThan(RUNS);
  },
);
