import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../user-error.ts";
import { removeAddress, sandboxFolder, writeAddress } from "./address.ts";
import { lockFolder } from "./folder-lock.ts";

interface Options {
  dir: string;
  port: number | undefined;
}

/** The sandbox as a process: `node src/sandbox/main.ts [--dir FOLDER] [--port NUMBER]`. */
async function main(args: readonly string[]): Promise<void> {
  const { dir, port } = readOptions(args);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Socket paths are short: the lock is named relative to the folder.
  process.chdir(dir);
  const lock = await lockFolder("lock");
  if (!lock) {
    throw new UserError(`A sandbox is already running on ${dir}. This one did not start.`, {
      advice: ["See it: mais sandbox status", "End it: mais sandbox stop"],
    });
  }
  // What takes long to load comes after the lock: of several that start at once all but one end here, soon.
  const [{ emulators }, { openSandbox }] = await Promise.all([import("./emulators.ts"), import("./sandbox.ts")]);
  const stopping = Promise.withResolvers<void>();
  process.once("SIGTERM", () => stopping.resolve());
  process.once("SIGINT", () => stopping.resolve());
  const sandbox = await openSandbox({ dir, port, emulators, onStop: () => stopping.resolve() });
  writeAddress(dir, sandbox.address);
  process.stdout.write(`The sandbox answers on ${sandbox.address.url}\n`);
  await stopping.promise;
  removeAddress(dir);
  await sandbox.close();
  await lock.release();
}

function readOptions(args: readonly string[]): Options {
  const advice = "node src/sandbox/main.ts [--dir FOLDER] [--port NUMBER]";
  let values: { dir?: string; port?: string };
  try {
    ({ values } = parseArgs({ args: [...args], options: { dir: { type: "string" }, port: { type: "string" } } }));
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { advice, exit: 2 });
  }
  const root = join(import.meta.dirname, "..", "..");
  const dir = values.dir === undefined ? sandboxFolder(root, process.env) : resolve(values.dir);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new UserError(`--port takes a number from 1 to 65535, not "${values.port}".`, { advice, exit: 2 });
  }
  return { dir, port };
}

/** Somebody else's fault ends with its message; ours keeps its stack for the log. */
function fail(error: unknown): void {
  if (error instanceof UserError) {
    process.stderr.write(`${[error.message, ...error.advice.map((line) => `  ${line}`)].join("\n")}\n`);
    process.exit(error.exit);
  }
  process.stderr.write(`The sandbox could not start: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

if (import.meta.main) main(process.argv.slice(2)).then(() => process.exit(0), fail);
