import { lastDue, parseSchedule, type Schedule } from "../service-schedule.ts";
import type { Collection, Store } from "../store.ts";
import type { World } from "../world.ts";
import { liveDeploy } from "./deploys.ts";
import { type CronRun, cronRuns, newId, type Service, services, stamp } from "./state.ts";

/** Up to when a cron job's schedule has been looked at. */
interface Looked {
  id: string;
  until: number;
}

const looked = (store: Store): Collection<Looked> => store.collection("cronSchedules");

/** A run that is under way is ended first: https://render.com/docs/cronjobs */
export function startRun(store: Store, world: World, service: Service): CronRun {
  cancelRuns(store, world, service.id);
  const id = newId(world, "job");
  const startedAt = stamp(world.clock.now());
  const job = world.services.run?.(service.id);
  const run = cronRuns(store).set(id, { id, serviceId: service.id, startedAt, ...(job ? { isRun: true } : {}) });
  job?.ended.then((succeeded) => {
    const ended = cronRuns(store).get(id);
    if (!ended || ended.canceledAt) return;
    ended.finishedAt = stamp(world.clock.now());
    ended.succeeded = succeeded ?? false;
  });
  return run;
}

export function cancelRuns(store: Store, world: World, serviceId: string): void {
  world.services.endRun?.(serviceId);
  for (const run of active(store, serviceId)) run.canceledAt = stamp(world.clock.now());
}

function active(store: Store, serviceId: string): CronRun[] {
  const mine = cronRuns(store)
    .list()
    .filter((run) => run.serviceId === serviceId);
  return mine.filter(({ canceledAt, finishedAt }) => canceledAt === undefined && finishedAt === undefined);
}

/** When the newest run that went well began. */
export function lastSuccess(store: Store, serviceId: string): string | undefined {
  const mine = cronRuns(store)
    .list()
    .filter((run) => run.serviceId === serviceId);
  return mine.findLast(({ succeeded }) => succeeded)?.startedAt;
}

/** Nobody knows how runs went that the sandbox's end cut off; what was due meanwhile is not made up for. */
export function resumeSchedules(store: Store, world: World): void {
  const now = world.clock.now();
  for (const run of cronRuns(store).list()) {
    if (!run.isRun || run.canceledAt || run.finishedAt) continue;
    run.finishedAt = stamp(now);
    run.succeeded = false;
  }
  for (const { id } of looked(store).list()) looked(store).set(id, { id, until: now.getTime() });
}

/** With its service a schedule is no longer looked at. */
export function forgetSchedule(store: Store, serviceId: string): void {
  looked(store).delete(serviceId);
}

/**
 * Starts the jobs that have become due, each once however often that was. A job that still runs is started once it is
 * through: https://render.com/docs/cronjobs#single-run-guarantee. Answers whether any was started.
 */
export function runDue(store: Store, world: World): boolean {
  const jobs = services(store)
    .list()
    .filter(({ type, suspenders }) => type === "cron_job" && suspenders.length === 0);
  return jobs.filter((service) => runIfDue(store, world, service)).length > 0;
}

function runIfDue(store: Store, world: World, service: Service): boolean {
  const { id, settings } = service;
  const now = world.clock.now();
  const seen = looked(store).get(id) ?? looked(store).set(id, { id, until: now.getTime() });
  const running = active(store, id).some(({ isRun }) => isRun);
  const schedule = scheduleOf(settings.schedule);
  if (running || !schedule) return false;
  const due = lastDue(schedule, new Date(seen.until), now);
  seen.until = now.getTime();
  const live = due && liveDeploy(store, world, id);
  // Only what the sandbox runs for real has runs of its own accord.
  if (live?.version.folder === undefined) return false;
  startRun(store, world, service);
  return true;
}

function scheduleOf(text: string | undefined): Schedule | undefined {
  try {
    return parseSchedule(text ?? "");
  } catch {
    return undefined;
  }
}
