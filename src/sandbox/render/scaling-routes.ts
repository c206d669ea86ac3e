import { z } from "zod";
import { defineRoute } from "../emulator.ts";
import type { Store } from "../store.ts";
import { record } from "./events.ts";
import { instanceIds } from "./metrics.ts";
import { hasDisk } from "./plan-rules.ts";
import { invalid, paymentRequired } from "./refusals.ts";
import { bodyOf, serviceOf } from "./request.ts";
import { AutoscalingBody } from "./service-input.ts";
import type { Service } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

/** https://render.com/docs/scaling: neither free services nor ones with a disk run on several instances. */
function refuseUnscalable(store: Store, service: Service): void {
  if (service.type === "cron_job") throw invalid("cron jobs cannot be scaled");
  if (service.settings.plan === "free") throw paymentRequired("free services cannot be scaled");
  if (hasDisk(store, service.id)) throw invalid("services with a disk cannot be scaled");
}

const Scale = z.object({ numInstances: z.int().min(1).max(100) });

const scale = defineRoute("POST /v1/services/{serviceId}/scale", {
  evidence: "contract",
  source: `${DOCS}/scale-service`,
  handle(call) {
    const service = serviceOf(call);
    const { numInstances } = bodyOf(call, Scale);
    if (numInstances > 1) refuseUnscalable(call.store, service);
    const { settings } = service;
    if (!settings.autoscaling?.enabled && settings.numInstances !== numInstances) {
      const details = { fromInstances: settings.numInstances, toInstances: numInstances };
      record(call, service.id, { type: "instance_count_changed", details });
      settings.numInstances = numInstances;
    }
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
    const { autoscaling: fromConfig } = service.settings;
    const details = { ...(fromConfig ? { fromConfig } : {}), toConfig: autoscaling };
    record(call, service.id, { type: "autoscaling_config_changed", details });
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
    const service = serviceOf(call);
    const json = instanceIds(service).map((id) => ({ id, createdAt: service.createdAt }));
    return { status: 200, json };
  },
});

export const scalingRoutes = [scale, putAutoscaling, deleteAutoscaling, instances];
