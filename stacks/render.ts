import type * as pulumi from "@pulumi/pulumi";
import { Project } from "@pulumi/render";
import { ApiTier } from "../src/components/api-tier.ts";
import { CronTier } from "../src/components/cron-tier.ts";
import type { Source } from "../src/components/service-source.ts";
import { WorkerTier } from "../src/components/worker-tier.ts";
import type { Settings } from "../src/config/settings.ts";
import type { Context } from "./configure.ts";
import { destinationOfServices } from "./logs.ts";
import { valuesOf, type Wire } from "./wire.ts";

const RENDER_HOST = ".onrender.com";

export function services(context: Context, values: Wire): { ids: Record<string, pulumi.Output<string>> } {
  const { api, worker, cron, regions } = context.configuration.settings;
  if (!api && !worker && !cron) return { ids: {} };
  const opts = { providers: [context.provider("render")] };
  const place = {
    region: regions.render,
    environmentId: environmentOf(context),
    logs: destinationOfServices(context),
  };
  const ids: Record<string, pulumi.Output<string>> = {};
  if (api) {
    const args = { ...place, ...apiArgs(context, api), variables: valuesOf(values("api")) };
    ids.api = new ApiTier("api", args, opts).id;
  }
  if (worker) {
    const { plan, instances, shutdownSeconds } = worker;
    const args = { ...place, serviceName: context.nameOf("worker"), plan, instances, shutdownSeconds };
    const variables = valuesOf(values("worker"));
    ids.worker = new WorkerTier("worker", { ...args, source: source(context, worker), variables }, opts).id;
  }
  if (cron) {
    const { plan, schedule } = cron;
    const args = { ...place, serviceName: context.nameOf("cron"), plan, schedule, source: source(context, cron) };
    ids.cron = new CronTier("cron", { ...args, variables: valuesOf(values("cron")) }, opts).id;
  }
  return { ids };
}

/** The project's one environment, protected in prod. */
function environmentOf(context: Context): pulumi.Output<string> {
  const { environment } = context.configuration;
  const protectedStatus = environment === "prod" ? ("protected" as const) : ("unprotected" as const);
  const environments = { [environment]: { name: environment, protectedStatus } };
  const args = { name: context.nameOf("project"), environments };
  const project = new Project("project", args, { provider: context.provider("render") });
  return project.environmentIds.apply((ids) => ids[environment] ?? "");
}

function apiArgs(context: Context, api: Exclude<Settings["api"], false>) {
  const { plan, instances, scaling, preDeployCommand, shutdownSeconds, health } = api;
  const { domains } = context.configuration.settings;
  const onRender = domains.api.endsWith(RENDER_HOST);
  return {
    ...{ plan, instances, scaling, preDeployCommand, shutdownSeconds, healthCheckPath: health.path },
    serviceName: onRender ? domains.api.slice(0, -RENDER_HOST.length) : context.nameOf("api"),
    customDomain: onRender ? undefined : domains.api,
    source: source(context, api),
  };
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
