import { defineFunction } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import { deployment } from "./deployment-wire.ts";

/** A project's deployments, the newest first, up to `limit` of them. */
export const listDeployments = defineFunction("vercel:index/listDeployments:listDeployments", {
  inputs: {
    projectId: z.string().min(1),
    target: z.enum(["production", "preview"]).optional(),
    state: z.enum(["QUEUED", "INITIALIZING", "BUILDING", "READY", "ERROR", "CANCELED", "BLOCKED"]).optional(),
    /** Only those that a rollback can go back to: they served production once and do not now. */
    rollbackCandidate: z.boolean().optional(),
    limit: z.int().min(1).max(100).default(20),
  },
  outputs: { deployments: z.array(deployment) },
  async run(api: Vercel, { projectId, ...filter }, { signal }) {
    return { deployments: await api.deployments.list(projectId, filter, signal) };
  },
});

/** One deployment, by its id (`dpl_…`) or its host name. */
export const getDeployment = defineFunction("vercel:index/getDeployment:getDeployment", {
  inputs: { idOrUrl: z.string().min(1) },
  outputs: deployment.shape,
  run: (api: Vercel, { idOrUrl }, { signal }) => api.deployments.get(idOrUrl, signal),
});
