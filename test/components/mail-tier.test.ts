import { expect, test } from "vitest";
import { MailTier } from "../../src/components/mail-tier.ts";
import { recordResources, settled, vendorObjects } from "../helpers/record-resources.ts";

test("mail reports bounces and complaints to the API, with a password", async () => {
  const webhook = { url: "https://api.acme.dev/mail", username: "postmark", password: "pw" };
  const args = { serverName: "acme-mail", deliveryType: "Live" as const, stream: "bookings", webhook, keep: false };
  const { resources, built } = await recordResources(() => new MailTier("mail", args));
  expect(vendorObjects(resources).map(({ name }) => name)).toEqual(["mail", "mail-stream", "mail-webhook"]);
  expect(vendorObjects(resources)[2]?.inputs).toMatchObject({
    url: webhook.url,
    httpAuth: { username: "postmark", password: "pw" },
    bounceTrigger: { enabled: true },
    spamComplaintTrigger: { enabled: true },
  });
  expect(await settled(built.serverToken)).toBe("server-token");
});

test("a mail domain of the stack's own is kept like its server, and its DNS records come out", async () => {
  const args = { serverName: "acme-mail", deliveryType: "Live" as const, stream: "bookings", keep: true };
  const { resources, built } = await recordResources(() => new MailTier("mail", { ...args, domain: "mail.acme.dev" }));
  const domain = vendorObjects(resources).find(({ name }) => name === "mail-domain");
  expect(domain?.inputs).toEqual({ name: "mail.acme.dev", returnPathDomain: "pm-bounces.mail.acme.dev" });
  expect(built.dnsRecords).toBeDefined();
  const without = await recordResources(() => new MailTier("mail", args));
  expect(vendorObjects(without.resources).map(({ name }) => name)).toEqual(["mail", "mail-stream"]);
  expect(without.built.dnsRecords).toBeUndefined();
});

test("templates are made on the tier's own server under their aliases", async () => {
  const layout = { alias: "plain", name: "Plain", templateType: "Layout" as const, htmlBody: "{{{@content}}}" };
  const booked = { alias: "booked", name: "Booked", templateType: "Standard" as const, subject: "s", textBody: "t" };
  const templates = [layout, { ...booked, layoutTemplate: "plain" }];
  const args = { serverName: "acme-mail", deliveryType: "Live" as const, stream: "bookings", keep: false, templates };
  const { resources } = await recordResources(() => new MailTier("mail", args));
  const made = vendorObjects(resources).filter(({ type }) => type.endsWith(":Template"));
  expect(made.map(({ name }) => name)).toEqual(["mail-template-booked", "mail-template-plain"]);
  expect(made[0]?.inputs).toEqual({ serverToken: "server-token", ...booked, layoutTemplate: "plain" });
});
