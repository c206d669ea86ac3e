import type { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { parseBody } from "./bodies.ts";
import { BASE62, findProject } from "./find-project.ts";
import { CATEGORIES, PutFirewall } from "./firewall-body.ts";
import { badRequest, notFound } from "./refusals.ts";
import { type FirewallRecord, type ProjectRecord, stateOf } from "./state.ts";

function projectOf(call: Call): ProjectRecord {
  const project = findProject(call, call.query.get("projectId") ?? "");
  if (!project) throw notFound("project");
  return project;
}

function firewallWire({ projectId, ownerId, crs, ...rest }: FirewallRecord): Record<string, unknown> {
  const off = Object.fromEntries(CATEGORIES.map((category) => [category, { active: false, action: "log" }]));
  return { ...rest, projectKey: projectId, ownerId, crs: { ...off, ...crs }, changes: [] };
}

/** A rule that cannot work is refused; with which words, and whether the real one checks all of it, is inferred. */
function checkRules(rules: z.output<typeof PutFirewall>["rules"]): void {
  for (const { name, action } of rules ?? []) {
    const { mitigate } = action;
    if (mitigate?.action === "rate_limit" && !mitigate.rateLimit)
      throw badRequest(`Invalid request: the rule "${name}" should have \`rateLimit\`.`);
    if (mitigate?.action === "redirect" && !mitigate.redirect)
      throw badRequest(`Invalid request: the rule "${name}" should have \`redirect\`.`);
  }
}

const put = defineRoute("PUT /v*/security/firewall/config", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/security/put-firewall-configuration",
  /** Writes the whole configuration: what it leaves out is gone. */
  handle(call) {
    const project = projectOf(call);
    const { rules = [], ips = [], crs = {}, managedRules = {}, ...flags } = parseBody(PutFirewall, call.body);
    checkRules(rules);
    const { firewalls } = stateOf(call.store);
    const text = () => call.world.ids.text(6, BASE62);
    const written = firewalls.set(project.id, {
      ...{ id: firewalls.get(project.id)?.id ?? `waf_${call.world.ids.text(16, BASE62)}`, projectId: project.id },
      ...{ ownerId: project.accountId, version: (firewalls.get(project.id)?.version ?? 0) + 1 },
      ...{ updatedAt: call.now.toISOString(), crs, managedRules, ...flags },
      rules: rules.map(({ id = `rule_${text()}`, ...rule }) => ({ ...rule, id, valid: true, validationErrors: null })),
      ips: ips.map(({ id = `ip_${text()}`, ...ip }) => ({ ...ip, id })),
    });
    return { status: 200, json: { active: firewallWire(written) } };
  },
});

const get = defineRoute("GET /v*/security/firewall/config/{configVersion}", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/security/read-firewall-configuration",
  /** Only the version in force is kept here. One that was never written is not found. */
  handle(call) {
    const written = stateOf(call.store).firewalls.get(projectOf(call).id);
    const { configVersion } = call.params;
    if (!written || (configVersion !== "active" && configVersion !== String(written.version)))
      throw notFound("firewall configuration");
    return { status: 200, json: firewallWire(written) };
  },
});

export const firewallRoutes = [put, get];
