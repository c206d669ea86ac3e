import { z } from "zod";

/** What Postmark says of a domain's DNS; a sender signature repeats it. Texts are empty where there is nothing. */
const records = {
  ...{ DKIMHost: z.string().default(""), DKIMTextValue: z.string().default("") },
  ...{ DKIMPendingHost: z.string().default(""), DKIMPendingTextValue: z.string().default("") },
  ...{ DKIMVerified: z.boolean().default(false), ReturnPathDomainVerified: z.boolean().default(false) },
  ...{ ReturnPathDomain: z.string().default(""), ReturnPathDomainCNAMEValue: z.string().default("") },
};

export const DomainAnswer = z.object({ ID: z.number(), Name: z.string(), ...records });
export type DomainAnswer = z.output<typeof DomainAnswer>;

export const DnsAnswer = z.object(records);
type DnsAnswer = z.output<typeof DnsAnswer>;

/** The host that bounces return to: a subdomain, so that mail passes DMARC by SPF as well. */
export const returnPathDomain = z
  .string()
  .regex(/^([a-z0-9-]+\.){2,}[a-z]{2,}$/, "must be a subdomain in lower case, such as pm-bounces.example.com");

export const dnsRecords = z.array(
  z.object({ type: z.enum(["TXT", "CNAME"]), name: z.string(), value: z.string(), purpose: z.string() }),
);

/** A key that was made is pending until Postmark has seen it in DNS; before that it is the one to publish. */
export function dnsRecordsOf(answer: DnsAnswer): z.output<typeof dnsRecords> {
  const pending = answer.DKIMPendingHost !== "";
  const name = pending ? answer.DKIMPendingHost : answer.DKIMHost;
  const value = pending ? answer.DKIMPendingTextValue : answer.DKIMTextValue;
  const { ReturnPathDomain: path, ReturnPathDomainCNAMEValue: target } = answer;
  return [
    ...(name === "" ? [] : [{ type: "TXT" as const, name, value, purpose: "DKIM" }]),
    ...(path === "" ? [] : [{ type: "CNAME" as const, name: path, value: target, purpose: "return path" }]),
  ];
}
