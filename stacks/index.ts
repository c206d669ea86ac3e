import * as pulumi from "@pulumi/pulumi";
import { configure } from "./configure.ts";
import { mail } from "./postmark.ts";
import { services } from "./render.ts";
import { generatedSecrets } from "./secrets.ts";
import { payments } from "./stripe.ts";
import { database } from "./supabase.ts";
import { caches } from "./upstash.ts";
import { site } from "./vercel.ts";
import { wire } from "./wire.ts";

// The whole stack of one environment. Nothing is registered before the configuration holds.
const context = configure(pulumi.getStack());
const { configuration } = context;
const secrets = generatedSecrets(context);
const postgres = database(context, secrets);
const redis = caches(context);
const stripe = payments(context);
const postmark = mail(context, secrets);
const values = wire(configuration, {
  ...secrets.variables,
  ...postgres.variables,
  ...redis,
  ...stripe,
  ...postmark.variables,
});
const render = services(context, values);
const vercel = site(context, values);

const { settings, environment } = configuration;
const { api, domains } = settings;

export const stack = { environment, target: settings.target };
export const urls = {
  ...(api ? { api: `https://${domains.api}` } : {}),
  ...(settings.web ? { web: `https://${domains.web}` } : {}),
};
export const health = api
  ? { live: `https://${domains.api}${api.health.path}`, ready: `https://${domains.api}${api.health.readinessPath}` }
  : undefined;
/** What the DNS of the mail domain must hold, where this stack makes it. */
export const mailDns = postmark.dnsRecords ?? [];
export const ids = { ...render.ids, ...vercel.ids, ...postgres.ids };
