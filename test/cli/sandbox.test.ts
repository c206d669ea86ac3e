import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/main.ts";
import { stopSandbox } from "../../src/ops/sandbox.ts";
import { followRequests, readRequests } from "../../src/ops/sandbox-requests.ts";
import type { Address } from "../../src/sandbox/address.ts";
import { type Ran, runLine } from "../helpers/command-line.ts";
import { isAlive } from "../helpers/is-alive.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";

interface Place extends AsyncDisposable {
  dir: string;
  run(...args: string[]): Promise<Ran>;
  address(): Address;
}

/** A sandbox folder of its own; a sandbox that runs in it at the end is stopped. */
function place(): Place {
  const folder = temporaryFolder();
  const dir = join(folder.path, "sandbox");
  return {
    dir,
    run: (...args) => runLine(commands, ["sandbox", ...args], { env: { MAIS_SANDBOX_DIR: dir } }),
    address: () => JSON.parse(readFileSync(join(dir, "address.json"), "utf8")),
    async [Symbol.asyncDispose]() {
      await stopSandbox(dir);
      folder[Symbol.dispose]();
    },
  };
}

test("start says where it answers; a second start finds it; stop ends it", async () => {
  await using sandbox = place();
  const first = await sandbox.run("start");
  const { url, pid } = sandbox.address();
  expect([first.code, first.stdout]).toEqual([0, expect.stringContaining(`The sandbox answers on ${url}\n`)]);
  const second = await sandbox.run("start", "--json");
  expect(JSON.parse(second.stdout)).toEqual({
    ...{ schema: "mais.sandbox.start/1", url, pid, started: false, services: [] },
    databases: { postgres: false, redis: false },
  });
  expect((await sandbox.run("stop")).stdout).toContain("The sandbox is stopped; what it keeps stays.");
  await until("the end of its process", () => !isAlive(pid));
  expect((await sandbox.run("stop")).stdout).toBe("The sandbox was not running.\n");
});

test("databases asked for once stay until they are asked away, and are not changed under a running sandbox", async () => {
  await using sandbox = place();
  const databases = async () => JSON.parse((await sandbox.run("status", "--json")).stdout).databases;
  expect((await sandbox.run("start", "--redis")).stdout).toMatch(
    /databases Redis\n +trust +NODE_EXTRA_CA_CERTS=.*ca\.pem/,
  );
  const refused = await sandbox.run("start", "--postgres");
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("already running, without PostgreSQL. Nothing was changed."),
  ]);
  await sandbox.run("stop");
  await sandbox.run("start");
  expect(await databases()).toEqual({ postgres: false, redis: true });
  await sandbox.run("stop");
  await sandbox.run("start", "--no-databases");
  expect(await databases()).toEqual({ postgres: false, redis: false });
  expect((await sandbox.run("start", "--no-databases", "--redis")).code).toBe(2);
});

test("status names vendors and requests; of a stopped sandbox it says how to start it", async () => {
  await using sandbox = place();
  expect((await sandbox.run("status")).stdout).toBe("The sandbox is stopped.\nStart it: mais sandbox start\n");
  expect(JSON.parse((await sandbox.run("status", "--json")).stdout)).toMatchObject({ running: false });
  await sandbox.run("start");
  const { stdout } = await sandbox.run("status");
  expect(stdout).toMatch(/vendors +render, vercel, supabase, upstash, stripe, postmark\n +requests +0\n/);
});

test("what it keeps survives a restart on another port", async () => {
  await using sandbox = place();
  await sandbox.run("start");
  const servers = async (method: string, body?: string) => {
    const headers = {
      ...{ "x-postmark-account-token": "sandbox_postmark", accept: "application/json" },
      "content-type": "application/json",
    };
    const path = method === "GET" ? "/postmark/servers?count=10&offset=0" : "/postmark/servers";
    const answer = await fetch(`${sandbox.address().url}${path}`, { method, headers, ...(body ? { body } : {}) });
    return [answer.status, await answer.json()];
  };
  await servers("POST", '{"Name":"kept"}');
  const before = await servers("GET");
  expect(before).toMatchObject([200, { TotalCount: 1 }]);
  const { url } = sandbox.address();
  await sandbox.run("stop");
  await sandbox.run("start", "--port", String(await freePort()));
  expect(sandbox.address().url).not.toBe(url);
  expect(await servers("GET")).toEqual(before);
});

