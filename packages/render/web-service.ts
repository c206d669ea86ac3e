import { defineResource } from "@mais/provider-kit";
import { z } from "zod";
import type { RenderApi } from "./client.ts";
import { serviceEqual } from "./service-equal.ts";
import { runningInputs, serviceInputs, webInputs } from "./service-inputs.ts";
import { serviceKind } from "./service-kind.ts";
import * as lifecycle from "./service-lifecycle.ts";

/**
 * A Render web service. It is created with its variables, so that the first deploy has them, and counts as created
 * once that deploy is live.
 */
export const WebService = defineResource("render:index/webService:WebService", {
  inputs: { ...serviceInputs, ...runningInputs, ...webInputs },
  outputs: {
    /** The name in the service's URL. A later change of `name` does not move it. */
    slug: z.string(),
    /** `https://<slug>.onrender.com` */
    url: z.string(),
    dashboardUrl: z.string(),
    /** Repository and branch, or image, of the last deploy that this stack saw go live. */
    deployedSource: z.string().optional(),
    /** The deploy that the last run did not see the end of. */
    unfinishedDeploy: z.string().optional(),
    /** With the redirects that Render adds by itself. */
    activeCustomDomains: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        domainType: z.string().optional(),
        publicSuffix: z.string().optional(),
        redirectForName: z.string().optional(),
      }),
    ),
  },
  secrets: ["envVars.*.value", "secretFiles.*.content", "logStreamOverride"],
  replaceOn: ["region"],
  dataBearing: ({ disk }) => disk !== undefined,
  migration: "Make a second service beside it, copy the disk's files, then remove this one.",
  unordered: ["customDomains", "ipAllowLists", "envGroups"],
  ...serviceKind,
  equal: serviceEqual,
  recomputed: { activeCustomDomains: ["customDomains"], deployedSource: ["runtimeSource"] },
  create: (api: RenderApi, inputs, call) => lifecycle.createService(api, "web_service", inputs, call),
  update: (api, id, news, { olds, changed, ...call }) =>
    lifecycle.updateService(api, { id, olds, news, changed }, call),
});
export type WebService = InstanceType<typeof WebService>;
