import { expect, test } from "vitest";
import { vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

const KIND = "FirewallConfig";
const rules = {
  rules: [
    {
      name: "API requests",
      conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: "/api/" }] }],
      action: {
        action: "rate_limit",
        rateLimit: { algo: "fixed_window", window: 60, limit: 100, keys: ["ip"], action: "rate_limit" },
      },
    },
  ],
};

test("a firewall is made in two calls, changed in one and left alone in none; what somebody adds shows and goes", async () => {
  await using rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const { id: projectId } = (await call("POST", "/v11/projects", { name: "web" })).body;
  const up = (rest: object = {}) => rig.up(KIND, "firewall", { projectId, rules, ...rest });
  expect((await rig.calls(() => up())).map((one) => one.split(" ")[0])).toEqual(["GET", "PUT"]);
  expect(await rig.calls(() => up())).toEqual([]);
  const ipRules = { rules: [{ hostname: "*", ip: "192.0.2.7", action: "deny" }] };
  expect((await rig.calls(() => up({ ipRules }))).map((one) => one.split(" ")[0])).toEqual(["PUT"]);
  const held = () => rig.sandbox.store("vercel").collection<{ rules: object[] }>("firewalls").list()[0]?.rules ?? [];
  held().push({ ...held()[0], name: "theirs" });
  await rig.refresh(KIND, "firewall");
  expect(rig.state("firewall").inputs.rules).toMatchObject({ rules: [{ name: "API requests" }, { name: "theirs" }] });
  expect(await up({ ipRules })).toBe("update");
  expect(held()).toHaveLength(1);
});

test("a firewall that somebody configured is not written over; one that holds nothing is", async () => {
  await using rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const { id: projectId } = (await call("POST", "/v11/projects", { name: "web" })).body;
  const write = (body: object) => call("PUT", `/v1/security/firewall/config?projectId=${projectId}`, body);
  await write({ firewallEnabled: true, ips: [{ hostname: "*", ip: "192.0.2.7", action: "deny" }] });
  await expect(rig.up(KIND, "firewall", { projectId, rules })).rejects.toThrow(
    `mais import vercel:index/firewallConfig:FirewallConfig firewall ${projectId}`,
  );
  await write({ firewallEnabled: true });
  expect(await rig.up(KIND, "firewall", { projectId, rules })).toBe("create");
});
