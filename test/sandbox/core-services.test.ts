import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LocalServices, type LocalServicesOptions } from "../../src/sandbox/local-services.ts";
import type { ServiceVersion } from "../../src/sandbox/service-host.ts";
import { isAlive } from "../helpers/is-alive.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";

/** Answers its environment and its process ids; with FAIL its health page is ill; with CRASH it ends at once. */
const PROGRAM = `
import { spawn } from "node:child_process";
import { createServer } from "node:http";
console.log("version", process.env.VERSION, process.env.SECRET);
if (process.env.CRASH) process.exit(3);
const child = process.env.CHILD ? spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"]) : undefined;
createServer((request, response) => {
  const ill = request.url === "/health" && process.env.FAIL;
  if (ill) console.log("ill");
  const body = { env: process.env, pids: [process.pid, child?.pid], version: process.env.VERSION };
  const send = () => response.writeHead(ill ? 503 : 200).end(JSON.stringify(body));
  request.url === "/slow" ? setTimeout(send, 50) : send();
}).listen(process.env.PORT);
`;

/** What it builds and installs lies in folders of its own. */
function host(options: Partial<LocalServicesOptions> = {}) {
  const folder = temporaryFolder();
  const [dir, modulesDir] = [join(folder.path, "services"), join(folder.path, "modules")];
  const services = new LocalServices({ dir, modulesDir, ports: new Map(), startLimitMs: 10_000, ...options });
  const dispose = async () => {
    await services.close();
    folder[Symbol.dispose]();
  };
  return Object.assign(services, { dir, [Symbol.asyncDispose]: dispose });
}

let builds = 0;

/** Another deploy of the program in that folder. */
function versionIn(
  folder: string,
  variables: Record<string, string>,
  rest: Partial<ServiceVersion> = {},
): ServiceVersion {
  writeFileSync(join(folder, "server.mjs"), PROGRAM);
  const common = { id: "srv-1", name: "api", vendor: "render", healthCheckPath: "/health" };
  const buildId = `dep-${++builds}`;
  return { ...common, folder, startCommand: "node server.mjs", variables, buildId, ...rest };
}

async function ask(
  services: LocalServices,
  path = "/",
): Promise<{ env: Record<string, string>; pids: number[]; version: string }> {
  const answer = await fetch(`${services.list()[0]?.localUrl}${path}`);
  expect(answer.status).toBe(200);
  return JSON.parse(await answer.text());
}

test("a service runs with the platform's variables beneath its own, PORT and PATH, in a copy of its folder", async () => {
  using folder = temporaryFolder();
  await using services = host({ authorityFile: "/sandbox/ca.pem" });
  const platform = { defaults: { RENDER: "true", MODE: "theirs" }, runtimeDefaults: { NODE_ENV: "production" } };
  const variables = { VERSION: "1", SECRET: "s3cret", MODE: "ours" };
  await services.deploy(versionIn(folder.path, variables, { ...platform, buildId: "dep-0" }));
  const { env } = await ask(services);
  const { PATH, PORT, PWD, ...given } = env;
  const added = { RENDER: "true", NODE_ENV: "production", NODE_EXTRA_CA_CERTS: "/sandbox/ca.pem" };
  expect(given).toEqual({ ...variables, ...added });
  expect([PATH?.includes("node"), Number(PORT) > 0]).toEqual([true, true]);
  expect(PWD).toBe(join(services.dir, "srv-1", "dep-0", "tree"));
});

test("a version that stays ill is refused with its own last lines and without its secrets, while the old one serves on", async () => {
  using folder = temporaryFolder();
  // Its time is up as soon as it was asked once.
  const elapsed = () => (services.logs("srv-1").includes("ill") ? 60_000 : 0);
  await using services = host({ startLimitMs: 30_000, elapsed });
  await services.deploy(versionIn(folder.path, { VERSION: "1" }));
  const ill = versionIn(folder.path, { VERSION: "2", FAIL: "1", SECRET: "canary-in-the-log" });
  const refusal = await services.deploy(ill).catch((error: Error) => error.message);
  expect(refusal).toMatch(
    /^api \(node server.mjs\) did not answer on \/health within 30 s \(the last answer had status 503\)/,
  );
  expect(refusal).toContain("| version 2 $SECRET");
  expect(refusal).not.toMatch(/canary|version 1/);
  expect((await ask(services)).version).toBe("1");
  const said = services.logs("srv-1").filter((line) => line.startsWith("version"));
  expect(said).toEqual(["version 1 undefined", "version 2 $SECRET"]);
});

