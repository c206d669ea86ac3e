import { MailTier } from "../src/components/mail-tier.ts";
import type { Context } from "./configure.ts";
import type { Secrets } from "./secrets.ts";
import type { Values } from "./wire.ts";

/** The user name that the API expects of Postmark's webhook calls; its password is POSTMARK_WEBHOOK_PASSWORD. */
const WEBHOOK_USER = "postmark";

export interface Mail {
  variables: Values;
  /** Of a domain of the stack's own. */
  dnsRecords?: MailTier["dnsRecords"];
}

export function mail(context: Context, secrets: Secrets): Mail {
  const { settings, environment, variables } = context.configuration;
  if (!settings.mail) return { variables: {} };
  const { deliveryType, stream, webhookPath, domain: whose } = settings.mail;
  const password = variables.get("POSTMARK_WEBHOOK_PASSWORD")?.value ?? secrets.variables.POSTMARK_WEBHOOK_PASSWORD;
  const webhook =
    webhookPath && password
      ? { url: `https://${settings.domains.api}${webhookPath}`, username: WEBHOOK_USER, password }
      : undefined;
  const keep = settings.protect && environment === "prod";
  const domain = whose === "own" ? settings.domains.mail : undefined;
  const args = {
    serverName: context.nameOf("mail"),
    deliveryType,
    stream,
    webhook,
    domain,
    keep,
    templates: context.mailTemplates,
  };
  const tier = new MailTier("mail", args, { providers: [context.provider("postmark")] });
  return { variables: { POSTMARK_SERVER_TOKEN: tier.serverToken }, dnsRecords: tier.dnsRecords };
}
