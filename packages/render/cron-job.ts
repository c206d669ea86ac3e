import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import { serviceEqual } from "./service-equal.ts";
import { cronInputs, serviceInputs } from "./service-inputs.ts";
import { serviceKind } from "./service-kind.ts";
import * as lifecycle from "./service-lifecycle.ts";

/** A command that Render runs on a schedule. It is deployed like a service; "live" means that its build is ready. */
export const CronJob = defineResource("render:index/cronJob:CronJob", {
  inputs: { ...serviceInputs, ...cronInputs },
  outputs: {
    slug: z.string(),
    dashboardUrl: z.string(),
    deployedSource: z.string().optional(),
    unfinishedDeploy: z.string().optional(),
  },
  secrets: ["envVars.*.value", "secretFiles.*.content", "logStreamOverride"],
  replaceOn: ["region"],
  unordered: ["envGroups"],
  ...serviceKind,
  equal: serviceEqual,
  recomputed: { deployedSource: ["runtimeSource"] },
  create: (api: RenderApi, inputs, call) => lifecycle.createService(api, "cron_job", inputs, call),
  update: (api, id, news, { olds, changed, ...call }) =>
    lifecycle.updateService(api, { id, olds, news, changed }, call),
});
export type CronJob = InstanceType<typeof CronJob>;
