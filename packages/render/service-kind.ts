import { DEPLOY_MINUTES } from "./deploy-watch.ts";
import { checkService } from "./service-inputs.ts";
import * as lifecycle from "./service-lifecycle.ts";

const PROBE =
  "is not Render's to set: it asks healthCheckPath with a timeout of 5 s, takes an instance out of routing after 15 s of failures and restarts it after 60 s. " +
  "How often and how patiently the team's own prober asks is said in its settings (api.health.intervalSeconds and timeoutSeconds)";

/** What people look for on a Render service and Render does not have. https://render.com/docs/health-checks */
const refuses = Object.fromEntries(
  ["Interval", "Timeout", "IntervalSeconds", "TimeoutSeconds"].flatMap((what) =>
    ["healthCheck", "healthCheckPath", "health"].map((stem) => [`${stem}${what}`, PROBE]),
  ),
);

/** What the definitions of web services, workers and cron jobs have in common. */
export const serviceKind = {
  autoName: { property: "name", maxLength: 63 },
  timeoutMinutes: DEPLOY_MINUTES,
  refuses,
  check: checkService,
  find: lifecycle.findService,
  read: lifecycle.readService,
  delete: lifecycle.deleteService,
} as const;
