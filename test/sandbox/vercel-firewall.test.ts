import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { vercelCaller } from "../helpers/vercel-caller.ts";

const deny = { mitigate: { action: "deny" } };
const rule = (name: string, action: unknown = deny) => ({
  ...{ name, active: true, action },
  conditionGroup: [{ conditions: [{ type: "path", op: "pre", value: "/api/" }] }],
});

test("a firewall is not found until it is written, and each write replaces the one before", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const { id: projectId } = (await call("POST", "/v11/projects", { name: "web" })).body;
  const config = `/v1/security/firewall/config`;
  const active = () => call("GET", `${config}/active?projectId=${projectId}`);
  expect((await active()).status).toBe(404);
  const written = await call("PUT", `${config}?projectId=${projectId}`, {
    ...{
      firewallEnabled: true,
      rules: [rule("API")],
      managedRules: { bot_protection: { active: true, action: "log" } },
    },
    crs: { xss: { active: true, action: "deny" } },
    ips: [{ hostname: "*", ip: "192.0.2.7", action: "deny" }],
  });
  expect((await active()).body).toEqual(written.body.active);
  expect(written.body.active).toMatchObject({
    ...{ projectKey: projectId, ownerId: "team_sandbox", version: 1, firewallEnabled: true },
    rules: [{ id: expect.stringMatching(/^rule_/), name: "API", valid: true }],
    crs: { xss: { active: true, action: "deny" }, sqli: { active: false } },
  });
  await call("PUT", `${config}?projectId=${projectId}`, { firewallEnabled: false });
  expect((await active()).body).toMatchObject({
    version: 2,
    firewallEnabled: false,
    rules: [],
    ips: [],
    managedRules: {},
  });
});

test("rules that cannot work, unknown fields and projects that are not there are refused", async () => {
  await using sandbox = await startSandbox(["vercel"], { contract: "unchecked" });
  const call = vercelCaller(sandbox);
  const { id } = (await call("POST", "/v11/projects", { name: "web" })).body;
  const status = async (body: object, projectId = id) =>
    (await call("PUT", `/v1/security/firewall/config?projectId=${projectId}`, { firewallEnabled: true, ...body }))
      .status;
  expect(await status({ rules: [rule("limits", { mitigate: { action: "rate_limit" } })] })).toBe(400);
  expect(await status({ rules: [rule("moves", { mitigate: { action: "redirect" } })] })).toBe(400);
  expect(await status({ rules: [rule("x".repeat(161))] })).toBe(400);
  expect(await status({ attackMode: true })).toBe(400);
  expect(await status({}, "prj_none")).toBe(404);
});
