import { spawn } from "node:child_process";
import { join } from "node:path";
import type { DataServerChoice } from "../sandbox/data-server-choice.ts";
import { REGISTRY } from "../sandbox/registry-environment.ts";
import { exit } from "../user-error.ts";

const MAIN = join(import.meta.dirname, "..", "sandbox", "main.ts");

export interface StartOptions {
  /** The sandbox's folder. */
  dir: string;
  /** Any free one, when left out. */
  port?: number | undefined;
  /** Which real databases it is to have; left out, those that it had. */
  databases?: DataServerChoice | undefined;
}

/** One start of the sandbox as a process of its own. */
export interface Attempt {
  /** Its exit code, once it has ended. */
  code: number | undefined;
  said: string;
  /** Lets it live on without us. */
  release(): void;
}

export function spawnSandbox({ dir, port, databases }: StartOptions): Attempt {
  const place = ["--dir", dir, ...(port === undefined ? [] : ["--port", String(port)])];
  const args = [MAIN, ...place, ...(databases ? databaseOptions(databases) : [])];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: launchEnvironment(),
  });
  const release = () => {
    child.stderr.destroy();
    child.unref();
  };
  const attempt: Attempt = { code: undefined, said: "", release };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    attempt.said += text;
  });
  child.once("error", ({ message }) => {
    Object.assign(attempt, { code: exit.other, said: `The sandbox could not be started: ${message}` });
  });
  child.once("close", (code) => {
    attempt.code ??= code ?? exit.other;
  });
  return attempt;
}

function databaseOptions({ postgres, redis }: DataServerChoice): string[] {
  const wanted = [...(postgres ? ["--postgres"] : []), ...(redis ? ["--redis"] : [])];
  return wanted.length > 0 ? wanted : ["--no-databases"];
}

/** It runs users' code: of our environment it gets what a program needs to start, and no credential. */
function launchEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, XDG_CACHE_HOME, NODE_COMPILE_CACHE, MAIS_SANDBOX_EXCHANGES } = process.env;
  const npm = Object.entries(process.env).filter(([name]) => REGISTRY.test(name));
  const own = { PATH, HOME, TMPDIR, LANG, XDG_CACHE_HOME, NODE_COMPILE_CACHE, MAIS_SANDBOX_EXCHANGES };
  return { ...own, ...Object.fromEntries(npm) };
}
