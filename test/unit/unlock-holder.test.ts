import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { judgeHolder, type Machine, thisMachine } from "../../src/engine/lock-holder.ts";
import { lockFolder, type StackLock } from "../../src/engine/stack-lock.ts";
import { formatAge } from "../../src/ops/unlock.ts";

const LOCKED_AT = Date.parse("2026-03-01T12:00:00.000Z");
const lock: StackLock = {
  ...{ file: "/state/lock.json", pid: 4711, username: "ana", hostname: "laptop" },
  timestamp: "2026-03-01T12:00:00.000Z",
};
const machine = (more: Partial<Machine> = {}): Machine => ({
  ...{ hostname: "laptop", now: LOCKED_AT + 3_600_000, process: () => undefined },
  ...more,
});
const running = (program: string, secondsAfterLock: number) =>
  machine({ process: () => ({ program, startedAt: LOCKED_AT + secondsAfterLock * 1_000 }) });

describe("whether a lock's holder has ended", () => {
  test.each([
    ["no such process runs here", machine(), "ended"],
    ["the process began before the lock", running("pulumi", -2), "running"],
    ["the process began within a clock's inaccuracy", running("bash", 4), "running"],
    ["the number went to another program, later", running("bash", 60), "ended"],
    ["another engine has the number: a clock may have been set", running("pulumi", 60), "unknown"],
    ["it was made on another machine", machine({ hostname: "build-7" }), "unknown"],
    ["this machine's clock is behind the lock", machine({ now: LOCKED_AT - 60_000 }), "unknown"],
  ] as const)("%s", (_why, where, verdict) => {
    expect(judgeHolder(lock, where).holder).toBe(verdict);
  });

  test("a host name that many machines bear proves nothing", () => {
    const here = machine({ hostname: "localhost" });
    expect(judgeHolder({ ...lock, hostname: "localhost" }, here).holder).toBe("unknown");
  });

  test("what cannot be looked at is unknown, with the reason", () => {
    const blind = machine({
      process() {
        throw new Error("/proc tells no start time");
      },
    });
    expect(judgeHolder(lock, blind)).toEqual({
      holder: "unknown",
      because: "process 4711 cannot be looked at: /proc tells no start time",
    });
  });
});

test("a real process is seen with its start, and is gone once it has ended", async () => {
  const before = Date.now();
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  const seen = thisMachine().process(child.pid ?? 0);
  expect(seen?.program).toBe("sleep");
  // The kernel tells starts to the second.
  expect(Math.abs((seen?.startedAt ?? 0) - before)).toBeLessThan(3_000);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(thisMachine().process(child.pid ?? 0)).toBeUndefined();
});

test("locks are looked for in a folder backend only, by the stack's own name", () => {
  expect(lockFolder("file:///state", "organization/mais-deploy/prod")).toBe(
    "/state/.pulumi/locks/organization/mais-deploy/prod",
  );
  expect(lockFolder("file:///a%20state?no_tmp_dir=true", "dev")).toBe(
    "/a state/.pulumi/locks/organization/mais-deploy/dev",
  );
  expect(lockFolder("s3://bucket", "dev")).toBeUndefined();
  expect(lockFolder("https://api.pulumi.com", "dev")).toBeUndefined();
});

test("ages read as people say them", () => {
  expect([5, 119, 600, 7_200 + 300, 200_000].map(formatAge)).toEqual(["5 s", "119 s", "10 min", "2 h 5 min", "2 days"]);
});
