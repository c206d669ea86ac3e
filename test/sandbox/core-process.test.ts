import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Address } from "../../src/sandbox/address.ts";
import { HELD_BY_ANOTHER } from "../../src/sandbox/main.ts";
import type { RunningService } from "../../src/sandbox/service-host.ts";
import { isAlive } from "../helpers/is-alive.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";

const main = join(import.meta.dirname, "../../src/sandbox/main.ts");
/** Any service: this file is about what becomes of it. */
const PROGRAM = `
require("node:http")
  .createServer((_, response) => response.end(JSON.stringify({ pid: process.pid })))
  .listen(process.env.PORT);
`;

interface Started extends AsyncDisposable {
  child: ChildProcess;
  said(): string;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  address(): Promise<Address>;
}

function start(dir: string, ...args: string[]): Started {
  const child = spawn(process.execPath, [main, "--dir", dir, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  const address = () =>
    until("the address of this sandbox", () => {
      if (child.exitCode !== null) throw new Error(`the sandbox ended: ${said}`);
      const file = join(dir, "address.json");
      const written: Address | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
      return written?.pid === child.pid ? written : undefined;
    });
  const dispose = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { child, ended, address, said: () => said, [Symbol.asyncDispose]: dispose };
}

const authorized = { authorization: "Bearer sandbox_render", "content-type": "application/json" };

type Listening = RunningService & { localUrl: string };

async function deployApi(url: string, folder: string): Promise<Listening> {
  writeFileSync(join(folder, "server.cjs"), PROGRAM);
  const details = { runtime: "node", envSpecificDetails: { buildCommand: "true", startCommand: "node server.cjs" } };
  const body = {
    ...{ type: "web_service", name: "api", ownerId: "tea-sandbox0000000000000", repo: `file://${folder}` },
    serviceDetails: { ...details, plan: "starter", region: "frankfurt", healthCheckPath: "/health" },
  };
  const answer = await fetch(`${url}/render/v1/services`, {
    method: "POST",
    headers: authorized,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
  return runningService(url);
}

function runningService(url: string): Promise<Listening> {
  return until("the service to run", async () => {
    const { services } = (await (await fetch(`${url}/_sandbox/services`)).json()) as { services: Listening[] };
    return services[0];
  });
}

test("it says where it is, for its owner alone, and a termination takes that back and ends it well", async () => {
  using folder = temporaryFolder();
  await using sandbox = start(folder.path);
  const { url, credentials } = await sandbox.address();
  expect(new URL(url).hostname).toBe("127.0.0.1");
  expect(credentials).toMatchObject({ RENDER_API_KEY: "sandbox_render", STRIPE_API_KEY_LIVE: "sandbox_stripe_live" });
  const file = join(folder.path, "address.json");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  sandbox.child.kill("SIGTERM");
  expect(await sandbox.ended).toBe(0);
  expect([existsSync(file), existsSync(join(folder.path, "lock"))]).toEqual([false, false]);
});

test("of several that start at once on one folder one serves and the others say so", async () => {
  using folder = temporaryFolder();
  await using all = new AsyncDisposableStack();
  const started = [1, 2, 3, 4].map(() => all.use(start(folder.path)));
  const refused = await until("three refusals", async () => {
    const over = started.filter(({ child }) => child.exitCode !== null);
    return over.length === 3 ? over : undefined;
  });
  for (const each of refused) {
    expect(await each.ended).toBe(HELD_BY_ANOTHER);
    expect(each.said()).toMatch(
      /^A sandbox is already running on .*\n {2}See it: mais sandbox status\n {2}End it: mais sandbox stop\n$/,
    );
  }
  const winner = started.find((each) => !refused.includes(each));
  const address = await winner?.address();
  expect((await fetch(`${address?.url}/_sandbox/status`)).status).toBe(200);
});

test("a busy port is named with the next step, without a stack trace", async () => {
  using folder = temporaryFolder();
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const address = squatter.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await using sandbox = start(folder.path, "--port", String(port));
  expect(await sandbox.ended).toBe(1);
  expect(sandbox.said()).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
  expect(sandbox.said()).toContain("mais sandbox start --port NUMBER");
  expect(sandbox.said()).not.toContain("    at ");
  squatter.close();
});

test("a damaged store is named with the next step, without a stack trace, and stays", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "store", "render.json");
  {
    await using sandbox = start(folder.path);
    await sandbox.address();
  }
  writeFileSync(file, "{");
  await using sandbox = start(folder.path);
  expect(await sandbox.ended).toBe(1);
  expect(sandbox.said()).toContain(`The sandbox's store is damaged: ${file}`);
  expect(sandbox.said()).toContain("mais sandbox reset");
  expect(sandbox.said()).not.toContain("    at ");
  expect(readFileSync(file, "utf8")).toBe("{");
});

test.each([
  [["--port", "none"], '--port takes a number from 1 to 65535, not "none".'],
  [["--prot", "1"], "--prot"],
])("%j is refused as usage", async (args, message) => {
  using folder = temporaryFolder();
  await using sandbox = start(folder.path, ...args);
  expect(await sandbox.ended).toBe(2);
  expect(sandbox.said()).toContain(message);
});

test("killed outright, its services end with it; the next one has its objects and runs them on the same URL", async () => {
  using folder = temporaryFolder();
  using source = temporaryFolder();
  const first = start(folder.path);
  const before = await deployApi((await first.address()).url, source.path);
  first.child.kill("SIGKILL");
  expect(await first.ended).toBe("SIGKILL");
  await until("the end of its service", () =>
    fetch(before.localUrl).then(
      () => false,
      () => true,
    ),
  );
  await using second = start(folder.path);
  const { url } = await second.address();
  const after = await runningService(url);
  expect(after).toEqual(before);
  const answer = await until("its answer", () => fetch(after.localUrl).catch(() => undefined));
  expect(await answer.json()).toEqual({ pid: expect.any(Number) });
});

test("at a clean stop its services end too, before it does", async () => {
  using folder = temporaryFolder();
  using source = temporaryFolder();
  await using sandbox = start(folder.path);
  const service = await deployApi((await sandbox.address()).url, source.path);
  sandbox.child.kill("SIGTERM");
  expect(await sandbox.ended).toBe(0);
  await expect(fetch(service.localUrl)).rejects.toThrow();
  expect(isAlive(sandbox.child.pid ?? 0)).toBe(false);
});
