import { type Call, defineFunction, defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { PostmarkApi } from "./client.ts";
import { DomainAnswer, dnsRecords, dnsRecordsOf, returnPathDomain } from "./domain-wire.ts";
import { listAll } from "./list-all.ts";

const LIST = {
  attempt: "GET /domains",
  answer: z.object({ TotalCount: z.number(), Domains: z.array(z.object({ ID: z.number(), Name: z.string() })) }),
};
const CREATE = { attempt: "POST /domains", answer: DomainAnswer };
const READ = { attempt: "GET /domains/{id}", answer: DomainAnswer };
const UPDATE = { attempt: "PUT /domains/{id}", answer: DomainAnswer };
const DELETE = { attempt: "DELETE /domains/{id}", answer: z.unknown() };
const VERIFY_DKIM = { attempt: "PUT /domains/{id}/verifydkim", answer: DomainAnswer };
const VERIFY_RETURN_PATH = { attempt: "PUT /domains/{id}/verifyreturnpath", answer: DomainAnswer };

/** A domain that every server of the account may send from, once its DNS holds `dnsRecords`. */
export const Domain = defineResource("postmark:index/domain:Domain", {
  inputs: {
    /** Postmark cannot change it later. */
    name: z
      .string()
      .max(255)
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "must be a domain in lower case, such as mail.example.com"),
    returnPathDomain: returnPathDomain.optional(),
  },
  outputs: {
    domainId: z.number(),
    /** What DNS must hold. Whether it does is asked with `getDomainVerification`. */
    dnsRecords,
  },
  replaceOn: ["name"],
  recomputed: { dnsRecords: ["returnPathDomain"] },
  check({ name, returnPathDomain: path }) {
    if (path === undefined || path.endsWith(`.${name}`)) return [];
    return [{ property: "returnPathDomain", reason: `must be a subdomain of ${name}, such as pm-bounces.${name}` }];
  },

  async find(api: PostmarkApi, { name }, call) {
    const same = (await listDomains(api, call)).filter((domain) => domain.Name === name);
    return same.map(({ ID, Name }) => ({ id: String(ID), label: Name }));
  },

  async create(api, { name: Name, returnPathDomain: path }, { signal }) {
    const request = { Name, ...(path === undefined ? {} : { ReturnPathDomain: path }) };
    const domain = await api.account(CREATE, signal, (client) => client.createDomain(request));
    return { id: String(domain.ID), ...liveDomain(domain) };
  },

  async read(api, id, { signal }) {
    const domain = await orAbsent(api.account(READ, signal, (client) => client.getDomain(Number(id))));
    return domain && liveDomain(domain);
  },

  async update(api, id, { returnPathDomain: path }, { changed, signal }) {
    const edits = changed.has("returnPathDomain");
    const domain = await api.account(edits ? UPDATE : READ, signal, (client) =>
      edits ? client.editDomain(Number(id), { ReturnPathDomain: path ?? "" }) : client.getDomain(Number(id)),
    );
    return liveDomain(domain);
  },

  async delete(api, id, { signal }) {
    await orAbsent(api.account(DELETE, signal, (client) => client.deleteDomain(Number(id))));
  },
});
export type Domain = InstanceType<typeof Domain>;

/** Lets Postmark look into DNS now, and says what it found: it is no error that a record is not there yet. */
export const getDomainVerification = defineFunction("postmark:index/getDomainVerification:getDomainVerification", {
  inputs: { domainId: z.number().int() },
  outputs: {
    domainId: z.number(),
    name: z.string(),
    dkimVerified: z.boolean(),
    /** False while none is set. */
    returnPathDomainVerified: z.boolean(),
    /** What DNS must hold. */
    dnsRecords,
  },
  async run(api: PostmarkApi, { domainId }, { signal }) {
    await api.account(VERIFY_DKIM, signal, (client) => client.verifyDomainDKIM(domainId));
    const domain = await api.account(VERIFY_RETURN_PATH, signal, (client) => client.verifyDomainReturnPath(domainId));
    const { Name: name, DKIMVerified: dkimVerified, ReturnPathDomainVerified: returnPathDomainVerified } = domain;
    return { domainId, name, dkimVerified, returnPathDomainVerified, dnsRecords: dnsRecordsOf(domain) };
  },
});

function listDomains(api: PostmarkApi, { signal }: Pick<Call, "signal">): Promise<{ ID: number; Name: string }[]> {
  return listAll(async (paging) => {
    const page = await api.account(LIST, signal, (client) => client.getDomains(paging));
    return { total: page.TotalCount, items: page.Domains };
  });
}

function liveDomain(domain: DomainAnswer) {
  const { ID, Name, ReturnPathDomain } = domain;
  return {
    ...{ domainId: ID, name: Name, returnPathDomain: ReturnPathDomain || undefined },
    dnsRecords: dnsRecordsOf(domain),
  };
}
