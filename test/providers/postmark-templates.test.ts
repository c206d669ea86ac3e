import { expect, test } from "vitest";
import { makeServer, start, urn } from "./postmark-run.ts";

const TEMPLATE = urn("template:Template", "receipt");
const DOMAIN = urn("domain:Domain", "mail");

test("a template that Postmark cannot read is refused with every fault and its place, and nothing is written", async () => {
  await using run = await start();
  const { postmark, writes } = run;
  const server = await makeServer(postmark);
  const before = writes().length;
  const { apiToken: serverToken, serverId } = server.outputs;
  const broken = { name: "Receipt", alias: "receipt", subject: "{{", htmlBody: "<p>\n{{#a}}</p>", textBody: "fine" };
  const refused = postmark.create(TEMPLATE, { serverToken, serverId, ...broken });
  await expect(refused).rejects.toThrow(/subject, line 1:1: .*\n {2}htmlBody, line 2:1: The section 'a' is not closed/);
  expect(writes().slice(before)).toEqual(["POST /templates/validate"]);
});

test("a domain's records are what DNS must hold, before and after Postmark has seen them", async () => {
  await using run = await start();
  const { postmark, account } = run;
  const domain = await postmark.create(DOMAIN, { name: "mais.example", returnPathDomain: "pm-bounces.mais.example" });
  expect(domain.outputs.dnsRecords).toEqual([
    {
      type: "TXT",
      name: expect.stringContaining("pm._domainkey.mais.example"),
      value: expect.stringMatching(/^k=rsa;p=/),
      purpose: "DKIM",
    },
    { type: "CNAME", name: "pm-bounces.mais.example", value: "pm.mtasv.net", purpose: "return path" },
  ]);
  await account.verifyDomainDKIM(Number(domain.id));
  expect((await postmark.refresh(domain))?.outputs.dnsRecords).toEqual(domain.outputs.dnsRecords);
});
