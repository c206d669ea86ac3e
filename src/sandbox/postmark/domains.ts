import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { nextNumber, readFields, readPage, text } from "./fields.ts";
import { done, refuse } from "./refusals.ts";

const PAGE = "https://postmarkapp.com/developer/api/domains-api";
const FIRST_ID = 3_600_000;
const CNAME = "pm.mtasv.net";

interface Domain {
  ID: number;
  Name: string;
  SPFVerified: boolean;
  DKIMVerified: boolean;
  WeakDKIM: boolean;
  ReturnPathDomainVerified: boolean;
}

export interface DomainDetails extends Domain {
  SPFHost: string;
  SPFTextValue: string;
  DKIMHost: string;
  DKIMTextValue: string;
  DKIMPendingHost: string;
  DKIMPendingTextValue: string;
  DKIMRevokedHost: string;
  DKIMRevokedTextValue: string;
  SafeToRemoveRevokedKeyFromDNS: boolean;
  DKIMUpdateStatus: "Pending" | "Verified";
  ReturnPathDomain: string;
  ReturnPathDomainCNAMEValue: string;
}

const name = text(516, "The domain name is not valid.", (value) =>
  /^([a-z0-9-]+\.)+[a-z]{2,}$/i.test(value),
).superRefine((value, context) => {
  if (value.length > 255)
    context.addIssue({
      code: "custom",
      message: "The domain name is longer than 255 characters.",
      params: { code: 515 },
    });
});

const createDomain = defineRoute("POST /domains", {
  evidence: "documented",
  source: `${PAGE}#create-domain`,
  handle(call) {
    if ((call.body as { Name?: unknown } | undefined)?.Name === undefined)
      throw refuse(514, "The domain name is required.");
    const given = readFields(call, { Name: name, ReturnPathDomain: z.string().optional() });
    if (domainNamed(call, given.Name)) throw refuse(512, "This domain already exists.");
    if (given.ReturnPathDomain !== undefined) checkReturnPath(given.Name, given.ReturnPathDomain);
    const domain = addDomain(call, given.Name);
    if (given.ReturnPathDomain !== undefined) setReturnPath(domain, given.ReturnPathDomain);
    return { status: 200, json: domain };
  },
});

export function domainNamed(call: Call, wanted: string): DomainDetails | undefined {
  return domains(call)
    .list()
    .find(({ Name }) => Name === wanted);
}

/** A domain is also made with the first sender signature on it. */
export function addDomain(call: Call, domainName: string): DomainDetails {
  const domain: DomainDetails = {
    ...{ ID: nextNumber(call, "domains", FIRST_ID), Name: domainName },
    ...{ SPFVerified: true, SPFHost: domainName, SPFTextValue: "" },
    ...{ DKIMVerified: false, WeakDKIM: false, DKIMHost: "", DKIMTextValue: "", ...pendingKey(call, domainName) },
    ...{ DKIMRevokedHost: "", DKIMRevokedTextValue: "", SafeToRemoveRevokedKeyFromDNS: false },
    ...{ ReturnPathDomain: "", ReturnPathDomainVerified: false, ReturnPathDomainCNAMEValue: CNAME },
  };
  return domains(call).set(String(domain.ID), domain);
}

const listDomains = defineRoute("GET /domains", {
  evidence: "documented",
  source: `${PAGE}#list-domains`,
  handle(call) {
    const { count, offset } = readPage(call);
    const all = domains(call)
      .list()
      .map(
        ({ ID, Name, SPFVerified, DKIMVerified, WeakDKIM, ReturnPathDomainVerified }): Domain => ({
          ...{ ID, Name, SPFVerified, DKIMVerified, WeakDKIM, ReturnPathDomainVerified },
        }),
      );
    return { status: 200, json: { TotalCount: all.length, Domains: all.slice(offset, offset + count) } };
  },
});

const readDomain = defineRoute("GET /domains/{id}", {
  evidence: "documented",
  source: `${PAGE}#domain`,
  handle: (call) => ({ status: 200, json: domainOf(call) }),
});

