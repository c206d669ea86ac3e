import type { Call } from "../emulator.ts";
import { DeployFailed } from "../service-host.ts";
import { type DeploymentRecord, type ProjectRecord, stateOf } from "./state.ts";

type Place = Pick<Call, "store" | "world">;

/**
 * Builds a local folder beside the answers, and lets the project's port answer with it if the production domains are to
 * lead to it. Only then the deployment is READY.
 */
export function buildSite(place: Place, { id }: DeploymentRecord): void {
  build(place, id).then(
    () => settle(place, id, undefined),
    (error: unknown) => settle(place, id, error ?? new Error("unknown")),
  );
}

async function build({ store, world }: Place, id: string): Promise<void> {
  const { deployments, projects } = stateOf(store);
  const version = deployments.get(id)?.version;
  if (!version) return;
  await world.services.build?.(version);
  const [deployment, project] = [deployments.get(id), projects.get(version.id)];
  if (!deployment || deployment.canceledAt !== undefined || !project) return;
  if (!isNextInProduction({ store, world }, project, id)) return;
  await world.services.deploy(version).catch((error: unknown) => {
    // Another deployment took its place meanwhile: the build is none the worse for it.
    if (isNextInProduction({ store, world }, project, id)) throw error;
  });
}

/** Whether nothing that is built was given the production domains after it. */
function isNextInProduction({ store }: Place, project: ProjectRecord, id: string): boolean {
  const { deployments } = stateOf(store);
  const isBuilt = (other: string) => {
    const found = deployments.get(other);
    return found !== undefined && !isBuilding(found) && found.failure === undefined && found.canceledAt === undefined;
  };
  const last = project.aliasEvents.findLast(
    ({ deploymentId, failed }) => deploymentId === id || (!failed && isBuilt(deploymentId)),
  );
  return last?.deploymentId === id;
}

/** The host still works on it, whatever the clock says. */
export function isBuilding({ host }: DeploymentRecord): boolean {
  return host === "pending";
}

function settle({ store, world }: Place, id: string, failure: unknown): void {
  const { deployments, projects } = stateOf(store);
  // It may have been deleted meanwhile, and its project with it.
  const deployment = deployments.get(id);
  if (!deployment) return;
  const now = world.clock.now().getTime();
  deployment.host = "done";
  deployment.endsAt = failure === undefined ? Math.max(deployment.endsAt, now) : now;
  if (failure !== undefined) deployment.failure = inWords(failure);
  const events = projects.get(deployment.projectId)?.aliasEvents ?? [];
  for (const event of events)
    if (event.deploymentId === id && event.kind === "deploy") event.at = Math.max(event.at, deployment.endsAt);
}

/** Vercel's own words for a command; the output stays in the log. */
function inWords(failure: unknown): string {
  const [line = ""] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
  const [, command, code] = /\((.+)\) exited with code (\d+)/.exec(line) ?? [];
  if (failure instanceof DeployFailed && failure.step === "build" && command)
    return `Command "${command}" exited with ${code}`;
  return line.replace(/\. Its last lines:$/, "");
}