test("a version that ends before it answers is refused at once, with its exit code", async () => {
  using folder = temporaryFolder();
  await using services = host({ startLimitMs: 600_000 });
  await expect(services.deploy(versionIn(folder.path, { CRASH: "1" }))).rejects.toThrow(
    "exited with code 3 before it answered",
  );
  expect(services.list()).toEqual([]);
});

test("a switch to a new version loses no request and keeps the URL", async () => {
  using folder = temporaryFolder();
  await using services = host();
  await services.deploy(versionIn(folder.path, { VERSION: "1" }));
  const [before] = services.list();
  const seen: string[] = [];
  let isDone = false;
  const callers = [1, 2, 3].map(async () => {
    while (!isDone) seen.push((await ask(services, "/slow")).version);
  });
  await services.deploy(versionIn(folder.path, { VERSION: "2" }));
  await until("an answer of the new version", () => seen.at(-1) === "2");
  isDone = true;
  await Promise.all(callers);
  expect(new Set(seen)).toEqual(new Set(["1", "2"]));
  expect(services.list()).toEqual([before]);
});

test("an old version that does not end gets its own time for it; one with a disk ends before the new one starts", async () => {
  using folder = temporaryFolder();
  await using services = host();
  const startCommand = "trap 'echo told to end' TERM; echo shell $$; node server.mjs & while :; do wait; done";
  await services.deploy(versionIn(folder.path, { VERSION: "1" }, { startCommand, shutdownSeconds: 1 }));
  const shell = /^shell (\d+)$/m.exec(services.logs("srv-1").join("\n"))?.[1];
  expect(isAlive(Number(shell))).toBe(true);
  await services.deploy(versionIn(folder.path, { VERSION: "2" }));
  await until("its being told", () => services.logs("srv-1").includes("told to end"));
  await until("the end of the old one", () => !isAlive(Number(shell)));
  const polite = { startCommand: "trap 'echo ended; exit' TERM; node server.mjs & wait" };
  for (const [exclusive, endings] of [
    [false, 0],
    [false, 1],
    [true, 2],
  ] as const) {
    await services.deploy(versionIn(folder.path, { VERSION: `${exclusive}` }, { ...polite, exclusive }));
    const ended = () => services.logs("srv-1").filter((line) => line === "ended").length;
    await until("the end of the one before", () => ended() === endings);
  }
  const order = services.logs("srv-1").filter((line) => /^(version (true|false) |ended)/.test(line));
  expect(order).toEqual([
    "version false undefined",
    "version false undefined",
    "ended",
    "ended",
    "version true undefined",
  ]);
});

test("a WebSocket reaches the service, and ends with it", async () => {
  using folder = temporaryFolder();
  await using services = host();
  const echo = `
    const { createServer } = require("node:http");
    const server = createServer((_, response) => response.end());
    server.on("upgrade", ({ headers, url }, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\\r\\nupgrade: echo\\r\\nconnection: upgrade\\r\\n\\r\\n" + url + headers.mark);
      socket.on("data", (data) => socket.write("echo " + data));
    });
    server.listen(process.env.PORT);`;
  writeFileSync(join(folder.path, "echo.cjs"), echo);
  await services.deploy(versionIn(folder.path, {}, { startCommand: "node echo.cjs", healthCheckPath: "/" }));
  const headers = { connection: "upgrade", upgrade: "echo", mark: "!" };
  const asked = request(`${services.list()[0]?.localUrl}/socket`, { headers, agent: false });
  const [, socket, head]: [IncomingMessage, Socket, Buffer] = await new Promise((resolve, reject) => {
    asked.once("upgrade", (...all) => resolve(all));
    asked.once("error", reject);
    asked.end();
  });
  let heard = head.toString();
  socket.on("data", (data) => {
    heard += data;
  });
  socket.on("error", () => {});
  socket.write("hello");
  await until("the echo", () => heard === "/socket!echo hello");
  await services.stop("srv-1");
  await until("its end", () => socket.destroyed);
});

test("stopping a service ends it and what it started", async () => {
  using folder = temporaryFolder();
  await using services = host();
  await services.deploy(versionIn(folder.path, { CHILD: "1" }));
  const { pids } = await ask(services);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await services.stop("srv-1");
  await until("the end of both processes", () => !pids.some(isAlive));
  expect(services.list()).toEqual([]);
});

test("a service may finish what it does when it is told to end, behind a compound command too", async () => {
  using folder = temporaryFolder();
  await using services = host();
  const startCommand = "trap 'sleep 0.2; echo finished; exit' TERM; echo ready; while :; do sleep 0.05; done";
  const wrapped = `true && sh -c "${startCommand}"; true`;
  const started = services.deploy(versionIn(folder.path, {}, { startCommand: wrapped, healthCheckPath: "/health" }));
  started.catch(() => {});
  await until("its first line", () => services.logs("srv-1").includes("ready"));
  await services.stop("srv-1");
  expect(services.logs("srv-1")).toContain("finished");
});

