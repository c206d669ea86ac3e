import { type Call, defineRoute } from "../emulator.ts";
import { cancelRuns, startRun } from "./cron-runs.ts";
import { notFound } from "./refusals.ts";
import { param } from "./request.ts";
import { compact } from "./service-shape.ts";
import { type CronRun, type Service, services } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function cronJobOf(call: Call): Service {
  const id = param(call, "cronJobId");
  const service = services(call.store).get(id);
  if (service?.type !== "cron_job") throw notFound(id);
  return service;
}

function shape({ id, startedAt, canceledAt, finishedAt, succeeded }: CronRun): Record<string, unknown> {
  const ended = finishedAt === undefined ? "pending" : succeeded ? "successful" : "unsuccessful";
  return compact({ id, status: canceledAt ? "canceled" : ended, startedAt, finishedAt: canceledAt ?? finishedAt });
}

const trigger = defineRoute("POST /v1/cron-jobs/{cronJobId}/runs", {
  evidence: "contract",
  source: `${DOCS}/run-cron-job`,
  handle: (call) => ({ status: 200, json: shape(startRun(call.store, call.world, cronJobOf(call))) }),
});

const cancel = defineRoute("DELETE /v1/cron-jobs/{cronJobId}/runs", {
  evidence: "contract",
  source: `${DOCS}/cancel-cron-job-run`,
  handle(call) {
    cancelRuns(call.store, call.world, cronJobOf(call).id);
    return { status: 204 };
  },
});

export const cronRunRoutes = [trigger, cancel];
