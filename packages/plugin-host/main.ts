import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { claimedEngine, watchEngine } from "./engine-watch.ts";
import { answerLaunchers, offerPort } from "./launchers.ts";
import { portOpener } from "./port-opener.ts";
import { PROVIDERS } from "./providers.ts";
import { waitForSurvivors } from "./survivors.ts";

// One process for all vendors of one engine run; see `launch` for who starts it and how ports are asked for.

/** After the engine's death: requests are aborted at once, and the process ends within this time. */
const LAST_BREATH_MS = 1_500;

const ROOT = join(import.meta.dirname, "..", "..");

/** A pipe that every launcher reads from: it ends, and they with it, when this process does. */
function holdAlivePipe(run: string): number {
  const pipe = join(run, "alive");
  execFileSync("mkfifo", [pipe]);
  // For reading too: opening for writing alone would wait for a reader.
  return openSync(pipe, "r+");
}

async function main(run: string): Promise<void> {
  writeFileSync(join(run, "pid"), `${process.pid}\n`);
  const alive = holdAlivePipe(run);
  const end = () => {
    rmSync(run, { recursive: true, force: true });
    closeSync(alive);
    process.exit(0);
  };
  const stop = new AbortController();
  claimedEngine(run, end, (engine) =>
    watchEngine(engine, () => {
      stop.abort(new Error("the engine has ended"));
      setTimeout(end, LAST_BREATH_MS);
    }),
  );
  await waitForSurvivors(dirname(run), run);
  const surroundings = { env: process.env, root: ROOT };
  const open = portOpener({ surroundings, stop: stop.signal, load: (vendor) => PROVIDERS[vendor]?.() });
  answerLaunchers(run, open);
  for (const vendor of Object.keys(PROVIDERS)) await offerPort(run, vendor, open);
}

const [run] = process.argv.slice(2);
if (!run) throw new Error("usage: main.ts RUN_FOLDER");
await main(run);
