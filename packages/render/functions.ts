import { defineFunction, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import { readLogs } from "./read-logs.ts";
import type { Deploy, Service } from "./wire.ts";

const serviceId = z.string().regex(/^(srv|crn)-\w+$/, "is the id of a service (srv-…) or of a cron job (crn-…)");
const time = z.iso.datetime({ offset: true, error: "is not a time such as 2030-01-31T12:00:00Z" });

const serviceOutputs = {
  id: z.string(),
  name: z.string(),
  /** `web_service`, `background_worker`, `cron_job`, … */
  type: z.string(),
  slug: z.string(),
  url: z.string().optional(),
  dashboardUrl: z.string(),
  plan: z.string().optional(),
  region: z.string().optional(),
  runtime: z.string().optional(),
  repoUrl: z.string().optional(),
  branch: z.string().optional(),
  imagePath: z.string().optional(),
  environmentId: z.string().optional(),
  /** With autoscaling, how many run at least. */
  numInstances: z.number().optional(),
  suspended: z.boolean(),
  /** A push to the branch deploys. */
  autoDeploy: z.boolean(),
  createdAt: z.string(),
};

/** One service, by its id or by its name. */
export const getService = defineFunction("render:index/getService:getService", {
  inputs: { serviceId: serviceId.optional(), name: z.string().min(1).optional() },
  outputs: serviceOutputs,
  async run(api: RenderApi, wanted, call) {
    if ((wanted.serviceId === undefined) === (wanted.name === undefined)) {
      throw new Refused("getService takes either serviceId or name");
    }
    const service = wanted.serviceId
      ? await api.service(wanted.serviceId, call)
      : (await api.servicesNamed(wanted.name ?? "", call)).at(0);
    if (service) return describeService(service);
    throw new Refused(`there is no service named "${wanted.name}" in the workspace ${api.ownerId}`);
  },
});

function describeService(service: Service) {
  const { id, name, type, slug, dashboardUrl = "", createdAt, environmentId, branch, imagePath } = service;
  const { url, plan, region, runtime, numInstances, autoscaling } = service.serviceDetails;
  return {
    ...{ id, name, type, slug, url, dashboardUrl, plan, region, runtime, branch, imagePath, environmentId, createdAt },
    repoUrl: service.repo,
    numInstances: autoscaling?.enabled ? autoscaling.min : numInstances,
    suspended: service.suspended === "suspended",
    autoDeploy: service.autoDeploy !== "no",
  };
}

const deployOutput = z.object({
  id: z.string(),
  /** `live`, `build_in_progress`, `update_failed`, … https://api-docs.render.com/reference/list-deploys */
  status: z.string(),
  trigger: z.string().optional(),
  commitId: z.string().optional(),
  commitMessage: z.string().optional(),
  imageRef: z.string().optional(),
  imageSha: z.string().optional(),
  createdAt: z.string(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
});

/** A service's last deploys, newest first. */
export const listDeploys = defineFunction("render:index/listDeploys:listDeploys", {
  inputs: { serviceId, limit: z.int().min(1).max(100).default(20) },
  outputs: { deploys: z.array(deployOutput) },
  async run(api: RenderApi, { serviceId: id, limit }, call) {
    return { deploys: (await api.deploys(id, call, { limit })).map(describeDeploy) };
  },
});

function describeDeploy({ id, status, trigger, commit, image, createdAt, startedAt, finishedAt }: Deploy) {
  return {
    ...{ id, status, trigger, createdAt, startedAt: startedAt ?? undefined, finishedAt: finishedAt ?? undefined },
    ...{ commitId: commit?.id, commitMessage: commit?.message, imageRef: image?.ref, imageSha: image?.sha },
  };
}

const series = z.array(
  z.object({
    /** Of one instance, where Render tells it. */
    instance: z.string().optional(),
    /** As Render words it: `cpu`, `bytes`, … */
    unit: z.string(),
    values: z.array(z.object({ timestamp: z.string(), value: z.number() })),
  }),
);

/** Processor time, memory and number of instances of a service over time; the last hour, unless times are given. */
export const getMetrics = defineFunction("render:index/getMetrics:getMetrics", {
  inputs: {
    serviceId,
    startTime: time.optional(),
    endTime: time.optional(),
    /** From one value to the next. */
    resolutionSeconds: z.int().min(30).default(60),
  },
  outputs: { cpu: series, memory: series, instances: series },
  async run(api: RenderApi, { serviceId: resource, ...window }, call) {
    const ask = async (name: string) => (await api.metric(name, { resource, ...window }, call)).map(describeSeries);
    const [cpu, memory, instances] = await Promise.all([ask("cpu"), ask("memory"), ask("instance-count")]);
    return { cpu, memory, instances };
  },
});

function describeSeries({ labels, unit, values }: Awaited<ReturnType<RenderApi["metric"]>>[number]) {
  const instance = labels.find(({ field }) => field === "instance")?.value;
  return { instance, unit, values: values.map(({ timestamp, value }) => ({ timestamp, value })) };
}

/** Lines of a service's log, oldest first. An application may print anything, so they are secret. */
export const getLogs = defineFunction("render:index/getLogs:getLogs", {
  inputs: {
    serviceId,
    startTime: time.optional(),
    endTime: time.optional(),
    /** `app`: what the service prints; `build`: its builds; `request`: who asked it what. All of them if left out. */
    types: z.array(z.enum(["app", "build", "request"])).optional(),
    levels: z.array(z.string()).optional(),
    /** Only lines with this text. */
    text: z.string().min(1).optional(),
    /** The newest ones that the rest lets through. */
    limit: z.int().min(1).max(1_000).default(100),
  },
  outputs: {
    lines: z.array(
      z.object({
        timestamp: z.string(),
        message: z.string(),
        type: z.string().optional(),
        level: z.string().optional(),
        instance: z.string().optional(),
      }),
    ),
    /** There are older ones. */
    hasMore: z.boolean(),
  },
  secrets: ["lines.*.message"],
  run: (api: RenderApi, { serviceId: resource, types: type, levels: level, ...rest }, call) =>
    readLogs(api, { resource, type, level, ...rest }, call),
});
