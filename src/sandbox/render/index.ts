import type { Call, Emulator } from "../emulator.ts";
import { cronRunRoutes } from "./cron-run-routes.ts";
import { deployRoutes } from "./deploy-routes.ts";
import { resumeServices } from "./deploys.ts";
import { diskRoutes } from "./disk-routes.ts";
import { domainRoutes } from "./domain-routes.ts";
import { envGroupRoutes } from "./env-group-routes.ts";
import { logStreamRoutes, notificationRoutes } from "./notification-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { ownerRoutes } from "./owner-routes.ts";
import { environmentRoutes, projectRoutes } from "./project-routes.ts";
import { rateLimitHeaders } from "./rate-limits.ts";
import { invalid, unauthorized } from "./refusals.ts";
import { scalingRoutes } from "./scaling-routes.ts";
import { serviceRoutes } from "./service-routes.ts";
import { owners, SANDBOX_OWNER } from "./state.ts";
import { variableRoutes } from "./variable-routes.ts";

const API_KEY = "sandbox_render";

/** Render's API, https://api-docs.render.com, as far as services, their settings and their deploys go. */
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
  ],
  authenticate({ headers }) {
    if (headers.authorization !== `Bearer ${API_KEY}`) throw unauthorized();
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
  resume: resumeServices,
};
