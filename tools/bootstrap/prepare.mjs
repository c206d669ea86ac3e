// Runs on any Node from 20, before anything is installed: only Node's own modules may be imported here.
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** The oldest Node that runs the project's TypeScript as it is, without a flag. */
const NODE_FLOOR = [22, 18];

/** Installs what the lock file names unless it is there, and answers a Node that runs TypeScript. */
export async function prepare() {
  if (!isInstalled()) await install();
  const own = join(root, "node_modules", ".bin", "node");
  if (isExecutable(own)) return own;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1])) return process.execPath;
  fail(`node_modules has no Node of its own, and this one is ${process.versions.node}.`, [
    "npm must run the install script of the package `node`: allowScripts in package.json allows it.",
    `Run: npm ci (without --ignore-scripts), or use Node ${NODE_FLOOR.join(".")} or newer.`,
  ]);
}

/**
 * npm keeps what it installed in node_modules/.package-lock.json; the packages there must be the lock file's. Optional
 * packages are for other platforms, so their absence says nothing.
 */
function isInstalled() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (!wanted) fail("package-lock.json is missing or broken.", ["Restore it: git checkout package-lock.json"]);
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || !path.startsWith("node_modules/") || entry.optional || entry.devOptional) return true;
    const found = installed[path];
    return found !== undefined && (entry.link || found.version === entry.version);
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install() {
  // npm tells its own path to the scripts that it runs: the user's npm, whatever is first on the path.
  const npm = process.env.npm_execpath && existsSync(process.env.npm_execpath) ? process.env.npm_execpath : undefined;
  const [program, args] = npm?.endsWith("js") ? [process.execPath, [npm]] : [npm ?? "npm", []];
  const code = await alive("Installing packages (npm ci)", () => run(program, [...args, "ci"]));
  if (code !== 0) {
    fail(`npm ci ended with exit code ${code}; what it says is above.`, [
      "It needs npm 11 or newer (npm --version) and its registry. Then run the same command again.",
    ]);
  }
}

/** Runs a program on the user's terminal; answers its exit code. */
export function run(program, args, options = {}) {
  const child = spawn(program, args, { cwd: root, stdio: "inherit", ...options });
  // A terminal's Ctrl-C reaches the program by itself; it decides how to end.
  const ignore = () => {};
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore);
  process.on("SIGTERM", pass);
  return new Promise((settle) => {
    child.once("error", (error) => {
      process.stderr.write(`error: ${program} does not start: ${error.message}\n`);
      settle(127);
    });
    child.once("exit", (code, signal) => settle(code ?? (signal === "SIGINT" ? 130 : 143)));
  }).finally(() => {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", pass);
  });
}

/** Says how long it has taken, again and again: a silent minute looks like a broken program. */
async function alive(label, work) {
  const start = performance.now();
  const age = () => `${Math.round((performance.now() - start) / 1000)} s`;
  process.stderr.write(`${label} …\n`);
  const timer = setInterval(() => process.stderr.write(`${label} … ${age()}\n`), 10_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write(`${label}: ended after ${age()}\n`);
  }
}

/** The environment of everything that runs on the project's own Node. */
export function environment() {
  const bin = join(root, "node_modules", ".bin");
  return {
    ...process.env,
    PATH: `${bin}:${process.env.PATH ?? ""}`,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "node"),
  };
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {never} */
function fail(message, advice) {
  process.stderr.write(`error: ${message}\n${advice.map((line) => `  ${line}\n`).join("")}`);
  process.exit(1);
}
