import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, StackRun } from "../helpers/stack-run.ts";

/** prod's variables with one missing, one malformed and one of the wrong mode. */
async function faultyFile(folder: string): Promise<string> {
  const good = await readFile(join(ROOT, "test", "fixtures", "prod.env"), "utf8");
  const faulty = good
    .replace(/^SENTRY_DSN=.*$/m, "")
    .replace(/^JWT_SECRET=.*$/m, "JWT_SECRET=2short")
    .replace(/^STRIPE_SECRET_KEY=.*$/m, "STRIPE_SECRET_KEY=sk_test_sandboxOnly4gT7rQ2vX9mB5kL8wZ3");
  const file = join(folder, "faulty.env");
  await writeFile(file, faulty);
  return file;
}

test("three faults in prod are named in one run, and nothing but the stack itself is registered", async () => {
  await using stack = await StackRun.open();
  const faulty = stack.with({ MAIS_ENV_FILE: await faultyFile(stack.folder) });
  const up = await faulty.pulumi("up", "--stack", "prod", "--yes");
  expect(up.code).not.toBe(0);
  expect(up.output).toContain("Configuration for prod has 3 problems. Nothing was changed.");
  expect(up.output).toMatch(/missing +SENTRY_DSN/);
  expect(up.output).toMatch(/invalid +JWT_SECRET/);
  expect(up.output).toMatch(/forbidden +STRIPE_SECRET_KEY/);
  expect(up.output).not.toMatch(/2short|sk_test_sandboxOnly|\n\s+at /);
  expect((await stack.requests()).filter(({ write }) => write)).toEqual([]);
  const state = JSON.parse((await faulty.pulumi("stack", "export", "--stack", "prod")).stdout);
  const types = (state.deployment.resources ?? []).map(({ type }: { type: string }) => type);
  expect(types.filter((type: string) => type !== "pulumi:pulumi:Stack")).toEqual([]);
});

test("an unknown setting and a wrong type are named with what was meant", async () => {
  await using stack = await StackRun.open();
  await stack.pulumi("stack", "select", "dev");
  await stack.pulumi("config", "set", "mais:protekt", "true", "--stack", "dev");
  await stack.pulumi("config", "set", "--path", "mais:api.instances.max", "many", "--stack", "dev");
  const preview = await stack.pulumi("preview", "--stack", "dev");
  expect(preview.code).not.toBe(0);
  expect(preview.output).toContain("protekt");
  expect(preview.output).toContain("protect");
  expect(preview.output).toContain("api.instances.max");
  expect(preview.output).not.toMatch(/\n\s+at /);
});
