import { expect, test } from "vitest";
import { StackRun } from "../helpers/stack-run.ts";

test("mais up brings a stack up, then changes nothing, and answers one JSON document", async () => {
  await using stack = await StackRun.open();
  const first = await stack.mais("up", "--stack", "dev", "--yes", "--json");
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({
    schema: "mais.up/1",
    stack: "dev",
    target: "sandbox",
    warnings: [],
  });
  const again = await stack.mais("up", "--stack", "dev", "--yes");
  expect(again.code).toBe(0);
  expect(again.stdout).toBe(
    "Stack dev is up on the sandbox. Nothing changed.\nNext: mais pulumi stack output --stack dev\n",
  );
});

test("without a terminal and --yes, and for an unknown stack, it changes nothing and says what to do", async () => {
  await using stack = await StackRun.open();
  const unasked = await stack.mais("up", "--stack", "dev");
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain("mais up --stack dev --yes");
  const unknown = await stack.mais("up", "--stack", "prd", "--yes");
  expect(unknown.code).toBe(6);
  expect(unknown.stderr).toContain('There is no stack "prd"');
  expect(await stack.requests()).toEqual([]);
});