test("logs show each request without the query's values, and mark what is not emulated", async () => {
  await using sandbox = place();
  expect((await sandbox.run("logs")).stdout).toBe("Nothing was asked of the sandbox yet.\n");
  await sandbox.run("start");
  const { url } = sandbox.address();
  await fetch(`${url}/render/v1/owners?email=someone`, { headers: { authorization: "Bearer sandbox_render" } });
  await fetch(`${url}/vercel/v1/carts`, { method: "POST", body: "{}" });
  const { stdout } = await sandbox.run("logs");
  const [read, write] = stdout.trim().split("\n");
  expect(read).toMatch(/Z {2}200 {2}render {4}GET {4}\/v1\/owners\?email=… {2}[\d.]+ ms$/);
  expect(write).toMatch(/501 {2}vercel {4}POST {3}\/v1\/carts {2}[\d.]+ ms {2}NOT EMULATED$/);
  expect((await sandbox.run("logs", "--last", "1")).stdout.trim().split("\n")).toEqual([write]);
  const { requests } = JSON.parse((await sandbox.run("logs", "--json")).stdout);
  expect(requests).toMatchObject([{ write: false }, { write: true, route: "not emulated" }]);
});

test("a log that is followed gives requests as they come", async () => {
  await using sandbox = place();
  await sandbox.run("start");
  const stop = new AbortController();
  const file = join(sandbox.dir, "requests.log");
  const ask = (path: string) => fetch(`${sandbox.address().url}/stripe${path}`);
  await ask("/v1/before");
  const { requests, end } = await readRequests(file, 10);
  expect(requests).toMatchObject([{ path: "/v1/before" }]);
  const following = followRequests(file, end, stop.signal);
  for (const path of ["/v1/carts", "/v1/baskets"]) {
    await ask(path);
    expect((await following.next()).value).toMatchObject({ vendor: "stripe", path });
  }
  stop.abort();
  expect((await following.next()).done).toBe(true);
});

test("reset begins anew, keeps the old files aside, and leaves a running sandbox running", async () => {
  await using sandbox = place();
  await sandbox.run("start");
  mkdirSync(join(sandbox.dir, "state"));
  const { pid } = sandbox.address();
  const { code, stdout } = await sandbox.run("reset");
  expect([code, stdout]).toEqual([0, expect.stringContaining(`answers on ${sandbox.address().url}`)]);
  expect(sandbox.address().pid).not.toBe(pid);
  expect(readdirSync(join(sandbox.dir, "old"))).toEqual(expect.arrayContaining(["state", "store", "requests.log"]));
  expect(readdirSync(sandbox.dir)).not.toContain("state");
});

test("reset gets a sandbox going whose store is damaged", async () => {
  await using sandbox = place();
  await sandbox.run("start");
  await sandbox.run("stop");
  const file = join(sandbox.dir, "store", "stripe.json");
  writeFileSync(file, "{");
  const refused = await sandbox.run("start");
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toContain(`store is damaged: ${file}`);
  expect(refused.stderr).toContain("mais sandbox reset");
  expect(refused.stderr).not.toContain("    at ");
  await sandbox.run("reset");
  expect(readFileSync(join(sandbox.dir, "old", "store", "stripe.json"), "utf8")).toBe("{");
  expect((await sandbox.run("start")).code).toBe(0);
});

test("reset leaves a folder alone that is no sandbox's", async () => {
  await using sandbox = place();
  mkdirSync(sandbox.dir);
  writeFileSync(join(sandbox.dir, "thesis.txt"), "mine");
  const { code, stderr } = await sandbox.run("reset");
  expect([code, stderr]).toEqual([2, expect.stringContaining("does not look like a sandbox's folder")]);
  expect(readdirSync(sandbox.dir)).toEqual(["thesis.txt"]);
});

