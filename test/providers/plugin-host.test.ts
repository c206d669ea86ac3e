import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive } from "../helpers/is-alive.ts";
import { pluginClient } from "../helpers/plugin-client.ts";
import { ROOT } from "../helpers/stack-run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";

// The engine is a port that listens, and this process: launchers know both.

let folder: ReturnType<typeof temporaryFolder>;
let engines: Server[];
let launchers: ChildProcess[];

beforeEach(async () => {
  folder = temporaryFolder();
  engines = [];
  launchers = [];
});
afterEach(async () => {
  for (const engine of engines) engine.close();
  await until(
    "launchers to end",
    () => launchers.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null),
    10_000,
  );
  folder[Symbol.dispose]();
});

const port = (server: Server) => (server.address() as { port: number }).port;

async function startEngine(): Promise<Server> {
  const engine = createServer((socket) => socket.destroy());
  engines.push(engine);
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  return engine;
}

/** The port that one plugin prints. */
async function launch(vendor: string, engine: Server, env: Record<string, string> = {}): Promise<number> {
  const launcher = spawn(join(ROOT, "packages", vendor, `pulumi-resource-${vendor}`), [`127.0.0.1:${port(engine)}`], {
    env: { ...process.env, MAIS_RUN_DIR: folder.path, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  launchers.push(launcher);
  let printed = "";
  launcher.stdout.on("data", (text) => {
    printed += text;
  });
  await until(`${vendor}'s port`, () => /^\d+\n$/.test(printed));
  return Number(printed);
}

const servingProcess = (run: string) => Number(readFileSync(join(run, "pid"), "utf8"));
const runs = () => readdirSync(folder.path).map((name) => join(folder.path, name));

test("one process serves all vendors of an engine run, each instance on a port of its own, and ends with the engine", async () => {
  const engine = await startEngine();
  const ports = [await launch("render", engine), await launch("upstash", engine), await launch("render", engine)];
  expect(new Set(ports).size).toBe(3);
  const [run = ""] = runs();
  expect(runs()).toHaveLength(1);
  const clients = ports.map(pluginClient);
  expect(await Promise.all(clients.map((client) => client.version()))).toEqual(["0.1.0", "0.5.0", "0.1.0"]);
  for (const client of clients) client.close();
  const pid = servingProcess(run);
  expect(isAlive(pid)).toBe(true);
  engine.close();
  await until("the serving process to end", () => !isAlive(pid), 5_000);
  expect(existsSync(run)).toBe(false);
});

/** A serving process that no engine has claimed, kept by the process `owner`. */
async function startWarm(owner: number): Promise<string> {
  const run = join(folder.path, `warm-${owner}`);
  mkdirSync(run);
  const node = join(ROOT, "node_modules", ".bin", "node");
  const main = join(ROOT, "packages", "plugin-host", "main.ts");
  spawn(node, ["--conditions=mais-plugin", main, run], { stdio: "inherit", detached: true }).unref();
  await until("the warm process", () => existsSync(join(run, "pid")));
  return run;
}

test("a warm process is claimed by one engine; a second engine gets a process of its own", async () => {
  const warm = await startWarm(process.pid);
  const [first, second] = [await startEngine(), await startEngine()];
  await launch("mais", first, { MAIS_PLUGIN_RUN: warm });
  expect(runs()).toEqual([warm]);
  await launch("mais", second, { MAIS_PLUGIN_RUN: warm });
  expect(runs()).toHaveLength(2);
  expect(new Set(runs().map(servingProcess)).size).toBe(2);
});

test("a warm process that nobody claims ends with the command that started it", async () => {
  const owner = spawn("sleep", ["30"]);
  const warm = await startWarm(owner.pid ?? 0);
  const pid = servingProcess(warm);
  owner.kill("SIGKILL");
  await until("the warm process to end", () => !isAlive(pid), 5_000);
});

test("a launcher whose process cannot start says why and fails", async () => {
  const engine = await startEngine();
  const broken = join(folder.path, `${port(engine)}-${process.pid}`);
  mkdirSync(broken);
  for (const [name, text] of [
    ["engine", ""],
    ["failed", ""],
    ["log", "no room\n"],
  ])
    spawnSync("sh", ["-c", `printf '%s' '${text}' > ${join(broken, name ?? "")}`]);
  const launcher = spawnSync(join(ROOT, "packages", "mais", "pulumi-resource-mais"), [`127.0.0.1:${port(engine)}`], {
    env: { ...process.env, MAIS_RUN_DIR: folder.path },
    encoding: "utf8",
  });
  expect(launcher.status).toBe(1);
  expect(launcher.stderr).toContain("no room");
});
