import { defineResource, orAbsent } from "@mais/provider-kit";
import type { Vercel } from "./client.ts";
import { type FirewallInputs, firewallInputs, firewallProblems } from "./firewall-inputs.ts";
import { type FirewallAnswer, firewallFromWire, firewallToWire, isBlank } from "./firewall-wire.ts";

/**
 * A project's firewall: rules of its own, addresses, and Vercel's managed rules. It is one configuration that is written
 * whole, so a project has one owner of it, and rules that somebody adds in the dashboard are taken away by the next change.
 * In force at once, without a deployment. Imported as the project's id.
 */
export const FirewallConfig = defineResource("vercel:index/firewallConfig:FirewallConfig", {
  inputs: firewallInputs,
  outputs: {},
  replaceOn: ["projectId"],
  check: firewallProblems,
  async find(api: Vercel, { projectId }, { signal }) {
    const live = await orAbsent(api.firewall.active(projectId, signal));
    // What holds nothing can be written over: every project may have it.
    if (!live || isBlank(live)) return [];
    const createdAt = Date.parse(live.updatedAt ?? "");
    const label = `firewall of project ${projectId}`;
    return [{ id: projectId, label, ...(Number.isNaN(createdAt) ? {} : { createdAt }) }];
  },
  async create(api: Vercel, { projectId, ...wanted }, { signal }) {
    const live = await api.firewall.write(projectId, firewallToWire(wanted), signal);
    return { id: projectId, ...liveOf(projectId, live, wanted.managedRulesets) };
  },
  async read(api: Vercel, projectId, { inputs: known, signal }) {
    const live = await orAbsent(api.firewall.active(projectId, signal));
    // Vercel deletes no configuration: off and empty is what a deletion leaves.
    if (!live || (!live.firewallEnabled && isBlank(live))) return undefined;
    return liveOf(projectId, live, known?.managedRulesets ?? undefined);
  },
  async update(api: Vercel, projectId, { projectId: _same, ...wanted }, { olds, signal }) {
    // What was adopted says null where Vercel has none.
    const live = await api.firewall.write(projectId, firewallToWire(wanted, olds.managedRulesets ?? undefined), signal);
    return liveOf(projectId, live, wanted.managedRulesets);
  },
  async delete(api: Vercel, projectId, { inputs: { managedRulesets }, signal }) {
    const nothing = { enabled: false, rules: { rules: [] }, ipRules: { rules: [] } };
    await orAbsent(api.firewall.write(projectId, firewallToWire(nothing, managedRulesets ?? undefined), signal));
  },
});
export type FirewallConfig = InstanceType<typeof FirewallConfig>;

function liveOf(projectId: string, live: FirewallAnswer, known: FirewallInputs["managedRulesets"]): FirewallInputs {
  // Vercel may answer what no program can write, which then shows as a difference.
  return { projectId, ...firewallFromWire(live, known) } as unknown as FirewallInputs;
}