test("a busy port is named with the next step", async () => {
  await using sandbox = place();
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const address = squatter.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { code, stderr } = await sandbox.run("start", "--port", String(port));
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${port} on 127.0.0.1 is in use`)]);
  expect(stderr).toContain("mais sandbox start --port NUMBER");
  expect(stderr).not.toContain("    at ");
  squatter.close();
});

test.each([
  [[], "action"],
  [["begin"], "begin"],
  [["start", "--port", "http"], '--port takes a number from 1 to 65535, not "http"'],
  [["logs", "--last", "some"], "--last takes a number"],
])("%j is refused as usage", async (args, named) => {
  await using sandbox = place();
  const { code, stderr } = await sandbox.run(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(named)]);
});

test("a sandbox that hangs is not called stopped: its process is named, and nothing is moved", async () => {
  await using sandbox = place();
  await sandbox.run("start");
  const { pid } = sandbox.address();
  process.kill(pid, "SIGSTOP");
  try {
    for (const action of ["stop", "reset"]) {
      const { code, stderr } = await sandbox.run(action);
      expect([code, stderr]).toEqual([
        9,
        expect.stringMatching(`\\(process ${pid}\\) does not answer[\\s\\S]*kill -9 ${pid} `),
      ]);
    }
  } finally {
    process.kill(pid, "SIGCONT");
  }
  expect((await sandbox.run("status", "--json")).stdout).toContain('"running":true');
});

test("a sandbox that was killed outright is stopped, and starts again", async () => {
  await using sandbox = place();
  await sandbox.run("start");
  const { pid } = sandbox.address();
  process.kill(pid, "SIGKILL");
  await until("its end", () => !isAlive(pid));
  expect((await sandbox.run("status")).stdout).toContain("The sandbox is stopped.");
  expect((await sandbox.run("stop")).stdout).toBe("The sandbox was not running.\n");
  expect((await sandbox.run("start")).code).toBe(0);
});

test("a service's log is asked for by name, and an unknown name is told what runs", async () => {
  await using sandbox = place();
  expect((await sandbox.run("logs", "--service", "api")).stderr).toContain("mais sandbox start");
  await sandbox.run("start");
  const { code, stderr } = await sandbox.run("logs", "--service", "api");
  expect([code, stderr]).toEqual([2, expect.stringMatching(/no service "api"[\s\S]*Running: none/)]);
});

// Another process's environment can be read on Linux alone.
test.runIf(process.platform === "linux")(
  "the sandbox gets nothing of its starter's environment but what a program needs",
  async () => {
    await using sandbox = place();
    process.env.CANARY_FOR_THE_SANDBOX = "canary-1";
    try {
      await sandbox.run("start");
    } finally {
      delete process.env.CANARY_FOR_THE_SANDBOX;
    }
    const read = (name: string) => readFileSync(`/proc/${sandbox.address().pid}/${name}`, "utf8");
    expect(read("environ")).not.toContain("canary-1");
    expect(read("cmdline")).not.toContain(sandbox.address().controlToken);
  },
);

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

test("faults are added, seen to have hit, and taken away", async () => {
  await using sandbox = place();
  expect((await sandbox.run("fault", "list")).stderr).toContain("mais sandbox start");
  await sandbox.run("start");
  const add = ["fault", "add", "--kind", "status", "--status", "429", "--retry-after=-1", "--vendor", "render"];
  const added = await sandbox.run(...add, "--method", "get", "--path", "/v1/**", "--json");
  expect(JSON.parse(added.stdout)).toMatchObject({
    fault: { id: 1, spec: { kind: "status", status: 429, retryAfter: "-1", method: "GET", nth: 1 }, fired: 0 },
  });
  const answer = await fetch(`${sandbox.address().url}/render/v1/services`);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "-1"]);
  expect((await sandbox.run("fault", "list")).stdout).toMatch(/1 {2}status 429 {2}render GET .* fired 1 of 1 calls/);
  expect((await sandbox.run("logs")).stdout).toContain("FAULT status");
  expect((await sandbox.run("fault", "clear", "1")).code).toBe(0);
  expect((await sandbox.run("fault", "list")).stdout).toContain("No faults");
  const outage = await sandbox.run("fault", "add", "--kind", "html", "--vendor", "vercel", "--seconds", "60");
  expect(outage.stdout).toContain("html 502  vercel any method any path  from call 1, for 60 s  fired 0 of 0 calls");
  await fetch(`${sandbox.address().url}/vercel/v9/projects`);
  expect((await sandbox.run("fault", "list")).stdout).toMatch(/from call 1, until \d{4}-.*Z {2}fired 1 of 1 calls/);
  for (const [words, reason] of [
    [["add"], "--kind"],
    [["add", "--kind", "html", "--ms", "soon"], "--ms is a number"],
    [["add", "--kind", "clock"], "advanceMs"],
    [["add", "--kind", "html", "--seconds", "0"], "seconds"],
    [["add", "--kind", "cut-after", "--handled"], "handled"],
    [["clear", "7"], "no fault 7"],
  ] as const) {
    const { code, stderr } = await sandbox.run("fault", ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  }
  expect(await sandbox.run("logs", "add")).toMatchObject({ code: 2 });
});
