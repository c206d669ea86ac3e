import { parseArgs } from "node:util";
import { engineRuns } from "./engine-runs.ts";
import { subjects, vendors } from "./subjects.ts";
import { sweep } from "./sweep.ts";
import { addTallies, emptyTally, isClean, type Tally, tallyLine } from "./tally.ts";
import { wholeSubjects } from "./whole-subjects.ts";

const USAGE = "npm run chaos -- [--seed TEXT] [--faults NUMBER] [--engine-runs NUMBER] [--vendor NAME]";
/** The long form. */
const ENGINE_RUNS = "100";

interface Options {
  seed: string;
  /** Of the sweep; without a number every call meets every fault. */
  faults: number | undefined;
  engineRuns: number;
  /** The sweep of this vendor's kinds alone. */
  vendor: string | undefined;
}

/** Both layers, a line for each, and one for all. 0 only if nothing was lost, doubled or told. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const { seed, faults, vendor } = options;
  const chosen = [...subjects, ...wholeSubjects(vendors)].filter(
    (subject) => vendor === undefined || subject.vendor.name === vendor,
  );
  if (chosen.length === 0) throw new TypeError(`--vendor is one of ${vendorNames().join(", ")}, not "${vendor}".`);
  say(`Sweep over ${chosen.length} lives of resources, seed ${seed}`);
  const swept = await sweep({ subjects: chosen, seed, faults });
  report("sweep", swept);
  const ran = options.engineRuns > 0 ? await engineRuns(seed, options.engineRuns, say) : emptyTally();
  if (options.engineRuns > 0) report("engine", ran);
  const all = addTallies(swept, ran);
  say(tallyLine(all));
  return isClean(all) && all.faults > 0 ? 0 : 1;
}

function readOptions(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const options = { seed: text, faults: text, "engine-runs": text, vendor: text };
  const { values } = parseArgs({ args: [...args], options });
  const { seed = "1", faults, vendor } = values;
  const runs = values["engine-runs"] ?? (vendor === undefined ? ENGINE_RUNS : "0");
  return {
    ...{ seed, vendor, engineRuns: toNumber("--engine-runs", runs) },
    faults: faults === undefined ? undefined : toNumber("--faults", faults),
  };
}

function toNumber(option: string, text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new TypeError(`${option} takes a number from 0 to 9999999, not "${text}".`);
}

function vendorNames(): string[] {
  return vendors.map(({ name }) => name);
}

function report(layer: string, tally: Tally): void {
  for (const failure of tally.failures) say(`  ${failure}`);
  say(`${layer}: ${tallyLine(tally)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof TypeError;
  process.stderr.write(
    isUsage ? `${error.message}\n  ${USAGE}\n` : `${error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = isUsage ? 2 : 1;
}
