import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type EngineLog, engineLog, Journal, ProviderInstance, serve } from "@mais/provider-kit/plugin";
import { claimedEngine, watchEngine } from "./engine-watch.ts";
import { journalFolder } from "./journal-folder.ts";
import { answerLaunchers, offerPort } from "./launchers.ts";
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
  const open = portOpener(stop.signal);
  answerLaunchers(run, open);
  for (const vendor of Object.keys(PROVIDERS)) await offerPort(run, vendor, open);
}

/** Serves one vendor on a port of its own, with a configuration of its own: the engine has one plugin per provider instance. */
function portOpener(stop: AbortSignal): (vendor: string) => Promise<number> {
  const journal = new Journal(journalFolder(process.env, ROOT));
  let log: EngineLog | undefined;
  const onEngine = (address: string) => {
    log ??= engineLog(address);
  };
  return async (vendor) => {
    const provider = await PROVIDERS[vendor]?.();
    if (!provider) throw new Error(`no provider is called ${vendor}`);
    const cancel = new AbortController();
    const stopped = AbortSignal.any([stop, cancel.signal]);
    const surroundings = { env: process.env, root: ROOT };
    const instance = new ProviderInstance({ provider, surroundings, journal, log: () => log, stopped });
    const { port } = await serve(provider, instance, onEngine, () => cancel.abort(new Error("cancelled")));
    return port;
  };
}

const [run] = process.argv.slice(2);
if (!run) throw new Error("usage: main.ts RUN_FOLDER");
await main(run);
