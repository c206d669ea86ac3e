import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { invalid, notFound, paymentRequired } from "./refusals.ts";
import { bodyOf, filter, inTime, newestFirst, page, param, passes, serviceOf } from "./request.ts";
import { compact } from "./service-shape.ts";
import { millis, newId, type Service, stamp } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

/** A command that runs once beside a service. The sandbox runs none: it is pending, running and done by the clock. */
interface Job {
  id: string;
  serviceId: string;
  startCommand: string;
  planId: string;
  createdAt: string;
  canceledAt?: string | undefined;
}

const jobs = (store: Store): Collection<Job> => store.collection("jobs");

export function forgetJobs(store: Store, serviceId: string): void {
  for (const { id, serviceId: owner } of jobs(store).list()) if (owner === serviceId) jobs(store).delete(id);
}

interface JobState {
  status: string;
  startedAt?: string | undefined;
  finishedAt?: string | undefined;
}

/** A tenth of a deploy's time until it runs, as long as a deploy until it is done. */
function stateOf({ world, now }: Call, { createdAt, canceledAt }: Job): JobState {
  const total = world.delays.renderDeploy;
  const [created, starts] = [millis(createdAt), millis(createdAt) + total / 10];
  const end = canceledAt === undefined ? now.getTime() : millis(canceledAt);
  const startedAt = end >= starts ? stamp(new Date(starts)) : undefined;
  if (canceledAt !== undefined) return { status: "canceled", startedAt, finishedAt: canceledAt };
  if (end >= created + total) return { status: "succeeded", startedAt, finishedAt: stamp(new Date(created + total)) };
  return { status: startedAt ? "running" : "pending", startedAt };
}

function shape(call: Call, job: Job): Record<string, unknown> {
  const { canceledAt: _, ...written } = job;
  return compact({ ...written, ...stateOf(call, job) });
}

function jobOf(call: Call, service: Service): Job {
  const id = param(call, "jobId");
  const job = jobs(call.store).get(id);
  if (job?.serviceId !== service.id) throw notFound(id);
  return job;
}

const list = defineRoute("GET /v1/services/{serviceId}/jobs", {
  evidence: "contract",
  source: `${DOCS}/list-job`,
  handle(call) {
    const [{ id: serviceId }, status] = [serviceOf(call), filter(call, "status")];
    const mine = jobs(call.store)
      .list()
      .filter((job) => job.serviceId === serviceId && inTime(call, "created", job.createdAt));
    const found = newestFirst(mine).filter((job) => {
      const state = stateOf(call, job);
      const inTimes = inTime(call, "started", state.startedAt) && inTime(call, "finished", state.finishedAt);
      return passes(status, state.status) && inTimes;
    });
    const shapes = found.map((job) => shape(call, job));
    return { status: 200, json: page(call, "job", shapes, ({ id }) => String(id)) };
  },
});

const NewJob = z.object({ startCommand: z.string().min(1), planId: z.string().min(1).optional() });

const create = defineRoute("POST /v1/services/{serviceId}/jobs", {
  evidence: "contract",
  source: `${DOCS}/post-job`,
  handle(call) {
    const { id: serviceId, type, settings, suspenders } = serviceOf(call);
    // Which id a plan has is published in examples only; this one is a guess for whoever names none.
    const usual = type === "cron_job" ? "plan-crn-003" : "plan-srv-006";
    const { startCommand, planId = usual } = bodyOf(call, NewJob);
    if (settings.plan === "free") throw paymentRequired("free services cannot run jobs");
    if (suspenders.length > 0) throw invalid("a suspended service cannot run jobs");
    const id = newId(call.world, "job");
    const job = jobs(call.store).set(id, { id, serviceId, startCommand, planId, createdAt: stamp(call.now) });
    return { status: 201, json: shape(call, job) };
  },
});

const retrieve = defineRoute("GET /v1/services/{serviceId}/jobs/{jobId}", {
  evidence: "contract",
  source: `${DOCS}/retrieve-job`,
  handle: (call) => ({ status: 200, json: shape(call, jobOf(call, serviceOf(call))) }),
});

const cancel = defineRoute("POST /v1/services/{serviceId}/jobs/{jobId}/cancel", {
  evidence: "contract",
  source: `${DOCS}/cancel-job`,
  handle(call) {
    const job = jobOf(call, serviceOf(call));
    const { status } = stateOf(call, job);
    if (status !== "pending" && status !== "running") throw invalid(`a job that is ${status} cannot be canceled`);
    job.canceledAt = stamp(call.now);
    return { status: 200, json: shape(call, job) };
  },
});

export const jobRoutes = [list, create, retrieve, cancel];
