import { expect, test } from "vitest";
import { run, StackRun } from "../helpers/stack-run.ts";

test("after env-exports, plain pulumi works in the same shell, with the state that mais uses", async () => {
  await using stack = await StackRun.open();
  const shell = (line: string) =>
    run("sh", ["-ec", `eval "$(node_modules/.bin/mais env-exports --stack dev)"; ${line}`], { env: stack.env });
  const up = await shell("pulumi up --yes");
  expect(up.output).toContain("created");
  expect(up.code).toBe(0);
  const again = await stack.pulumi("preview", "--stack", "dev", "--expect-no-changes");
  expect(again.output).toMatch(/\d+ unchanged/);
  expect(again.code).toBe(0);
});
