import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "..", "..");
const MAIS = join(ROOT, "tools", "cli", "mais");
const LIMIT_MS = 120_000;
const INSTALL_LIMIT_MS = 600_000;

const execute = promisify(execFile);

/** One of the vendors' tools, and what shows that it works against the sandbox as it is. */
export interface VendorTool {
  name: string;
  /** npm packages with their exact versions. */
  packages: readonly string[];
  /** Options of `mais sandbox start`. */
  start?: readonly string[];
  /** Throws where the tool or the sandbox does something else than the real service would let it do. */
  prove(workshop: Workshop): Promise<void>;
}

/** A request as the sandbox's log has it: `POST /v1/projects 201`. */
export type LoggedCall = string;

/** A throw-away folder with the tool in it, and a sandbox of its own that the tool knows by the printed lines alone. */
export class Workshop implements AsyncDisposable {
  readonly folder: string;
  readonly #env: Record<string, string>;
  #lines = "";

  private constructor(folder: string) {
    this.folder = folder;
    const path = [dirname(process.execPath), process.env.PATH ?? ""].join(":");
    this.#env = { PATH: path, HOME: join(folder, "home"), MAIS_SANDBOX_DIR: join(folder, "sandbox") };
  }

  static async open({ packages, start = [] }: VendorTool): Promise<Workshop> {
    const workshop = new Workshop(mkdtempSync(join(tmpdir(), "mais-vendor-tool-")));
    mkdirSync(join(workshop.folder, "home"));
    try {
      await workshop.#install(packages);
      await workshop.mais("sandbox", "start", ...start);
      // Nothing else is taken from the sandbox: what a user's shell would evaluate.
      workshop.#lines = await workshop.mais("sandbox", "proxy");
    } catch (error) {
      await workshop[Symbol.asyncDispose]();
      throw error;
    }
    return workshop;
  }

  /** Runs a command of the installed packages in a shell that has evaluated the lines; answers its standard output. */
  async run(command: string, args: readonly string[] = [], environment: Record<string, string> = {}): Promise<string> {
    const bin = join(this.folder, "node_modules", ".bin");
    const script = 'eval "$1"; shift; exec "$@"';
    const env = { ...this.#env, ...environment, PATH: `${bin}:${this.#env.PATH}` };
    const options = { cwd: this.folder, env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    const running = execute("sh", ["-c", script, "sh", this.#lines, command, ...args], options);
    // Some tools read what is piped to them, and would wait for its end.
    running.child.stdin?.end();
    return (await running).stdout;
  }

  /** Runs a program of `clients/`, which uses the installed package as its documentation says. */
  async runClient(file: string, args: readonly string[] = []): Promise<unknown> {
    const program = join(this.folder, basename(file));
    copyFileSync(join(import.meta.dirname, "clients", file), program);
    return JSON.parse(await this.run("node", [program, ...args]));
  }

  /** Runs `mais` on this sandbox, outside the tool's shell. */
  async mais(...args: readonly string[]): Promise<string> {
    return (await execute(MAIS, args, { env: this.#env, timeout: LIMIT_MS })).stdout;
  }

  /** What has reached a vendor's emulator so far, or was refused by the proxy (vendor `proxy`). */
  calls(vendor: string): LoggedCall[] {
    const lines = readFileSync(join(this.folder, "sandbox", "requests.log"), "utf8")
      .trim()
      .split("\n");
    const entries: Record<string, unknown>[] = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
    return entries
      .filter((entry) => entry.vendor === vendor)
      .map(({ method, path, status }) => `${method} ${path} ${status}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execute(MAIS, ["sandbox", "stop"], { env: this.#env }).catch(() => {});
    // A tool may have left a worker behind that still writes there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }

  /** With the user's own registry settings, which the tool itself does not see. */
  async #install(packages: readonly string[]): Promise<void> {
    const options = { cwd: this.folder, timeout: INSTALL_LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    await execute("npm", ["init", "--yes"], options);
    await execute("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], options);
  }
}
