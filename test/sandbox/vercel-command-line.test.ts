import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { vercelCaller } from "../helpers/vercel-caller.ts";

test("Vercel's command line reads a project's variables of one target, none of them sensitive", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const { body: project } = await call("POST", "/v11/projects", { name: "web" });
  const variable = (key: string, rest: object) => call("POST", "/v10/projects/web/env", { key, ...rest });
  await variable("SHOWN", { value: "a", type: "encrypted", target: ["production"] });
  await variable("HIDDEN", { value: "b", type: "sensitive", target: ["production"] });
  await variable("OTHER", { value: "c", type: "plain", target: ["preview"] });
  const pulled = await call("GET", `/v3/env/pull/${project.id}/production`);
  expect([pulled.status, pulled.body]).toEqual([200, { env: { SHOWN: "a", HIDDEN: "" }, buildEnv: {} }]);
  expect((await call("GET", `/v3/env/pull/${project.id}/nowhere`)).status).toBe(400);
  expect((await call("GET", "/v3/env/pull/prj_nobody/production")).status).toBe(404);
});

test("a project has no environments of its own making, and paths without a version mean the newest", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  const own = await call("GET", "/projects/web/custom-environments");
  expect([own.status, own.body]).toEqual([200, { accountLimit: { total: 1 }, environments: [] }]);
  expect((await call("GET", "/teams/team_sandbox")).body.slug).toBe("sandbox");
});
