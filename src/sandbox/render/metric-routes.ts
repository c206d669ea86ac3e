import { type Call, defineRoute, type Route } from "../emulator.ts";
import { instanceIds, limitsOf, load, measured, moments, runningInstances, type Series, series } from "./metrics.ts";
import { invalid } from "./refusals.ts";
import type { Service } from "./state.ts";

const DOCS = "https://api-docs.render.com/reference";

/**
 * Metrics of emulated services: instances and limits are what the settings say, load is made up within the limits, and
 * nothing is counted that did not happen. Units and labels are inferred.
 */
function metric(name: string, seriesOf: (service: Service, at: number[], call: Call) => Series[]): Route {
  return defineRoute(`GET /v1/metrics/${name}`, {
    evidence: "inferred",
    source: `${DOCS}/get-${name}`,
    handle(call) {
      const json = measured(call).flatMap((service) => seriesOf(service, moments(call, service), call));
      return { status: 200, json };
    },
  });
}

/** One series for each instance, or for the one that `instance` names. */
function perInstance(
  { id, ...service }: Service,
  call: Call,
  rest: { unit: string; at: number[]; value(instance: string, moment: number): number },
): Series[] {
  const wanted = call.query.get("instance");
  const { unit, at, value } = rest;
  return instanceIds({ id, ...service })
    .filter((instance) => !wanted || instance === wanted)
    .map((instance) => series({ resource: id, instance }, { unit, at, value: (moment) => value(instance, moment) }));
}

const cpu = metric("cpu", (service, at, call) =>
  perInstance(service, call, { unit: "cpu", at, value: (one, moment) => load(one, moment) * limitsOf(service).cpu }),
);

const memory = metric("memory", (service, at, call) =>
  perInstance(service, call, {
    ...{ unit: "bytes", at },
    value: (one, moment) => Math.round(load(`${one} memory`, moment) * limitsOf(service).memory),
  }),
);

const cpuLimit = metric("cpu-limit", (service, at, call) =>
  perInstance(service, call, { unit: "cpu", at, value: () => limitsOf(service).cpu }),
);

const memoryLimit = metric("memory-limit", (service, at, call) =>
  perInstance(service, call, { unit: "bytes", at, value: () => limitsOf(service).memory }),
);

/** The load that autoscaling aims at; no series without it. */
function target(kind: "cpu" | "memory"): Route {
  return metric(`${kind}-target`, (service, at, call) => {
    const { autoscaling } = service.settings;
    const criterion = autoscaling?.enabled ? autoscaling.criteria[kind] : undefined;
    if (!criterion?.enabled) return [];
    const aim = (limitsOf(service)[kind] * criterion.percentage) / 100;
    return perInstance(service, call, { unit: kind === "cpu" ? "cpu" : "bytes", at, value: () => aim });
  });
}

const instanceCount = metric("instance-count", (service, at) => [
  series({ resource: service.id }, { unit: "instances", at, value: () => runningInstances(service) }),
]);

/** Requests reach emulated services on their own ports, where nobody counts them for these metrics. */
const uncounted = (["http-requests", "http-latency", "bandwidth"] as const).map((name) => {
  const unit = { "http-requests": "requests", "http-latency": "ms", bandwidth: "bytes" }[name];
  return metric(name, (service, at, call) => {
    if (service.type !== "web_service") return [];
    const quantile = Number(call.query.get("quantile") ?? 0.95);
    if (!(quantile >= 0 && quantile <= 1)) throw invalid("invalid quantile: must be between 0 and 1");
    return [series({ resource: service.id }, { unit, at, value: () => 0 })];
  });
});

const instances = defineRoute("GET /v1/metrics/filters/application", {
  evidence: "inferred",
  source: `${DOCS}/list-application-filter-values`,
  handle(call) {
    return { status: 200, json: [{ filter: "instance", values: measured(call).flatMap(instanceIds) }] };
  },
});

export const metricRoutes = [
  ...[cpu, cpuLimit, target("cpu"), memory, memoryLimit, target("memory"), instanceCount],
  ...[...uncounted, instances],
];
