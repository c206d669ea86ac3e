import { mkdirSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../user-error.ts";
import { removeAddress, sandboxFolder, writeAddress } from "./address.ts";
import { type DataServerChoice, readChoice, writeChoice } from "./data-server-choice.ts";
import { lockFolder } from "./folder-lock.ts";
import type { OpenSandbox } from "./sandbox.ts";

/** The exit code that says: another process holds the folder. Whoever started several at once waits for that one. */
export const HELD_BY_ANOTHER = 75;

const root = join(import.meta.dirname, "..", "..");

interface Options {
  dir: string;
  port: number | undefined;
  /** Undefined leaves it as the last start had it. */
  databases: DataServerChoice | undefined;
}

const USAGE = "node src/sandbox/main.ts [--dir FOLDER] [--port NUMBER] [--postgres] [--redis] [--no-databases]";

/** The sandbox as a process. */
async function main(args: readonly string[]): Promise<void> {
  const { dir, port, databases: wanted } = readOptions(args);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Socket paths are short: the lock is named relative to the folder.
  process.chdir(dir);
  const lock = await lockFolder("lock");
  if (!lock) {
    const message = `A sandbox is already running on ${dir}. This one did not start.`;
    explain(new UserError(message, { advice: ["See it: mais sandbox status", "End it: mais sandbox stop"] }));
    process.exit(HELD_BY_ANOTHER);
  }
  enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node"));
  // What takes long to load comes after the lock: of several that start at once all but one end here, soon.
  const [{ emulators }, { openSandbox }] = await Promise.all([import("./emulators.ts"), import("./sandbox.ts")]);
  const stopping = Promise.withResolvers<void>();
  process.once("SIGTERM", () => stopping.resolve());
  process.once("SIGINT", () => stopping.resolve());
  const exchanges = process.env.MAIS_SANDBOX_EXCHANGES;
  const databases = wanted ?? readChoice(dir);
  const sandbox = await openSandbox({ dir, port, emulators, exchanges, databases, onStop: () => stopping.resolve() });
  outliveFaults(sandbox);
  writeChoice(dir, databases);
  writeAddress(dir, sandbox.address);
  process.stdout.write(`The sandbox answers on ${sandbox.address.url}\n`);
  // Node keeps it at a process's end, which may be far off.
  flushCompileCache();
  await stopping.promise;
  removeAddress(dir);
  await sandbox.close();
  await lock.release();
}

/** A fault beside the requests must not take the sandbox down silently, nor leave it half alive. */
function outliveFaults({ fault }: OpenSandbox): void {
  process.on("unhandledRejection", (reason) => fault(reason, "a promise that nobody awaited"));
  process.on("uncaughtException", (error) => {
    fault(error, "the end of the sandbox");
    process.exit(1);
  });
}

function readOptions(args: readonly string[]): Options {
  const advice = USAGE;
  let values: { dir?: string; port?: string; postgres?: boolean; redis?: boolean; "no-databases"?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        ...{ dir: { type: "string" }, port: { type: "string" } },
        ...{ postgres: { type: "boolean" }, redis: { type: "boolean" }, "no-databases": { type: "boolean" } },
      },
    }));
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { advice, exit: 2 });
  }
  const dir = values.dir === undefined ? sandboxFolder(root, process.env) : resolve(values.dir);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new UserError(`--port takes a number from 1 to 65535, not "${values.port}".`, { advice, exit: 2 });
  }
  const { postgres = false, redis = false } = values;
  const isChosen = postgres || redis || values["no-databases"];
  return { dir, port, databases: isChosen ? { postgres, redis } : undefined };
}

function fail(error: unknown): void {
  const known = error instanceof UserError;
  if (known) explain(error);
  // A fault of ours: whoever mends it needs to know where.
  else process.stderr.write(`The sandbox could not start: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(known ? error.exit : 1);
}

function explain({ message, advice }: UserError): void {
  process.stderr.write(`${[message, ...advice.map((line) => `  ${line}`)].join("\n")}\n`);
}

if (import.meta.main) {
  // Whoever started it may be gone, and its end of the pipe with it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  main(process.argv.slice(2)).then(() => process.exit(0), fail);
}
