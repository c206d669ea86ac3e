import type { Call } from "../emulator.ts";
import type { Collection, Store } from "../store.ts";
import { type DeployState, deployState, isFinal, ofService } from "./deploys.ts";
import { type CronRun, cronRuns, type Deploy, newId, services, stamp } from "./state.ts";

/** Something that happened to a service. */
export interface ServiceEvent {
  id: string;
  timestamp: string;
  serviceId: string;
  type: string;
  details: Record<string, unknown>;
}

const recorded = (store: Store): Collection<ServiceEvent> => store.collection("events");

/** Notes what a request did to a service. What deploys and runs do is read off them instead. */
export function record(
  { store, world, now }: Call,
  serviceId: string,
  event: Pick<ServiceEvent, "type" | "details">,
): void {
  const id = newId(world, "evt");
  recorded(store).set(id, { id, timestamp: stamp(now), serviceId, ...event });
}

export function forgetEvents(store: Store, serviceId: string): void {
  for (const { id, serviceId: owner } of recorded(store).list()) if (owner === serviceId) recorded(store).delete(id);
}

/** A service's events, newest first. */
export function eventsOf({ store, world }: Call, serviceId: string): ServiceEvent[] {
  const deploys = ofService(store, serviceId).toReversed();
  const runs = cronRuns(store)
    .list()
    .filter((run) => run.serviceId === serviceId);
  return [
    ...recorded(store)
      .list()
      .filter((event) => event.serviceId === serviceId),
    ...deploys.flatMap((deploy, at) => ofDeploy(deployState(store, world, deploy), deploy, at === 0)),
    ...runs.flatMap(ofRun),
  ].toSorted((a, b) => (a.timestamp === b.timestamp ? (a.id < b.id ? 1 : -1) : a.timestamp < b.timestamp ? 1 : -1));
}

/** Every event of a workspace's services. */
export function eventsOfOwner(call: Call, ownerId: string): ServiceEvent[] {
  return services(call.store)
    .list()
    .filter((service) => service.ownerId === ownerId)
    .flatMap(({ id }) => eventsOf(call, id));
}

const ENDED: Record<string, string> = { live: "succeeded", deactivated: "succeeded", canceled: "canceled" };

/** The start and the end of a deploy and of its build. The figures in `status` are deprecated; theirs are inferred. */
function ofDeploy({ status, finishedAt }: DeployState, deploy: Deploy, isFirst: boolean): ServiceEvent[] {
  const { id: deployId, createdAt, builds } = deploy;
  const event = (step: number, at: string, { type, details }: Pick<ServiceEvent, "type" | "details">) => {
    return { id: partOf(deployId, step), timestamp: at, serviceId: deploy.serviceId, type, details };
  };
  const trigger = triggerOf(deploy, isFirst);
  const buildId = `bld-${deployId.slice("dep-".length)}`;
  const events = [event(2, createdAt, { type: "deploy_started", details: { deployId, trigger } })];
  if (builds) events.unshift(event(1, createdAt, { type: "build_started", details: { buildId, trigger } }));
  if (!isFinal(status) || !finishedAt) return events;
  const ended = ENDED[status] ?? "failed";
  const figures = { status: ended === "succeeded" ? 2 : ended === "failed" ? 3 : 4, reason: {} };
  const buildStatus = status === "build_failed" ? "failed" : ended === "canceled" ? "canceled" : "succeeded";
  const build = { type: "build_ended", details: { buildId, buildStatus, ...figures } };
  const end = { type: "deploy_ended", details: { deployId, deployStatus: ended, ...figures } };
  return [...events, ...(builds ? [event(3, finishedAt, build)] : []), event(4, finishedAt, end)];
}

function triggerOf({ trigger, commit, fresh }: Deploy, isFirst: boolean): Record<string, unknown> {
  return {
    ...{ firstBuild: isFirst, envUpdated: false, manual: trigger === "api" || trigger === "manual" },
    ...{ deployedByRender: false, clearCache: false, rollback: trigger === "rollback" && !fresh },
    ...(commit ? { newCommit: commit.id } : {}),
  };
}

function ofRun({ id, serviceId, startedAt, canceledAt }: CronRun): ServiceEvent[] {
  const details = { cronJobRunId: id };
  const start = { id: partOf(id, 1), timestamp: startedAt, serviceId, type: "cron_job_run_started", details };
  if (!canceledAt) return [start];
  const end = { ...start, id: partOf(id, 2), timestamp: canceledAt, type: "cron_job_run_ended" };
  return [start, { ...end, details: { ...details, status: "canceled" } }];
}

/** The id of the n-th event of an object. Ids that the sandbox makes end in `0` or `g`, so there is room behind them. */
function partOf(id: string, step: number): string {
  const digits = id.slice(id.indexOf("-") + 1);
  const last = Number.parseInt(digits.slice(-1), 32) + step;
  return `evt-${digits.slice(0, -1)}${last.toString(32)}`;
}
