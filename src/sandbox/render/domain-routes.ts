import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { conflict, invalid, notFound } from "./refusals.ts";
import { bodyOf, newestFirst, page, param, serviceOf } from "./request.ts";
import { type CustomDomain, customDomains, newId, type Service, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function shape({ serviceId: _, verified, ...rest }: CustomDomain): Record<string, unknown> {
  return { ...rest, verificationStatus: verified ? "verified" : "unverified" };
}

function listenerOf(call: Call): Service {
  const service = serviceOf(call);
  if (service.type !== "web_service") throw invalid("only web services and static sites have custom domains");
  return service;
}

function domainsOf(call: Call, service: Service): CustomDomain[] {
  const mine = customDomains(call.store)
    .list()
    .filter((domain) => domain.serviceId === service.id);
  return newestFirst(mine);
}

function domainOf(call: Call): CustomDomain {
  const wanted = param(call, "customDomainIdOrName");
  const found = domainsOf(call, listenerOf(call)).find(({ id, name }) => id === wanted || name === wanted);
  if (!found) throw notFound(wanted);
  return found;
}

const NewDomain = z.object({ name: z.string().regex(/^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$/i, "not a domain name") });

/** An apex domain brings its www name, and a www name its apex, which redirects: https://render.com/docs/custom-domains */
function companionOf(name: string): string | undefined {
  if (name.startsWith("www.")) return name.slice("www.".length);
  return name.split(".").length === 2 ? `www.${name}` : undefined;
}

const create = defineRoute("POST /v1/services/{serviceId}/custom-domains", {
  evidence: "contract",
  source: `${DOCS}/create-custom-domain`,
  handle(call) {
    const service = listenerOf(call);
    const name = bodyOf(call, NewDomain).name.toLowerCase();
    const taken = customDomains(call.store).list();
    if (taken.some((domain) => domain.name === name)) throw conflict(`custom domain ${name} already exists`);
    const companion = companionOf(name);
    const extra = companion && !taken.some((domain) => domain.name === companion) ? companion : undefined;
    const made = [add(call, service, name, ""), ...(extra ? [add(call, service, extra, name)] : [])];
    return { status: 201, json: made.map(shape) };
  },
});

function add(call: Call, service: Service, name: string, redirectForName: string): CustomDomain {
  const id = newId(call.world, "cdm");
  return customDomains(call.store).set(id, {
    id,
    serviceId: service.id,
    name,
    domainType: name.split(".").length === 2 ? "apex" : "subdomain",
    // One label; the sandbox knows no list of public suffixes such as co.uk.
    publicSuffix: name.slice(name.lastIndexOf(".") + 1),
    redirectForName,
    verified: false,
    createdAt: stamp(call.now),
  });
}

const list = defineRoute("GET /v1/services/{serviceId}/custom-domains", {
  evidence: "contract",
  source: `${DOCS}/list-custom-domains`,
  handle(call) {
    const name = call.query.get("name");
    const found = domainsOf(call, listenerOf(call)).filter((domain) => !name || domain.name === name);
    return { status: 200, json: page(call, "customDomain", found.map(shape), ({ id }) => String(id)) };
  },
});

const retrieve = defineRoute("GET /v1/services/{serviceId}/custom-domains/{customDomainIdOrName}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-custom-domain`,
  handle: (call) => ({ status: 200, json: shape(domainOf(call)) }),
});

const remove = defineRoute("DELETE /v1/services/{serviceId}/custom-domains/{customDomainIdOrName}", {
  evidence: "contract",
  source: `${DOCS}/delete-custom-domain`,
  handle(call) {
    const { id, name } = domainOf(call);
    customDomains(call.store).delete(id);
    // Inferred: the redirect that came with a name goes with it.
    for (const other of customDomains(call.store).list()) {
      if (other.redirectForName === name) customDomains(call.store).delete(other.id);
    }
    return { status: 204 };
  },
});

const verify = defineRoute("POST /v1/services/{serviceId}/custom-domains/{customDomainIdOrName}/verify", {
  evidence: "contract",
  source: `${DOCS}/refresh-custom-domain`,
  handle(call) {
    // No DNS is asked here: whoever asks for verification is taken to have set the record.
    domainOf(call).verified = true;
    return { status: 202 };
  },
});

export const domainRoutes = [create, list, retrieve, remove, verify];
