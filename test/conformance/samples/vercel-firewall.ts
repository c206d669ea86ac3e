import assert from "node:assert/strict";
import type { FirewallRecord } from "../../../src/sandbox/vercel/state.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

const PROJECT = "vercel:index/project:Project";
export const FIREWALL = "vercel:index/firewallConfig:FirewallConfig";

const held = (lab: SampleLab, { id }: Made) => stored<FirewallRecord>(lab, ["vercel", "firewalls", id]);
const change = (fields: Partial<FirewallRecord>) => (lab: SampleLab, object: Made) => set(held(lab, object), fields);

const limit = (requests: number) => ({
  name: "API requests",
  description: "per address",
  conditionGroups: [
    { conditions: [{ type: "path", op: "pre", value: "/api/" }] },
    { conditions: [{ type: "method", op: "inc", values: ["POST", "PUT"], neg: true }] },
  ],
  action: {
    action: "rate_limit",
    actionDuration: "1m",
    rateLimit: { algo: "fixed_window", window: 60, limit: requests, keys: ["ip"], action: "rate_limit" },
  },
});
const old = {
  name: "old paths",
  active: false,
  conditionGroups: [{ conditions: [{ type: "header", op: "ex", key: "x-old" }] }],
  action: { action: "redirect", redirect: { location: "/", permanent: true } },
};
const office = { hostname: "*", ip: "203.0.113.0/24", action: "bypass", notes: "office" };

export const firewallConfig: ResourceSample = {
  async prepare(lab) {
    return { one: (await lab.make(PROJECT, "one", {})).id, two: (await lab.make(PROJECT, "two", {})).id };
  },
  inputs: ({ one, two }) => ({
    projectId: { value: one, to: two, replaces: true, outside: "the project is the id" },
    enabled: { value: true, to: false, outside: change({ firewallEnabled: false }) },
    rules: {
      ...{ value: { rules: [limit(100), old] }, to: { rules: [old, limit(50)] } },
      outside: [
        change({ rules: [] }),
        (lab, object) => held(lab, object).rules.reverse(),
        (lab, object) => set(held(lab, object).rules[1], { active: true }),
      ],
    },
    ipRules: {
      ...{ value: { rules: [office] }, to: { rules: [{ hostname: "*", ip: "192.0.2.7", action: "deny" }] } },
      outside: [change({ ips: [] }), (lab, object) => set(held(lab, object).ips[0], { action: "deny" })],
    },
    managedRulesets: {
      value: { owasp: { xss: { action: "log" }, sqli: { action: "deny" } }, botProtection: { action: "log" } },
      to: { owasp: { xss: { action: "deny" } }, aiBots: { action: "deny", active: true } },
      outside: [
        change({ managedRules: {} }),
        (lab, object) => set(held(lab, object).crs.xss, { active: false }),
        (lab, object) => set(held(lab, object).managedRules.bot_protection, { action: "challenge" }),
      ],
    },
  }),
  forbidden: [
    {
      inputs: { rules: { rules: [{ ...limit(1), action: { action: "rate_limit" } }] } },
      property: "rules",
      reason: /needs rateLimit/,
    },
    {
      inputs: { rules: { rules: [{ ...old, action: { action: "redirect" } }] } },
      property: "rules",
      reason: /needs redirect/,
    },
    {
      inputs: { rules: { rules: [{ ...old, conditionGroups: [{ conditions: [{ type: "header", op: "eq" }] }] }] } },
      ...{ property: "rules", reason: /header eq, which needs value or values/ },
    },
    {
      inputs: { enabled: false, rules: undefined, ipRules: undefined, managedRulesets: undefined },
      ...{ property: "enabled", reason: /leave the resource out/ },
    },
  ],
  effects: {
    "Vercel's own rules that the program gives up are switched off, and a deletion leaves nothing in force": async (
      lab,
    ) => {
      const { engine, urn, samples, outsider } = lab;
      const managedRulesets = samples.managedRulesets?.value;
      const projectId = String(samples.projectId?.value);
      const state = await engine.create(urn, { projectId, managedRulesets });
      const now = () => stored<FirewallRecord>(outsider, ["vercel", "firewalls", projectId]);
      const active = () =>
        Object.entries({ ...now().crs, ...now().managedRules })
          .filter(([, one]) => one.active)
          .map(([name]) => name)
          .sort();
      assert.deepEqual(active(), ["bot_protection", "owasp", "sqli", "xss"]);
      const less = await engine.update(state, { projectId, managedRulesets: { owasp: { xss: { action: "log" } } } });
      assert.deepEqual(active(), ["owasp", "xss"]);
      await engine.delete(less);
      assert.deepEqual([active(), now().firewallEnabled], [[], false]);
    },
  },
  vanish: (lab, { id }) => erase(lab, ["vercel", "firewalls", id]),
};
