import { createHash } from "node:crypto";
import type { Call } from "../emulator.ts";
import { invalid, notFound } from "./refusals.ts";
import { timeOf } from "./request.ts";
import { millis, type Service, services, stamp } from "./state.ts";

/** https://render.com/docs/web-services#instance-types: processors and bytes of one instance. */
const SIZES: Record<string, { cpu: number; memory: number }> = {
  free: { cpu: 0.1, memory: 512 },
  starter: { cpu: 0.5, memory: 512 },
  standard: { cpu: 1, memory: 2_048 },
  pro: { cpu: 2, memory: 4_096 },
  pro_plus: { cpu: 4, memory: 8_192 },
  pro_max: { cpu: 4, memory: 16_384 },
  pro_ultra: { cpu: 8, memory: 32_768 },
};
const MEBIBYTE = 1_048_576;

export function limitsOf({ settings }: Service): { cpu: number; memory: number } {
  const { cpu, memory } = SIZES[settings.plan] ?? { cpu: 1, memory: 2_048 };
  return { cpu, memory: memory * MEBIBYTE };
}

/** How many instances run now. With autoscaling the sandbox has no load to follow, so it stays at the least. */
export function runningInstances({ settings, suspenders, type }: Service): number {
  if (suspenders.length > 0 || type === "cron_job") return 0;
  return settings.autoscaling?.enabled ? settings.autoscaling.min : settings.numInstances;
}

/** The five characters after the service's id are stable here; at Render each start makes new ones. */
export function instanceIds(service: Service): string[] {
  return Array.from({ length: runningInstances(service) }, (_, at) => `${service.id}-${String(at).padStart(5, "0")}`);
}

/** The service that the metrics are asked for: `resource`, or `service` as it was called before. */
export function measured(call: Call): Service[] {
  const wanted = [...call.query.getAll("resource"), ...call.query.getAll("service")].flatMap((one) => one.split(","));
  if (wanted.length === 0) throw invalid("resource is required");
  return wanted.map((id) => {
    const service = services(call.store).get(id);
    if (!service) throw notFound(id);
    return service;
  });
}

const HOUR = 3_600_000;
/** A window of any length is answered by as many points at most: the newest ones. */
const MOST_POINTS = 1_500;

/** The moments that are measured: the last hour by minutes, unless the request says otherwise. */
export function moments(call: Call, service: Service): number[] {
  const seconds = Number(call.query.get("resolutionSeconds") ?? 60);
  if (!(seconds >= 30)) throw invalid("invalid resolutionSeconds: must be at least 30");
  const step = seconds * 1_000;
  const end = Math.min(timeOf(call, "endTime") ?? call.now.getTime(), call.now.getTime());
  const from = timeOf(call, "startTime") ?? end - HOUR;
  const start = Math.max(from, millis(service.createdAt), end - step * (MOST_POINTS - 1));
  const first = Math.ceil(start / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((end - first) / step) + 1) }, (_, at) => first + at * step);
}

export interface Series {
  labels: { field: string; value: string }[];
  unit: string;
  values: { timestamp: string; value: number; unit: string }[];
}

export function series(
  labels: Record<string, string>,
  { unit, at, value }: { unit: string; at: number[]; value(moment: number): number },
): Series {
  return {
    labels: Object.entries(labels).map(([field, text]) => ({ field, value: text })),
    unit,
    values: at.map((moment) => ({ timestamp: stamp(new Date(moment)), value: value(moment), unit })),
  };
}

/** A made-up load between a tenth and a half: the same for the same instance and moment, in every run. */
export function load(instanceId: string, moment: number): number {
  const [byte = 0] = createHash("sha256").update(`${instanceId} ${moment}`).digest();
  return Math.round((0.1 + (0.4 * byte) / 255) * 1_000) / 1_000;
}
