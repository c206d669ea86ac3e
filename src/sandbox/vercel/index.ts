import type { Call, Emulator } from "../emulator.ts";
import type { Store } from "../store.ts";
import type { World } from "../world.ts";
import { accountRoutes, TOKENS, USER } from "./account.ts";
import { commandLineRoutes } from "./command-line.ts";
import { buildSite, isBuilding } from "./deployment-build.ts";
import { serve } from "./deployment-start.ts";
import { currentProduction } from "./deployment-state.ts";
import { deploymentRoutes } from "./deployments.ts";
import { domainRoutes } from "./domains.ts";
import { drainRoutes } from "./drains.ts";
import { envRoutes } from "./envs.ts";
import { fileRoutes } from "./files.ts";
import { firewallRoutes } from "./firewall.ts";
import { gitRoutes } from "./git.ts";
import { projectRoutes } from "./projects.ts";
import { promotionRoutes } from "./promotions.ts";
import { bypassRoutes } from "./protection-bypasses.ts";
import { countRequest, rateHeaders } from "./rate-limit.ts";
import { badRequest, notAuthorized } from "./refusals.ts";
import { stateOf } from "./state.ts";
import { webhookRoutes } from "./webhooks.ts";

function authenticate(call: Call): string {
  const { headers } = call;
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw notAuthorized({ missingToken: true });
  if (!TOKENS.includes(token)) throw notAuthorized({ invalidToken: true });
  countRequest(call);
  return USER.id;
}

function parseBody(text: string, contentType: string): unknown {
  if (contentType.startsWith("application/octet-stream")) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("Invalid JSON.");
  }
}

async function resume(store: Store, world: World): Promise<void> {
  const now = world.clock.now();
  const { projects, deployments } = stateOf(store);
  for (const deployment of deployments.list()) if (isBuilding(deployment)) buildSite({ store, world }, deployment);
  const served = projects.list().flatMap((project) => {
    const production = currentProduction(project, { store, now });
    return production ? [serve({ world }, project, production)] : [];
  });
  // One that does not start keeps none of the others from it.
  const failed = (await Promise.allSettled(served)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** Vercel's control plane, for one team named `sandbox`. */
export const emulator: Emulator = {
  vendor: "vercel",
  routes: [
    ...accountRoutes,
    ...projectRoutes,
    ...gitRoutes,
    ...envRoutes,
    ...commandLineRoutes,
    ...domainRoutes,
    ...deploymentRoutes,
    ...promotionRoutes,
    ...fileRoutes,
    ...bypassRoutes,
    ...firewallRoutes,
    ...webhookRoutes,
    ...drainRoutes,
  ],
  authenticate,
  parseBody,
  // The official provider still says `/v12/now/deployments` and `/v2/now/files`, the command line some paths without a version.
  normalizePath: (path) =>
    path
      .replace(/^(\/v\d+)\/now\//, "$1/")
      .replace(/^\/teams\//, "/v2/teams/")
      .replace(/^\/projects\//, "/v9/projects/")
      .replace(/(.)\/$/, "$1"),
  unemulated: ({ method, path }) => ({
    error: { code: "not_implemented", message: `The sandbox does not emulate ${method} ${path}.` },
  }),
  failed: () => ({
    error: { code: "internal_server_error", message: "The sandbox's Vercel failed. Its log says why." },
  }),
  headers: rateHeaders,
  resume,
};
