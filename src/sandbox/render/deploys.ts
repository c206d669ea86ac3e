import { createHash } from "node:crypto";
import { DeployFailed, type DeployStep } from "../service-host.ts";
import type { Store } from "../store.ts";
import type { World } from "../world.ts";
import { commitOf, runsOnHost, type VersionFacts, versionOf } from "./service-version.ts";
import { type Deploy, deploys, disks, envGroups, millis, newId, type Service, services, stamp } from "./state.ts";

/** Where a deploy is, and how it is called if it fails there. */
const STEPS: Record<DeployStep, { running: string; failed: string }> = {
  build: { running: "build_in_progress", failed: "build_failed" },
  "pre-deploy": { running: "pre_deploy_in_progress", failed: "pre_deploy_failed" },
  update: { running: "update_in_progress", failed: "update_failed" },
};
const FINAL = new Set(["live", "deactivated", "build_failed", "pre_deploy_failed", "update_failed", "canceled"]);

export interface DeployState {
  status: string;
  startedAt: string | undefined;
  finishedAt: string | null;
  updatedAt: string;
}

/** Where a deploy stands, from the clock, what the service host said, and the deploys that came after it. */
export function deployState(store: Store, world: World, deploy: Deploy): DeployState {
  const own = ownState(world, deploy);
  if (own.status !== "live") return own;
  const later = ofService(store, deploy.serviceId).find(
    (other) => other.id > deploy.id && ownState(world, other).status === "live",
  );
  return later ? { ...own, status: "deactivated", updatedAt: ownState(world, later).updatedAt } : own;
}

function ownState(world: World, deploy: Deploy): DeployState {
  const now = world.clock.now().getTime();
  const created = millis(deploy.createdAt);
  const total = world.delays.renderDeploy;
  const share = total === 0 || deploy.immediate ? 1 : (now - created) / total;
  const startedAt = share >= 0.1 ? stamp(new Date(created + total * 0.1)) : undefined;
  const ended = (status: string, at: string): DeployState => ({ status, startedAt, finishedAt: at, updatedAt: at });
  if (deploy.canceledAt) return ended("canceled", deploy.canceledAt);
  if (deploy.host === "failed") {
    return ended(STEPS[deploy.hostStep ?? "update"].failed, deploy.hostSettledAt ?? deploy.createdAt);
  }
  if (share >= 1 && deploy.host !== "pending") {
    const settled = deploy.hostSettledAt ? millis(deploy.hostSettledAt) : 0;
    return ended("live", stamp(new Date(Math.max(created + (deploy.immediate ? 0 : total), settled))));
  }
  const updatedAt = stamp(new Date(Math.min(now, created + total)));
  return { status: phase(deploy, share), startedAt, finishedAt: null, updatedAt };
}

/** What the service host says, else what the clock says. */
function phase(deploy: Deploy, share: number): string {
  if (deploy.host === "pending" && deploy.hostStep) return STEPS[deploy.hostStep].running;
  if (deploy.builds && share < 0.1) return "created";
  if (deploy.builds && share < 0.6) return "build_in_progress";
  if (deploy.hasPreDeploy && share < 0.75) return "pre_deploy_in_progress";
  return "update_in_progress";
}

export function isFinal(status: string): boolean {
  return FINAL.has(status);
}

