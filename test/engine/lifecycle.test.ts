import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { liveObjects, type SandboxState } from "../helpers/live-objects.ts";
import { ROOT, StackRun } from "../helpers/stack-run.ts";

/** A stack's own copy of its variables, so that the test may change one. */
async function envFileOf(stack: StackRun, environment: string): Promise<string> {
  const file = join(stack.folder, `${environment}.env`);
  await copyFile(join(ROOT, "test", "fixtures", `${environment}.env`), file);
  return file;
}

describe.each([
  ["dev", 20],
  ["staging", 25],
  ["prod", 25],
] as const)("%s on the sandbox", (environment, atLeast) => {
  test("comes up, changes nothing when run again, changes one field in place, and leaves nothing live", async () => {
    await using empty = await StackRun.open();
    const envFile = await envFileOf(empty, environment);
    const stack = empty.with({ MAIS_ENV_FILE: envFile });
    const pulumi = (command: string, ...args: string[]) => stack.pulumi(command, ...args, "--stack", environment);

    const up = await pulumi("up", "--yes", "--skip-preview");
    expect(up.output).toMatch(/\+ \d+ created/);
    expect(up.code).toBe(0);
    expect(Number(/\+ (\d+) created/.exec(up.output)?.[1])).toBeGreaterThanOrEqual(atLeast);
    expect(up.output).not.toContain("warning");

    const refresh = await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(refresh.output).not.toMatch(/updated|deleted/);
    expect(refresh.code).toBe(0);

    expect(liveObjects(await stack.control<SandboxState>("/state")).length).toBeGreaterThan(15);
    const before = (await stack.requests()).length;
    const again = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(again.output).toMatch(/\d+ unchanged/);
    expect(again.code).toBe(0);
    expect((await stack.requests()).slice(before)).toEqual([]);

    await writeFile(envFile, `${(await readFile(envFile, "utf8")).replace(/^LOG_LEVEL=.*$/m, "")}\nLOG_LEVEL=warn\n`);
    const changed = await pulumi("up", "--yes", "--skip-preview");
    expect(changed.output).toMatch(/~ \d+ updated/);
    expect(changed.output).not.toMatch(/replaced|created|deleted/);
    expect(changed.code).toBe(0);
    expect((await pulumi("preview", "--expect-no-changes")).code).toBe(0);

    if (environment !== "dev") expect((await pulumi("destroy", "--yes", "--skip-preview")).output).toContain("protect");
    await pulumi("config", "set", "mais:protect", "false");
    expect((await pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
    const destroy = await pulumi("destroy", "--yes", "--skip-preview");
    expect(destroy.output).toMatch(/\d+ deleted/);
    expect(destroy.code).toBe(0);
    // What a vendor only archives is named.
    for (const name of ["pro-monthly", "pro-yearly", "booking-fee-standard", "Booking fee", "bookings"])
      expect(destroy.output).toMatch(new RegExp(`${name}.* is archived`));
    const left = liveObjects(await stack.control<SandboxState>("/state"));
    expect(left).toEqual([]);
  });
});
