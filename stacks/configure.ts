import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { VendorProvider } from "@mais/provider-kit/program";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../src/config/configuration.ts";
import { ENVIRONMENTS, environmentOf } from "../src/config/environments.ts";
import { explain } from "../src/config/explain.ts";
import { judge } from "../src/config/gate.ts";
import { currentBackend, readEnvFile } from "../src/config/load.ts";
import { type MailTemplate, readMailTemplates } from "../src/config/mail-templates.ts";
import { otherEnvironments, recordSecrets } from "../src/config/secret-record.ts";
import type { Settings } from "../src/config/settings.ts";
import { endWithEngine } from "./end-with-engine.ts";
import { withholdDebugValues } from "./withhold-debug-values.ts";

/** What every file of the stack starts from. */
export interface Context {
  configuration: Configuration;
  /** The vendor's provider instance, made on first use: a vendor without a tier is never contacted. */
  provider(vendor: Vendor): pulumi.ProviderResource;
  /** `mais-deploy-prod-api`: what an object is called at its vendor. */
  nameOf(part: string): string;
  /** The Git address; a folder of this checkout becomes a `file://` address. */
  repoUrl: string;
  mailTemplates: MailTemplate[];
}

type Vendor = "render" | "vercel" | "supabase" | "upstash" | "stripe" | "postmark" | "mais";

const CHECKOUT = join(import.meta.dirname, "..");

/** Judges the environment's whole configuration; a problem ends the run before anything is registered. */
export function configure(stack: string): Context {
  endWithEngine();
  withholdDebugValues();
  // The SDK maps each resource's stack trace through source maps; Node strips our types in place, so there is nothing to map.
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const environment = environmentOf(stack);
  if (!environment)
    throw new pulumi.RunError(
      `There is no environment "${stack}". A stack is named after one of: ${ENVIRONMENTS.join(", ")}.`,
    );
  const envFile = process.env.MAIS_ENV_FILE;
  const onSandbox = process.env.MAIS_TARGET === "sandbox";
  const verdict = judge({
    environment,
    config: pulumi.runtime.allConfig(),
    secretKeys: JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]"),
    envFile: envFile ? readEnvFile(envFile, CHECKOUT) : undefined,
    target: onSandbox ? "sandbox" : undefined,
    state: currentBackend(process.env, CHECKOUT),
    others: onSandbox ? undefined : otherEnvironments(CHECKOUT),
  });
  if (!verdict.ok) {
    const again = onSandbox ? `mais --sandbox validate --stack ${stack}` : undefined;
    throw new pulumi.RunError(explain(verdict.problems, { environment, again }));
  }
  const { configuration } = verdict;
  const { settings } = configuration;
  if (settings.target === "live" && !pulumi.runtime.isDryRun()) recordSecrets(CHECKOUT, configuration);
  if (settings.replaceData) permitReplacement(settings.replaceData);
  return {
    configuration,
    provider: providers(configuration),
    nameOf: (part) => `${pulumi.getProject()}-${environment}-${part}`,
    repoUrl: repoUrl(settings.repository.url),
    mailTemplates: mailTemplates(settings),
  };
}

/** Hands the permission to the one resource that it names; the plugin refuses it where there is no data to lose. */
function permitReplacement(resource: string): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) =>
    name === resource && type.includes(":index/") ? { props: { ...props, replaceData: resource }, opts } : undefined,
  );
}

function mailTemplates({ mail }: Settings): MailTemplate[] {
  if (mail === false || mail.templates === undefined) return [];
  const { templates, problems } = readMailTemplates(join(CHECKOUT, mail.templates));
  if (problems.length > 0)
    throw new pulumi.RunError(`The mail templates in ${mail.templates} have problems:\n  ${problems.join("\n  ")}`);
  return templates;
}

function repoUrl(url: string): string {
  if (url.startsWith("https://")) return url;
  const folder = isAbsolute(url) ? url : join(CHECKOUT, url);
  if (!existsSync(folder))
    throw new pulumi.RunError(`repository.url names the folder ${url}, which is not in this checkout.`);
  return `file://${folder}`;
}

function providers({ environment, settings }: Configuration): Context["provider"] {
  const { accounts, target } = settings;
  const account: Record<Vendor, Record<string, string | undefined>> = {
    render: { ownerId: accounts.renderOwner },
    vercel: { team: accounts.vercelTeam },
    supabase: { organization: accounts.supabaseOrganization },
    upstash: { email: accounts.upstashEmail },
    stripe: { account: accounts.stripeAccount, mode: environment === "prod" ? "live" : "test" },
    postmark: { accountServerId: accounts.postmarkServer },
    mais: {},
  };
  const made = new Map<Vendor, pulumi.ProviderResource>();
  return (vendor) => {
    const provider =
      made.get(vendor) ??
      new VendorProvider(vendor, { endpoint: target === "sandbox" ? "sandbox" : undefined, account: account[vendor] });
    made.set(vendor, provider);
    return provider;
  };
}
