import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import { invalid, paymentRequired } from "./refusals.ts";
import { bodyOf, serviceOf } from "./request.ts";
import { AutoscalingBody } from "./service-input.ts";
import { disks, type Service } from "./state.ts";
import type { Store } from "../store.ts";

const DOCS = "https://api-docs.render.com/reference";

/** https://render.com/docs/scaling: neither free services nor ones with a disk run on several instances. */
function refuseUnscalable(store: Store, service: Service): void {
  if (service.type === "cron_job") throw invalid("cron jobs cannot be scaled");
  if (service.settings.plan === "free") throw paymentRequired("free services cannot be scaled");
  const hasDisk = disks(store)
    .list()
    .some((disk) => disk.serviceId === service.id);
  if (hasDisk) throw invalid("services with a disk cannot be scaled");
}

const Scale = z.object({ numInstances: z.int().min(1).max(100) });

const scale = defineRoute("POST /v1/services/{serviceId}/scale", {
  evidence: "contract",
  source: `${DOCS}/scale-service`,
  handle(call) {
    const service = serviceOf(call);
    const { numInstances } = bodyOf(call, Scale);
    if (numInstances > 1) refuseUnscalable(call.store, service);
    if (!service.settings.autoscaling?.enabled) service.settings.numInstances = numInstances;
    return { status: 202 };
  },
});

const putAutoscaling = defineRoute("PUT /v1/services/{serviceId}/autoscaling", {
  evidence: "contract",
  source: `${DOCS}/autoscale-service`,
  handle(call) {
    const service = serviceOf(call);
    const autoscaling = bodyOf(call, AutoscalingBody);
    refuseUnscalable(call.store, service);
    service.settings.autoscaling = autoscaling;
    return { status: 200, json: autoscaling };
  },
});

const deleteAutoscaling = defineRoute("DELETE /v1/services/{serviceId}/autoscaling", {
  evidence: "contract",
  source: `${DOCS}/delete-autoscaling-config`,
  handle(call) {
    serviceOf(call).settings.autoscaling = undefined;
    return { status: 204 };
  },
});

const instances = defineRoute("GET /v1/services/{serviceId}/instances", {
  evidence: "contract",
  source: `${DOCS}/list-instances`,
  handle(call) {
    const { id, settings, createdAt, suspenders } = serviceOf(call);
    const running = suspenders.length > 0 ? 0 : Math.max(settings.numInstances, settings.autoscaling?.min ?? 0);
    // The five characters after the service's id are stable here; at Render each start makes new ones.
    const json = Array.from({ length: running }, (_, at) => ({
      id: `${id}-${String(at).padStart(5, "0")}`,
      createdAt,
    }));
    return { status: 200, json };
  },
});

export const scalingRoutes = [scale, putAutoscaling, deleteAutoscaling, instances];
