import { type Call, defineRoute } from "../emulator.ts";
import { notFound } from "./refusals.ts";
import { param } from "./request.ts";
import { compact } from "./service-shape.ts";
import { type CronRun, cronRuns, newId, type Service, services, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

function cronJobOf(call: Call): Service {
  const id = param(call, "cronJobId");
  const service = services(call.store).get(id);
  if (service?.type !== "cron_job") throw notFound(id);
  return service;
}

function cancelActive(call: Call, service: Service): void {
  for (const run of cronRuns(call.store).list()) {
    if (run.serviceId === service.id) run.canceledAt ??= stamp(call.now);
  }
}

function shape(run: CronRun): Record<string, unknown> {
  const { id, startedAt, canceledAt } = run;
  return compact({ id, status: canceledAt ? "canceled" : "pending", startedAt, finishedAt: canceledAt });
}

const trigger = defineRoute("POST /v1/cron-jobs/{cronJobId}/runs", {
  evidence: "contract",
  source: `${DOCS}/run-cron-job`,
  handle(call) {
    const service = cronJobOf(call);
    cancelActive(call, service);
    const id = newId(call.world, "job");
    const run = cronRuns(call.store).set(id, { id, serviceId: service.id, startedAt: stamp(call.now) });
    return { status: 200, json: shape(run) };
  },
});

const cancel = defineRoute("DELETE /v1/cron-jobs/{cronJobId}/runs", {
  evidence: "contract",
  source: `${DOCS}/cancel-cron-job-run`,
  handle(call) {
    cancelActive(call, cronJobOf(call));
    return { status: 204 };
  },
});

export const cronRunRoutes = [trigger, cancel];
