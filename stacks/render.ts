import type * as pulumi from "@pulumi/pulumi";
import { Project } from "@pulumi/render";
import { ApiTier } from "../src/components/api-tier.ts";
import { CronTier } from "../src/components/cron-tier.ts";
import type { Source } from "../src/components/service-source.ts";
import { WorkerTier } from "../src/components/worker-tier.ts";
import type { Context } from "./configure.ts";
import { valuesOf, type Wire } from "./wire.ts";

const RENDER_HOST = ".onrender.com";

export function services(context: Context, values: Wire): { ids: Record<string, pulumi.Output<string>> } {
  const { settings, environment } = context.configuration;
  const { api, worker, cron, domains, regions } = settings;
  if (!api && !worker && !cron) return { ids: {} };
  const opts = { providers: [context.provider("render")] };
  const environments = {
    [environment]: {
      name: environment,
      protectedStatus: environment === "prod" ? "protected" : "unprotected",
    } as const,
  };
  const project = new Project(
    "project",
    { name: context.nameOf("project"), environments },
    { provider: context.provider("render") },
  );
  const environmentId = project.environmentIds.apply((ids) => ids[environment] ?? "");
  const place = { region: regions.render, environmentId };
  const ids: Record<string, pulumi.Output<string>> = {};
  if (api) {
    const { plan, instances, scaling, preDeployCommand, health } = api;
    const onRender = domains.api.endsWith(RENDER_HOST);
    const serviceName = onRender ? domains.api.slice(0, -RENDER_HOST.length) : context.nameOf("api");
    const args = { ...place, serviceName, plan, instances, scaling, preDeployCommand, healthCheckPath: health.path };
    const customDomain = onRender ? undefined : domains.api;
    ids.api = new ApiTier(
      "api",
      { ...args, customDomain, source: source(context, api), variables: valuesOf(values("api")) },
      opts,
    ).id;
  }
  if (worker) {
    const { plan, instances } = worker;
    const args = { ...place, serviceName: context.nameOf("worker"), plan, instances, source: source(context, worker) };
    ids.worker = new WorkerTier("worker", { ...args, variables: valuesOf(values("worker")) }, opts).id;
  }
  if (cron) {
    const { plan, schedule } = cron;
    const args = { ...place, serviceName: context.nameOf("cron"), plan, schedule, source: source(context, cron) };
    ids.cron = new CronTier("cron", { ...args, variables: valuesOf(values("cron")) }, opts).id;
  }
  return { ids };
}

function source(
  context: Context,
  { buildCommand, startCommand }: { buildCommand: string; startCommand: string },
): Source {
  const { repository, deployOnPush } = context.configuration.settings;
  return {
    repoUrl: context.repoUrl,
    branch: repository.branch,
    rootDirectory: repository.apiRoot,
    buildCommand,
    startCommand,
    deployOnPush,
  };
}
