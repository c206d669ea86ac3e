import type { Call } from "../emulator.ts";
import { TEAM, USER } from "./account.ts";
import { isBuilding } from "./deployment-build.ts";
import { type DeploymentRecord, type ProjectRecord, stateOf } from "./state.ts";

export type ReadyState = "QUEUED" | "BUILDING" | "READY" | "ERROR" | "CANCELED";

/** A deployment's state at a moment: the first quarter of its time it waits, then it builds, then it ends; a real build may take longer. */
export function readyState(deployment: DeploymentRecord, now: Date): ReadyState {
  const { createdAt, endsAt, canceledAt, failure } = deployment;
  const at = now.getTime();
  if (canceledAt !== undefined) return "CANCELED";
  if (at >= endsAt && !isBuilding(deployment)) return failure === undefined ? "READY" : "ERROR";
  return at < createdAt + (endsAt - createdAt) / 4 ? "QUEUED" : "BUILDING";
}

/** The deployment that the production domains point at now. */
export function currentProduction(
  project: ProjectRecord,
  call: Pick<Call, "store" | "now">,
): DeploymentRecord | undefined {
  const { deployments } = stateOf(call.store);
  const due = project.aliasEvents
    .filter(({ at, failed }) => at <= call.now.getTime() && !failed)
    .map((event, index) => ({ event, index }))
    .sort((a, b) => b.event.at - a.event.at || b.index - a.index);
  for (const { event } of due) {
    const deployment = deployments.get(event.deploymentId);
    if (deployment && readyState(deployment, call.now) === "READY") return deployment;
  }
  return undefined;
}

/** STAGED: built, but never given the production domains. */
export function readySubstate(
  project: ProjectRecord,
  deployment: DeploymentRecord,
  now: Date,
): "STAGED" | "PROMOTED" | undefined {
  if (deployment.target !== "production" || readyState(deployment, now) !== "READY") return undefined;
  return wasPromoted(project, deployment, now) ? "PROMOTED" : "STAGED";
}

export function wasPromoted(project: ProjectRecord, { id }: DeploymentRecord, now: Date): boolean {
  return project.aliasEvents.some(
    ({ deploymentId, at, failed }) => deploymentId === id && !failed && at <= now.getTime(),
  );
}

/** A deployment as a project's answer carries it. */
export function deploymentSummary(deployment: DeploymentRecord, { now }: Pick<Call, "now">): Record<string, unknown> {
  const { id, name, url, target, meta, createdAt, accountId } = deployment;
  return {
    ...{
      id,
      name,
      url,
      target,
      meta,
      createdAt,
      createdIn: "iad1",
      deploymentHostname: url.replace(/\.vercel\.app$/, ""),
    },
    ...{ creator: { uid: USER.id, username: USER.username, email: USER.email }, teamId: accountId, userId: USER.id },
    ...{ plan: TEAM.plan, private: true, type: "LAMBDAS", readyState: readyState(deployment, now), alias: [] },
  };
}
