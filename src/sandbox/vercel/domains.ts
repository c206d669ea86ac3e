import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { parseBody } from "./bodies.ts";
import { addDomain, apexOf, checkFree, checkTarget, claimOf, isDomain } from "./domain-rules.ts";
import { findProject, projectOf } from "./find-project.ts";
import { page } from "./paging.ts";
import { badRequest, notFound, refusal } from "./refusals.ts";
import { type DomainRecord, domainKey, stateOf } from "./state.ts";

const redirectStatusCode = z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).nullable();
const target = {
  gitBranch: z.string().max(250).nullable().optional(),
  customEnvironmentId: z.string().nullable().optional(),
  redirect: z.string().nullable().optional(),
  redirectStatusCode: redirectStatusCode.optional(),
};
const NewDomain = z.strictObject({ name: z.string(), ...target });
const DomainPatch = z.strictObject(target);

function domainWire(domain: DomainRecord): Record<string, unknown> {
  const { challenge, verified, ...rest } = domain;
  const apexName = apexOf(domain.name);
  const verification = {
    type: "TXT",
    domain: `_vercel.${apexName}`,
    value: challenge,
    reason: "pending_domain_verification",
  };
  return { ...rest, apexName, verified, ...(verified ? {} : { verification: [verification] }) };
}

function domainOf(call: Call): DomainRecord {
  const project = projectOf(call);
  const domain = stateOf(call.store).domains.get(domainKey(call.params.domain ?? ""));
  if (!domain || domain.projectId !== project.id) throw notFound("project domain");
  return domain;
}

const add = defineRoute("POST /v*/projects/{idOrName}/domains", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/add-a-domain-to-a-project",
  handle(call) {
    const project = projectOf(call);
    const { name, ...rest } = parseBody(NewDomain, call.body);
    if (!isDomain(domainKey(name)))
      throw refusal(400, "invalid_domain", `The specified value is not a fully qualified domain name: "${name}".`);
    checkTarget(project, domainKey(name), rest);
    checkFree(call, project, name);
    return { status: 200, json: domainWire(addDomain(call, project, name, given(rest))) };
  },
});

const list = defineRoute("GET /v*/projects/{idOrName}/domains", {
  evidence: "contract",
  handle(call) {
    const project = projectOf(call);
    const wanted = call.query.get("verified");
    const mine = stateOf(call.store)
      .domains.list()
      .filter(
        ({ projectId, verified }) => projectId === project.id && (wanted === null || String(verified) === wanted),
      );
    const { items, pagination } = page(mine, call.query);
    return { status: 200, json: { domains: items.map(domainWire), pagination } };
  },
});

const get = defineRoute("GET /v*/projects/{idOrName}/domains/{domain}", {
  evidence: "contract",
  handle: (call) => ({ status: 200, json: domainWire(domainOf(call)) }),
});

const patch = defineRoute("PATCH /v*/projects/{idOrName}/domains/{domain}", {
  evidence: "contract",
  handle(call) {
    const domain = domainOf(call);
    const changes = parseBody(DomainPatch, call.body);
    checkTarget(projectOf(call), domain.name, { ...domain, ...given(changes) });
    Object.assign(domain, given(changes), { updatedAt: call.now.getTime() });
    return { status: 200, json: domainWire(domain) };
  },
});

const remove = defineRoute("DELETE /v*/projects/{idOrName}/domains/{domain}", {
  evidence: "contract",
  handle(call) {
    const domain = domainOf(call);
    const { domains } = stateOf(call.store);
    const { removeRedirects } = parseBody(z.strictObject({ removeRedirects: z.boolean().optional() }), call.body);
    for (const one of domains.list()) if (removeRedirects && one.redirect === domain.name) domains.delete(one.name);
    domains.delete(domain.name);
    return { status: 200, json: {} };
  },
});

const verify = defineRoute("POST /v*/projects/{idOrName}/domains/{domain}/verify", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/projects/verify-project-domain",
  handle(call) {
    const domain = domainOf(call);
    if (!domain.verified && claimOf(domain, call))
      throw refusal(
        400,
        "missing_txt_record",
        `Domain _vercel.${apexOf(domain.name)} is missing the required TXT record "${domain.challenge}".`,
      );
    if (!domain.verified) Object.assign(domain, { verified: true, updatedAt: call.now.getTime() });
    return { status: 200, json: domainWire(domain) };
  },
});

/** The sandbox has no DNS: names that start with `misconfigured.` point elsewhere, so do claimed ones, all others here. */
const config = defineRoute("GET /v*/domains/{domain}/config", {
  evidence: "inferred",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/domains/get-a-domains-configuration",
  handle(call) {
    const name = domainKey(call.params.domain ?? "");
    if (!isDomain(name)) throw badRequest(`The domain "${name}" is not valid.`);
    const inProject = call.query.get("projectIdOrName");
    if (inProject !== null && !findProject(call, inProject)) throw notFound("project");
    const added = stateOf(call.store).domains.get(name);
    const misconfigured =
      name.startsWith("misconfigured.") || claimOf(added ?? { name, createdAt: call.now.getTime() }, call);
    const apex = apexOf(name) === name;
    return {
      status: 200,
      json: {
        misconfigured,
        configuredBy: misconfigured ? null : apex ? "A" : "CNAME",
        acceptedChallenges: misconfigured ? [] : ["http-01"],
        recommendedIPv4: [{ rank: 1, value: ["76.76.21.21"] }],
        recommendedCNAME: [{ rank: 1, value: "cname.vercel-dns.com." }],
      },
    };
  },
});

/** What was sent, without what was left out. */
function given(changes: z.output<typeof DomainPatch>): Partial<DomainRecord> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

export const domainRoutes = [add, list, get, patch, remove, verify, config];