test("a stop gives up a start that is under way", async () => {
  using folder = temporaryFolder();
  await using services = host({ startLimitMs: 600_000 });
  const deploy = services.deploy(versionIn(folder.path, { FAIL: "1" })).catch((error: Error) => error.message);
  await until("its first line", () => services.logs("srv-1").includes("ill"));
  await services.stop("srv-1");
  expect(await deploy).toContain("was stopped before it answered");
});

test("a service keeps its port over a restart, and takes another if that is taken", async () => {
  using folder = temporaryFolder();
  const ports = new Map<string, number>();
  const urls: (string | undefined)[] = [];
  for (const _ of [1, 2]) {
    await using services = host({ ports });
    await services.deploy(versionIn(folder.path, {}));
    urls.push(services.list()[0]?.localUrl);
  }
  expect(urls[0]).toBe(urls[1]);
  const squatter = createServer().listen(ports.get("srv-1"), "127.0.0.1");
  await using services = host({ ports });
  await services.deploy(versionIn(folder.path, {}));
  expect(services.list()[0]?.localUrl).not.toBe(urls[0]);
  squatter.close();
});

test("a repository elsewhere gets a stand-in that says what it is", async () => {
  await using services = host();
  const elsewhere = { id: "srv-2", name: "api", vendor: "render", folder: undefined, startCommand: "npm start" };
  await services.deploy({ ...elsewhere, variables: {}, healthCheckPath: "/up" });
  const [service] = services.list();
  expect(service?.kind).toBe("stand-in");
  const health = await fetch(`${service?.localUrl}/up`);
  expect([health.status, await health.json()]).toMatchObject([200, { status: "ok", standIn: true, service: "api" }]);
  expect((await fetch(`${service?.localUrl}/orders`)).status).toBe(501);
});

test("what cannot be run is refused with the reason", async () => {
  using folder = temporaryFolder();
  await using services = host();
  const absent = versionIn(folder.path, {}, { folder: "/nowhere/at/all" });
  await expect(services.deploy(absent)).rejects.toThrow("api: there is no folder /nowhere/at/all");
  const astray = versionIn(folder.path, {}, { rootDir: "apps/api" });
  await expect(services.deploy(astray)).rejects.toThrow(`api: there is no folder apps/api in ${folder.path}`);
  const idle = versionIn(folder.path, {}, { startCommand: undefined });
  await expect(services.deploy(idle)).rejects.toThrow("cannot be run without a start command");
});

test("a service that dies is answered for with its exit until it is started again, on the same port", async () => {
  using folder = temporaryFolder();
  await using services = host({ restartMs: 50 });
  await services.deploy(versionIn(folder.path, { VERSION: "1" }));
  const [pid = 0] = (await ask(services)).pids;
  const url = services.list()[0]?.localUrl;
  process.kill(pid, "SIGKILL");
  const seen = new Set<number>();
  const next = await until("another process", async () => {
    const answer = await fetch(`${url}/`);
    seen.add(answer.status);
    const body = JSON.parse(await answer.text());
    const told = /^api (was ended by SIGKILL|exited with code 137)|closed the connection/;
    if (answer.status === 502) expect(body.message).toMatch(told);
    return answer.status === 200 && body.pids[0] !== pid && body.pids[0];
  });
  expect([isAlive(next), isAlive(pid), [...seen].at(-1)]).toEqual([true, false, 200]);
  expect(services.logs("srv-1").join("\n")).toMatch(
    /==> api (was ended by|exited with) .*; it is started again in 0.05 s/,
  );
});

test("a version that keeps ending is started again after longer and longer pauses, until a deploy takes its place", async () => {
  using folder = temporaryFolder();
  await using services = host({ restartMs: 1, settleMs: 0, elapsed: () => 0 });
  const worker = { kind: "worker", healthCheckPath: undefined } as const;
  await services.deploy(versionIn(folder.path, {}, { ...worker, startCommand: "sleep 0.01; exit 7" }));
  const pauses = () => services.logs("srv-1").flatMap((line) => /again in (\S+) s/.exec(line)?.[1] ?? []);
  await until("five restarts", () => pauses().length >= 5);
  expect(pauses().slice(0, 5)).toEqual(["0.001", "0.002", "0.004", "0.008", "0.016"]);
  await services.deploy(versionIn(folder.path, {}, { ...worker, startCommand: "echo steady; exec sleep 60" }));
  await until("the new one", () => services.logs("srv-1").includes("steady"));
  const count = pauses().length;
  await services.stop("srv-1");
  expect(pauses().length).toBe(count);
});
