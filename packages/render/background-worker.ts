import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import { serviceEqual } from "./service-equal.ts";
import { PAID_PLANS, runningInputs, serviceInputs } from "./service-inputs.ts";
import { serviceKind } from "./service-kind.ts";
import * as lifecycle from "./service-lifecycle.ts";

/** A process that runs all the time and answers no requests: a queue's consumer. */
export const BackgroundWorker = defineResource("render:index/backgroundWorker:BackgroundWorker", {
  inputs: { ...serviceInputs, ...runningInputs, plan: z.enum(PAID_PLANS) },
  outputs: {
    slug: z.string(),
    dashboardUrl: z.string(),
    deployedSource: z.string().optional(),
    unfinishedDeploy: z.string().optional(),
  },
  secrets: ["envVars.*.value", "secretFiles.*.content", "logStreamOverride"],
  replaceOn: ["region"],
  unordered: ["envGroups"],
  dataBearing: ({ disk }) => disk !== undefined,
  migration: "Make a second service beside it, copy the disk's files, then remove this one.",
  ...serviceKind,
  equal: serviceEqual,
  recomputed: { deployedSource: ["runtimeSource"] },
  create: (api: RenderApi, inputs, call) => lifecycle.createService(api, "background_worker", inputs, call),
  update: (api, id, news, { olds, changed, ...call }) =>
    lifecycle.updateService(api, { id, olds, news, changed }, call),
});
export type BackgroundWorker = InstanceType<typeof BackgroundWorker>;
