import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CrashedStack } from "../helpers/crashed-stack.ts";
import { liveObjects, type SandboxState } from "../helpers/live-objects.ts";
import { ROOT, StackRun } from "../helpers/stack-run.ts";
import { until } from "../helpers/until.ts";

/** Runs an up, and kills its engine while it makes Render's services. */
async function killEngineMidway(run: StackRun): Promise<number> {
  const { folder, env } = run;
  const args = ["pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"];
  const mais = spawn(join(ROOT, "node_modules", ".bin", "mais"), args, {
    cwd: ROOT,
    env,
    stdio: ["ignore", "ignore", "ignore"],
  });
  const ended = once(mais, "close");
  await until("a create that the engine has noted", () => hasBegun(new CrashedStack(run)), 120_000);
  const locks = join(folder, "state", ".pulumi", "locks", "organization", "mais-deploy", "dev");
  const [name = ""] = readdirSync(locks);
  const { pid } = JSON.parse(readFileSync(join(locks, name), "utf8")) as { pid: number };
  process.kill(pid, "SIGKILL");
  await ended;
  return pid;
}

function hasBegun(stack: CrashedStack): boolean {
  try {
    return stack.pending().includes("creating worker");
  } catch {
    // The engine has not written its first state, or is at it.
    return false;
  }
}

test("after kill -9 of the engine each command names the next, and the stack ends with one of each object", async () => {
  await using run = await StackRun.open();
  const stack = new CrashedStack(run);
  const pid = await killEngineMidway(run);
  expect(stack.pending()).toContain("creating worker");

  const locked = await stack.up();
  expect(locked.output).toContain("the run that holds the lock has died; remove it: mais unlock --stack dev");
  expect(locked.code).not.toBe(0);
  const repairLocked = await run.mais("repair", "--stack", "dev", "--yes");
  expect(repairLocked.stderr).toContain("See whether that run is over: mais unlock --stack dev");
  expect(repairLocked.code).toBe(1);

  const unlock = await run.mais("unlock", "--stack", "dev", "--yes");
  expect(unlock.stderr).toContain(`has ended; no process ${pid} runs`);
  expect([unlock.code, unlock.stdout]).toEqual([0, expect.stringContaining("mais repair --stack dev --dry-run")]);

  // Plain up ends right by itself, but the engine never forgets a pending create.
  const up = await stack.up();
  expect(up.output).toContain("an interrupted run's operations are recorded; settle them: mais repair --stack dev");
  expect(up.code, up.output).toBe(0);
  expect(stack.pending()).toContain("creating worker");

  const { code, findings } = await stack.repair("--yes");
  expect(findings.filter(({ verdict }) => verdict !== "settled" && verdict !== "absent")).toEqual([]);
  expect([code, stack.pending()]).toEqual([0, []]);
  const again = await run.mais("pulumi", "preview", "--stack", "dev", "--expect-no-changes");
  expect(again.code, again.output).toBe(0);

  const live = liveObjects(await run.control<SandboxState>("/state")).filter((line) =>
    line.startsWith("render/services"),
  );
  expect(live.map((line) => line.split(" ").at(-1)).sort()).toEqual([
    ...["mais-deploy-dev-api", "mais-deploy-dev-cron", "mais-deploy-dev-worker"],
  ]);
});
