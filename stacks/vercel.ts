import type * as pulumi from "@pulumi/pulumi";
import { WebTier } from "../src/components/web-tier.ts";
import type { Context } from "./configure.ts";
import { sendSiteLogs } from "./logs.ts";
import type { Wire } from "./wire.ts";

const VERCEL_HOST = ".vercel.app";
const GITHUB = "https://github.com/";

export function site(context: Context, values: Wire): { ids: Record<string, pulumi.Output<string>> } {
  const { settings, environment } = context.configuration;
  const { web, domains, repository, regions, deployOnPush } = settings;
  if (!web) return { ids: {} };
  const onVercel = domains.web.endsWith(VERCEL_HOST);
  const repo = repository.url.startsWith(GITHUB)
    ? repository.url.slice(GITHUB.length).replace(/\.git$/, "")
    : undefined;
  const tier = new WebTier(
    "web",
    {
      ...web,
      projectName: onVercel ? domains.web.slice(0, -VERCEL_HOST.length) : context.nameOf("web"),
      repository: repo ? { repo, branch: repository.branch } : undefined,
      rootDirectory: repository.webRoot,
      region: regions.vercel,
      deployOnPush,
      targets: environment === "dev" ? ["production", "preview"] : ["production"],
      customDomain: onVercel ? undefined : domains.web,
      variables: values("web"),
    },
    { providers: [context.provider("vercel")] },
  );
  sendSiteLogs(context, tier.projectId);
  return { ids: { vercelProject: tier.projectId } };
}