const editDomain = defineRoute("PUT /domains/{id}", {
  evidence: "documented",
  source: `${PAGE}#edit-domain`,
  handle(call) {
    const domain = domainOf(call);
    const given = readFields(call, { ReturnPathDomain: z.string().optional() });
    if (given.ReturnPathDomain !== undefined) setReturnPath(domain, given.ReturnPathDomain);
    return { status: 200, json: domain };
  },
});

const deleteDomain = defineRoute("DELETE /domains/{id}", {
  evidence: "documented",
  source: `${PAGE}#delete-domain`,
  handle(call) {
    const domain = domainOf(call);
    domains(call).delete(String(domain.ID));
    return done(`Domain ${domain.Name} removed.`);
  },
});

/** Whether DNS holds the record: the sandbox's world has no DNS, so every record that was asked for is found. */
const verifyDkim = defineRoute("PUT /domains/{id}/verifydkim", {
  evidence: "inferred",
  source: `${PAGE}#domains-verify-dkim`,
  handle(call) {
    const domain = domainOf(call);
    if (domain.DKIMUpdateStatus === "Pending") {
      domain.DKIMRevokedHost = domain.DKIMHost;
      domain.DKIMRevokedTextValue = domain.DKIMTextValue;
      domain.DKIMHost = domain.DKIMPendingHost;
      domain.DKIMTextValue = domain.DKIMPendingTextValue;
      Object.assign(domain, {
        DKIMPendingHost: "",
        DKIMPendingTextValue: "",
        DKIMUpdateStatus: "Verified",
        DKIMVerified: true,
      });
    }
    return { status: 200, json: domain };
  },
});

const verifyReturnPath = defineRoute("PUT /domains/{id}/verifyreturnpath", {
  evidence: "inferred",
  source: `${PAGE}#domains-verify-return-path`,
  handle(call) {
    const domain = domainOf(call);
    domain.ReturnPathDomainVerified = domain.ReturnPathDomain !== "";
    return { status: 200, json: domain };
  },
});

const rotateDkim = defineRoute("POST /domains/{id}/rotatedkim", {
  evidence: "documented",
  source: `${PAGE}#domains-rotate-dkim`,
  handle(call) {
    const domain = domainOf(call);
    if (domain.DKIMUpdateStatus === "Pending")
      throw refuse(505, "A DKIM renewal is already scheduled for this domain.");
    return { status: 200, json: Object.assign(domain, pendingKey(call, domain.Name)) };
  },
});

export function pendingKey(
  call: Call,
  domain: string,
): Pick<DomainDetails, "DKIMPendingHost" | "DKIMPendingTextValue" | "DKIMUpdateStatus"> {
  const stamp = call.now.toISOString().replace(/\D/g, "").slice(0, 14);
  const key = call.world.ids.text(128, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  return {
    DKIMPendingHost: `${stamp}pm._domainkey.${domain}`,
    DKIMPendingTextValue: `k=rsa;p=${key}`,
    DKIMUpdateStatus: "Pending",
  };
}

export function setReturnPath(domain: DomainDetails, wanted: string): void {
  checkReturnPath(domain.Name, wanted);
  if (wanted !== domain.ReturnPathDomain) domain.ReturnPathDomainVerified = false;
  domain.ReturnPathDomain = wanted;
}

export function checkReturnPath(domain: string, wanted: string): void {
  if (wanted !== "" && !wanted.endsWith(`.${domain}`))
    throw refuse(511, "The return path domain must be a subdomain of the domain.");
}

function domains(call: Call) {
  return call.store.collection<DomainDetails>("domains");
}

function domainOf(call: Call): DomainDetails {
  const domain = domains(call).get(call.params.id ?? "");
  if (!domain) throw refuse(510, "The domain was not found.");
  return domain;
}

export const domainRoutes = [
  ...[createDomain, listDomains, readDomain, editDomain, deleteDomain],
  ...[verifyDkim, verifyReturnPath, rotateDkim],
];
