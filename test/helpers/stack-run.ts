import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
const MAIS = join(ROOT, "node_modules", ".bin", "mais");

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Both streams. */
  output: string;
}

/** A command that ends by itself; its process id is known before anything else happens. */
export function run(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<Finished> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  // A command that ends without reading its input closes it.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr, output: stdout + stderr }));
  });
}

/** One entry of the sandbox's request log. */
export interface LoggedRequest {
  vendor: string;
  method: string;
  path: string;
  status: number;
  write: boolean;
}

/** A sandbox of its own, with the engine's state of it, for one test file. */
export class StackRun implements AsyncDisposable {
  readonly folder: string;
  /** The environment of every command. */
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = { ...process.env, NO_COLOR: "1", CI: "true", MAIS_SANDBOX_DIR: folder, ...env };
  }

  static async open(env: NodeJS.ProcessEnv = {}): Promise<StackRun> {
    return new StackRun(await mkdtemp(join(tmpdir(), "mais-stack-")), env);
  }

  mais(...args: string[]): Promise<Finished> {
    return run(MAIS, args, { env: this.env });
  }

  /** The engine on the sandbox. */
  pulumi(...args: string[]): Promise<Finished> {
    return this.mais("--sandbox", "pulumi", ...args);
  }

  /** Another environment for the same sandbox, such as one with another MAIS_ENV_FILE. */
  with(env: NodeJS.ProcessEnv): StackRun {
    return new StackRun(this.folder, { ...this.env, ...env });
  }

  async requests(): Promise<LoggedRequest[]> {
    const text = await readFile(join(this.folder, "requests.log"), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LoggedRequest);
  }

  /** Asks the sandbox's control plane. */
  async control<T>(path: string, { method = "GET", body }: { method?: string; body?: unknown } = {}): Promise<T> {
    const address = JSON.parse(await readFile(join(this.folder, "address.json"), "utf8"));
    const answer = await fetch(`${address.url}/_sandbox${path}`, {
      method,
      headers: { authorization: `Bearer ${address.controlToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mais("sandbox", "stop");
    await rm(this.folder, { recursive: true, force: true });
  }
}
