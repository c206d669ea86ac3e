import type { FaultInput } from "../src/sandbox/fault-spec.ts";
import { FAULTS } from "./fault-kinds.ts";
import { Random } from "./random.ts";
import type { Subject } from "./subjects.ts";
import { emptyTally, type Tally } from "./tally.ts";
import { type Baseline, type Outcome, observe, runTrial } from "./trial.ts";

export interface SweepOptions {
  subjects: readonly Subject[];
  seed: string;
  /** Faults that must really fire. Fewer than the whole sweep: a choice by the seed; more: lives with two faults are added. */
  faults?: number | undefined;
  /** Lives that are led at once; they wait more than they work. */
  parallel?: number;
}

interface Planned {
  subject: Subject;
  baseline: Baseline;
  faults: readonly FaultInput[];
}

const PARALLEL = 8;

/** Every call of every kind of resource meets every fault, each in a life of its own. */
export async function sweep({ subjects, seed, faults, parallel = PARALLEL }: SweepOptions): Promise<Tally> {
  const tally = emptyTally();
  const baselines: [Subject, Baseline][] = [];
  for (const subject of subjects) baselines.push([subject, await observe(subject)]);
  const random = new Random(seed);
  const planned = plan(baselines, { random, wanted: faults });
  const lead = async () => {
    for (let next = planned.next(); !next.done; next = planned.next()) {
      if (faults !== undefined && tally.faults >= faults) return;
      count(tally, await runTrial(next.value.subject, next.value.baseline, next.value.faults));
    }
  };
  await Promise.all(Array.from({ length: parallel }, lead));
  return tally;
}

/** In the order of the kinds where everything is led; by chance where a number of faults is wanted. */
function* plan(
  baselines: readonly [Subject, Baseline][],
  { random, wanted }: { random: Random; wanted: number | undefined },
): Generator<Planned> {
  const whole = baselines.flatMap(([subject, baseline]) =>
    callsOf(baseline).flatMap((nth) => FAULTS.map((fault) => ({ subject, baseline, faults: [{ ...fault, nth }] }))),
  );
  yield* wanted === undefined || wanted >= whole.length ? whole : shuffled(whole, random);
  // Each such life meets one fault at least, so that the number bounds the loop.
  for (let more = whole.length; more < (wanted ?? 0); more++) {
    const [subject, baseline] = random.pick(baselines);
    const two = [0, 1].map(() => ({ ...random.pick(FAULTS), nth: random.between(1, baseline.calls) }));
    yield { subject, baseline, faults: two };
  }
}

const callsOf = ({ calls }: Baseline): number[] => Array.from({ length: calls }, (_, index) => index + 1);

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const keyed = list.map((item) => ({ item, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Only what a fault really hit says anything. A secret that leaked is not repeated. */
function count(tally: Tally, { what, fired, duplicates, orphans, leaks, problem }: Outcome): void {
  if (fired === 0) return;
  tally.faults += fired;
  tally.runs += 1;
  tally.duplicates += duplicates;
  tally.orphans += orphans;
  tally.leaks += leaks;
  if (problem === undefined && duplicates + orphans === 0) tally.converged += 1;
  if (problem === undefined && duplicates + orphans + leaks === 0) return;
  const reason = leaks > 0 ? "a secret was shown" : (problem ?? "");
  tally.failures.push(`${what}: ${duplicates} duplicates, ${orphans} orphans, ${leaks} secret leaks  ${reason}`);
}
