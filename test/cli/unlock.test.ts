import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commands } from "../../src/cli/main.ts";
import { runLine } from "../helpers/command-line.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "..", "..");

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const mais = (...args: string[]) => runLine(commands, args, { root: ROOT, env: { MAIS_SANDBOX_DIR: folder.path } });

/** A lock as the engine writes it. */
async function lockStack({ pid, host = hostname(), at = new Date() }: { pid: number; host?: string; at?: Date }) {
  const locks = join(folder.path, "state", ".pulumi", "locks", "organization", "mais-deploy", "dev");
  await mkdir(locks, { recursive: true });
  const file = join(locks, `${pid}.json`);
  await writeFile(file, JSON.stringify({ pid, username: "ana", hostname: host, timestamp: at.toISOString() }));
  return file;
}

/** The number of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn("true");
  await once(child, "close");
  return child.pid ?? 0;
}

test("a stack that nobody holds is said to be free", async () => {
  const ran = await mais("unlock", "--stack", "dev", "--json");
  expect(JSON.parse(ran.stdout)).toEqual({
    ...{ schema: "mais.unlock/1", stack: "dev", target: "sandbox", locks: [], removed: [] },
  });
  expect(ran.code).toBe(0);
});

test("the lock of a process that has ended is removed with --yes, and shown with the proof", async () => {
  const pid = await endedPid();
  const file = await lockStack({ pid, at: new Date(Date.now() - 600_000) });
  const ran = await mais("unlock", "--stack", "dev", "--yes");
  expect(ran.stderr).toContain(`ana@${hostname()} (process ${pid})`);
  expect(ran.stderr).toContain(`for 10 min: has ended; no process ${pid} runs on ${hostname()}`);
  expect(ran.stdout).toContain("mais repair --stack dev --dry-run");
  expect([ran.code, existsSync(file)]).toEqual([0, false]);
});

test("without a terminal and without --yes nothing is removed, and the option is named", async () => {
  const file = await lockStack({ pid: await endedPid() });
  const ran = await mais("unlock", "--stack", "dev");
  expect(ran.stderr).toContain("mais unlock --stack dev --yes");
  expect([ran.code, existsSync(file)]).toEqual([2, true]);
});

test("the lock of a process that runs stays, whatever is typed", async () => {
  const file = await lockStack({ pid: process.pid });
  for (const more of [["--yes"], ["--holder", `ana@${hostname()}`]]) {
    const ran = await mais("unlock", "--stack", "dev", ...more);
    expect(ran.stderr).toContain(`is held by a process that runs: ana@${hostname()}, process ${process.pid}`);
    expect(ran.stderr).toContain(`kill -INT ${process.pid}`);
    expect([ran.code, existsSync(file)]).toEqual([1, true]);
  }
});

test("a number that went to a younger process is no holder", async () => {
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  const file = await lockStack({ pid: child.pid ?? 0, at: new Date(Date.now() - 3_600_000) });
  const ran = await mais("unlock", "--stack", "dev", "--yes", "--json");
  child.kill("SIGKILL");
  expect(JSON.parse(ran.stdout)).toMatchObject({ locks: [{ holder: "ended" }], removed: [file] });
  expect(existsSync(file)).toBe(false);
});

test("another machine's lock is removed only when its holder's name is given", async () => {
  const file = await lockStack({ pid: 1, host: "build-7" });
  const yes = await mais("unlock", "--stack", "dev", "--yes");
  expect(yes.stderr).toContain("may be running");
  expect(yes.stderr).toContain(
    "Ask ana@build-7 whether the run is over. Then: mais unlock --stack dev --holder ana@build-7",
  );
  expect([yes.code, existsSync(file)]).toEqual([2, true]);
  const wrong = await mais("unlock", "--stack", "dev", "--holder", "build-7");
  expect(wrong.stderr).toContain('The holder is ana@build-7, not "build-7"');
  expect([wrong.code, existsSync(file)]).toEqual([2, true]);
  const right = await mais("unlock", "--stack", "dev", "--holder", "ana@build-7");
  expect([right.code, existsSync(file)]).toEqual([0, false]);
});

test("where the state is no folder, the engine's own command and what it means are printed", async () => {
  const env = { MAIS_SANDBOX_DIR: folder.path, PULUMI_BACKEND_URL: `s3://${tmpdir()}` };
  const ran = await runLine(commands, ["unlock", "--stack", "prod"], { root: ROOT, env });
  expect(ran.stdout).toContain("  mais pulumi cancel --stack prod\n");
  expect(ran.stdout).toContain("whether it has died or not");
  expect(ran.code).toBe(1);
});

test("help has an example, and a stack is needed", async () => {
  expect((await mais("unlock", "--help")).stdout).toContain("mais unlock --stack prod --holder ana@laptop");
  expect(await mais("unlock")).toMatchObject({ code: 2, stdout: "" });
});