/** A service's deploys, newest first. */
export function ofService(store: Store, serviceId: string): Deploy[] {
  return deploys(store)
    .list()
    .filter((deploy) => deploy.serviceId === serviceId)
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

export function liveDeploy(store: Store, world: World, serviceId: string): Deploy | undefined {
  return ofService(store, serviceId).find((deploy) => deployState(store, world, deploy).status === "live");
}

export interface DeployRequest {
  trigger: string;
  commitId?: string | undefined;
  imageUrl?: string | undefined;
  /** Run this deploy's build again instead of making one. */
  reuse?: Deploy | undefined;
  /** Builds without what earlier builds left. */
  clearCache?: boolean | undefined;
}

/** Starts a deploy. Of two at a time the newer one wins, Render's default for a workspace. */
export function startDeploy(store: Store, world: World, service: Service, request: DeployRequest): Deploy {
  const at = stamp(world.clock.now());
  for (const other of ofService(store, service.id)) {
    if (!isFinal(deployState(store, world, other).status)) other.canceledAt = at;
  }
  const { reuse, clearCache = false } = request;
  const image = reuse?.image ?? imageOf(service, request.imageUrl);
  const id = newId(world, "dep");
  const commit = reuse ? reuse.commit : commitOf(world, service, request.commitId);
  const hasDisk = disks(store)
    .list()
    .some(({ serviceId }) => serviceId === service.id);
  const deploy: Deploy = {
    ...{ id, serviceId: service.id, trigger: request.trigger, commit, image },
    fresh: !reuse,
    builds: !reuse && !image,
    // Seen in real answers: there is nothing to do before the job's next run.
    immediate: service.type === "cron_job" && image !== undefined,
    hasPreDeploy: Boolean(service.settings.preDeployCommand),
    host: "none",
    version: versionOf(service, {
      ...{ deployId: id, commit, ...givenTo(store, service), clearCache, hasDisk, reuse },
    }),
    createdAt: at,
  };
  deploys(store).set(deploy.id, deploy);
  if (runsOnHost(service)) runOnHost(store, world, deploy);
  return deploy;
}

/** What groups hold lies beneath the service's own, which wins. Of two groups the one linked last wins; Render does not say. */
function givenTo(store: Store, service: Service): Pick<VersionFacts, "variables" | "secretFiles"> {
  const linked = envGroups(store)
    .list()
    .filter((group) => group.serviceIds.includes(service.id));
  const all = [...linked, service];
  const variables = all.flatMap(({ envVars }) => envVars).map(({ key, value }) => [key, value]);
  const secretFiles = all.flatMap((each) => each.secretFiles).map(({ name, content }) => [name, content]);
  return { variables: Object.fromEntries(variables), secretFiles: Object.fromEntries(secretFiles) };
}

function imageOf(service: Service, imageUrl: string | undefined): Deploy["image"] {
  if (!service.imagePath) return undefined;
  const ref = imageUrl ?? service.imagePath;
  return { ref, sha: `sha256:${createHash("sha256").update(ref).digest("hex")}` };
}

/** The host takes a service's versions one after the other, so of two deploys the newer one runs in the end. */
function runOnHost(store: Store, world: World, deploy: Deploy): void {
  deploy.host = "pending";
  const onStep = (step: DeployStep): void => {
    deploy.hostStep = step;
  };
  const settle = (failure: unknown): void => {
    // The service, and its deploys with it, may have been deleted meanwhile.
    const settled = deploys(store).get(deploy.id);
    if (!settled) return;
    settled.host = failure === undefined ? "ok" : "failed";
    if (failure instanceof DeployFailed) settled.hostStep = failure.step;
    // Deploys that were canceled have no failure of their own to tell.
    if (failure !== undefined && !settled.canceledAt)
      settled.hostMessage = failure instanceof Error ? failure.message : String(failure);
    settled.hostSettledAt = stamp(world.clock.now());
  };
  world.services.deploy(deploy.version, { onStep }).then(
    () => settle(undefined),
    (error: unknown) => settle(error ?? new Error("unknown")),
  );
}

/** Runs again, after the sandbox's own restart, what was running or starting. What fails now was live all the same. */
export async function resumeServices(store: Store, world: World): Promise<void> {
  const running = services(store)
    .list()
    .filter(({ suspenders }) => suspenders.length === 0);
  const restarted = running.flatMap((service) => {
    const mine = ofService(store, service.id);
    const starting = mine.find(({ host, canceledAt }) => host === "pending" && !canceledAt);
    const live = mine.find(({ host }) => host === "ok");
    if (starting) runOnHost(store, world, starting);
    return live && !starting ? [world.services.deploy(live.version, { again: true })] : [];
  });
  await Promise.all(restarted);
}

/** The same version once more, without a deploy. */
export async function restart(store: Store, world: World, service: Service): Promise<void> {
  const live = liveDeploy(store, world, service.id);
  if (live && runsOnHost(service)) await world.services.deploy(live.version, { again: true });
}
