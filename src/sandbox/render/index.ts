import type { Call, Emulator } from "../emulator.ts";
import { cronRunRoutes } from "./cron-run-routes.ts";
import { resumeSchedules, runDue } from "./cron-runs.ts";
import { deployRoutes } from "./deploy-routes.ts";
import { resumeServices } from "./deploys.ts";
import { diskRoutes } from "./disk-routes.ts";
import { domainRoutes } from "./domain-routes.ts";
import { envGroupRoutes } from "./env-group-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { jobRoutes } from "./job-routes.ts";
import { keyValueRoutes } from "./key-value-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { logStreamRoutes } from "./log-stream-routes.ts";
import { metricRoutes } from "./metric-routes.ts";
import { metricsStreamRoutes } from "./metrics-stream-routes.ts";
import { notificationRoutes } from "./notification-routes.ts";
import { ownerRoutes } from "./owner-routes.ts";
import { previewRoutes } from "./preview-routes.ts";
import { environmentRoutes, projectRoutes } from "./project-routes.ts";
import { rateLimitHeaders, refuseOverLimit } from "./rate-limits.ts";
import { invalid, unauthorized } from "./refusals.ts";
import { registryCredentialRoutes } from "./registry-credential-routes.ts";
import { scalingRoutes } from "./scaling-routes.ts";
import { serviceRoutes } from "./service-routes.ts";
import { owners, SANDBOX_OWNER } from "./state.ts";
import { variableRoutes } from "./variable-routes.ts";
import { webhookRoutes } from "./webhook-routes.ts";

const API_KEY = "sandbox_render";

/** Render's API, https://api-docs.render.com, as far as what a program can set up there goes. */
export const emulator: Emulator = {
  vendor: "render",
  routes: [
    ...serviceRoutes,
    ...deployRoutes,
    ...variableRoutes,
    ...scalingRoutes,
    ...domainRoutes,
    ...diskRoutes,
    ...envGroupRoutes,
    ...projectRoutes,
    ...environmentRoutes,
    ...ownerRoutes,
    ...notificationRoutes,
    ...logStreamRoutes,
    ...logRoutes,
    ...cronRunRoutes,
    ...jobRoutes,
    ...previewRoutes,
    ...registryCredentialRoutes,
    ...keyValueRoutes,
    ...webhookRoutes,
    ...metricsStreamRoutes,
    ...eventRoutes,
    ...metricRoutes,
  ],
  authenticate(call) {
    if (call.headers.authorization !== `Bearer ${API_KEY}`) throw unauthorized();
    refuseOverLimit(call);
    return SANDBOX_OWNER;
  },
  parseBody(text) {
    if (text === "") return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw invalid("invalid JSON");
    }
  },
  unemulated: ({ method, path }) => ({ message: `not emulated by the sandbox: ${method} ${path}` }),
  headers: (call: Call) => ({
    ...rateLimitHeaders(call),
    "render-request-id": call.world.ids.uuid(),
    vary: "Origin",
  }),
  seed(store) {
    const owner = { id: SANDBOX_OWNER, name: "Sandbox", email: "sandbox@mais.invalid", type: "team" } as const;
    owners(store).set(owner.id, owner);
  },
  async resume(store, world) {
    resumeSchedules(store, world);
    await resumeServices(store, world);
  },
  tick: runDue,
};
