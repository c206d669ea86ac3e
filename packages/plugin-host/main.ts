import { closeSync, openSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EngineLog, engineLog, Journal, ProviderInstance, serve } from "@mais/provider-kit/plugin";
import { PROVIDERS } from "./providers.ts";
import { waitForSurvivors } from "./survivors.ts";

// One process for all vendors of one engine run; see `launch` for who starts it and how ports are asked for.

const ENGINE_CHECK_MS = 500;
/** After the engine's death: requests are aborted at once, and the process ends within this time. */
const LAST_BREATH_MS = 1_500;

/** Where create intents are kept: beside the state where the backend is a folder, so that both move together. */
function journalFolder(env: NodeJS.ProcessEnv, root: string): string {
  const backend = env.PULUMI_BACKEND_URL ?? "";
  if (backend.startsWith("file:///")) return join(fileURLToPath(backend), ".mais-journal");
  return join(root, ".mais", "journal");
}

async function main(run: string, engine: string): Promise<void> {
  const root = process.env.MAIS_ROOT ?? join(import.meta.dirname, "..", "..");
  const stop = new AbortController();
  const alive = openSync(join(run, "alive"), "r+");
  const end = () => {
    rmSync(run, { recursive: true, force: true });
    closeSync(alive);
    process.exit(0);
  };
  watchEngine(engine, () => {
    stop.abort(new Error("the engine has ended"));
    setTimeout(end, LAST_BREATH_MS);
  });
  await waitForSurvivors(dirname(run), run);
  const journal = new Journal(journalFolder(process.env, root));
  let log: EngineLog | undefined;
  const open = async (vendor: string, launcher: string) => {
    const provider = await PROVIDERS[vendor]?.();
    if (!provider) throw new Error(`no provider is called ${vendor}`);
    const cancel = new AbortController();
    const stopped = AbortSignal.any([stop.signal, cancel.signal]);
    const instance = new ProviderInstance({
      provider,
      surroundings: { env: process.env, root },
      journal,
      log: () => log,
      stopped,
    });
    const onEngine = (address: string) => {
      log ??= engineLog(address);
    };
    const { port } = await serve(provider, instance, onEngine, () => cancel.abort(new Error("cancelled")));
    writeFileSync(join(run, `new.${launcher}`), `${port}\n`);
    renameSync(join(run, `new.${launcher}`), join(run, `port.${launcher}`));
  };
  answerLaunchers(run, open);
}

/** Answers each `want.<vendor>.<pid>` file with a provider instance of its own. */
function answerLaunchers(run: string, open: (vendor: string, launcher: string) => Promise<void>): void {
  const seen = new Set<string>();
  const look = () => {
    for (const name of readdirSync(run)) {
      if (!name.startsWith("want.") || seen.has(name)) continue;
      seen.add(name);
      const launcher = name.slice("want.".length);
      open(launcher.split(".")[0] ?? "", launcher).catch((error: Error) => {
        console.error(error.message);
        writeFileSync(join(run, "failed"), "");
      });
    }
  };
  watch(run, look);
  look();
}

/** Calls back once, when nothing listens on the engine's address any more. */
function watchEngine(address: string, onEnd: () => void): void {
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  const timer = setInterval(() => {
    const socket = connectSocket({ host: "127.0.0.1", port }, () => socket.destroy());
    socket.on("error", () => {
      clearInterval(timer);
      onEnd();
    });
  }, ENGINE_CHECK_MS);
}

const [run, engine] = process.argv.slice(2);
if (!run || !engine) throw new Error("usage: main.ts RUN_FOLDER ENGINE_ADDRESS");
writeFileSync(join(run, "server", "pid"), `${process.pid}\n`);
await main(run, engine);
