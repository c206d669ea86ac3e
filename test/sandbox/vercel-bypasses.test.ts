import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { type Fields, vercelCaller } from "../helpers/vercel-caller.ts";

const ONE = "a".repeat(32);
const TWO = "b".repeat(32);

test("of a project's bypass secrets one is the variable, and which one changes by promotion, demotion and revocation", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  const change = async (body: Fields) => (await call("PATCH", "/v1/projects/web/protection-bypass", body)).body;
  const holder = ({ protectionBypass }: Fields) =>
    Object.entries(protectionBypass as Record<string, { isEnvVar: boolean }>)
      .filter(([, { isEnvVar }]) => isEnvVar)
      .map(([secret]) => secret);
  const first = await change({ generate: { secret: ONE, note: "tests" } });
  expect(first).toEqual({
    protectionBypass: {
      [ONE]: {
        ...{ scope: "automation-bypass", isEnvVar: true, note: "tests", createdBy: "usr_sandbox" },
        createdAt: expect.any(Number),
      },
    },
  });
  expect(holder(await change({ generate: { secret: TWO } }))).toEqual([ONE]);
  expect(holder(await change({ update: { secret: TWO, isEnvVar: true } }))).toEqual([TWO]);
  expect(holder(await change({ update: { secret: TWO, isEnvVar: false } }))).toEqual([ONE]);
  const { body: project } = await call("GET", "/v9/projects/web");
  expect(holder(project)).toEqual([ONE]);
  const started = await call("POST", "/v13/deployments", { name: "web", target: "production", files: [] });
  expect(started.body.env).toContain("VERCEL_AUTOMATION_BYPASS_SECRET");
  expect(holder(await change({ revoke: { secret: ONE, regenerate: false } }))).toEqual([TWO]);
  const renewed = await change({ revoke: { secret: TWO, regenerate: true } });
  expect(holder(renewed)).toHaveLength(1);
  expect(holder(renewed)).not.toContain(TWO);
});

test("the only bypass secret stays the variable; unknown secrets, other forms and two wishes at once are refused", async () => {
  await using sandbox = await startSandbox(["vercel"], { contract: "unchecked" });
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  const status = async (body: Fields) => (await call("PATCH", "/v1/projects/web/protection-bypass", body)).status;
  expect(await status({ generate: { secret: "too-short" } })).toBe(400);
  expect(await status({ generate: { secret: ONE } })).toBe(200);
  expect(await status({ generate: { secret: ONE } })).toBe(409);
  expect(await status({ update: { secret: ONE, isEnvVar: false } })).toBe(400);
  expect(await status({ update: { secret: TWO, note: "theirs" } })).toBe(404);
  expect(await status({ revoke: { secret: ONE } })).toBe(400);
  expect(await status({ generate: {}, revoke: { secret: ONE, regenerate: false } })).toBe(400);
  expect(await status({})).toBe(400);
});
