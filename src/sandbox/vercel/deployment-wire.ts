import type { Call } from "../emulator.ts";
import { TEAM, USER } from "./account.ts";
import { currentProduction, readyState, readySubstate, wasPromoted } from "./deployment-state.ts";
import { type DeploymentRecord, type ProjectRecord, stateOf } from "./state.ts";

/** Host names that lead to the deployment: its own, and the production domains while they point at it. */
function aliasesOf(project: ProjectRecord, deployment: DeploymentRecord, call: Call): string[] {
  if (currentProduction(project, call)?.id !== deployment.id) return [];
  const domains = stateOf(call.store).domains.list();
  return domains
    .filter(
      ({ projectId, verified, gitBranch, redirect }) => projectId === project.id && verified && !gitBranch && !redirect,
    )
    .map(({ name }) => name);
}

export function deploymentWire(
  project: ProjectRecord,
  deployment: DeploymentRecord,
  call: Call,
): Record<string, unknown> {
  const { id, accountId, name, url, target, source, meta, gitSource, createdAt, endsAt, failure, variables } =
    deployment;
  const state = readyState(deployment, call.now);
  const substate = readySubstate(project, deployment, call.now);
  const alias = aliasesOf(project, deployment, call);
  return {
    ...{ id, name, url, target, source, meta, createdAt, ownerId: accountId, projectId: project.id },
    ...{ readyState: state, status: state, ...(substate ? { readySubstate: substate } : {}) },
    ...{ alias, aliasAssigned: target === "production" ? alias.length > 0 : state === "READY", aliasError: null },
    ...{ bootedAt: createdAt, buildingAt: createdAt + (endsAt - createdAt) / 4, createdIn: "sfo1", regions: ["iad1"] },
    ...(state === "READY" ? { ready: endsAt } : {}),
    ...(state === "ERROR" ? { errorCode: "BUILD_FAILED", errorMessage: failure } : {}),
    ...(gitSource ? { gitSource: { type: project.link?.type ?? "github", ...gitSource } } : {}),
    creator: { uid: USER.id, username: USER.username },
    team: { id: TEAM.id, name: TEAM.name, slug: TEAM.slug },
    project: { id: project.id, name: project.name, framework: project.settings.framework ?? null },
    inspectorUrl: `https://vercel.com/${TEAM.slug}/${project.name}/${id.slice(4)}`,
    ...{ env: Object.keys(variables), build: { env: Object.keys(variables) }, projectSettings: {}, routes: null },
    ...{ isInConcurrentBuildsQueue: false, isInSystemBuildsQueue: false, buildSkipped: false },
    ...{ plan: TEAM.plan, public: false, type: "LAMBDAS", version: 2 },
  };
}

/** A list names several fields differently: `uid`, `state`, `created`. */
export function deploymentListItem(
  project: ProjectRecord,
  deployment: DeploymentRecord,
  call: Call,
): Record<string, unknown> {
  const { id, name, url, target, source, meta, createdAt, endsAt } = deployment;
  const state = readyState(deployment, call.now);
  const substate = readySubstate(project, deployment, call.now);
  return {
    ...{ uid: id, name, url, target, source, meta, created: createdAt, createdAt, projectId: project.id },
    ...{ state, readyState: state, ...(substate ? { readySubstate: substate } : {}), type: "LAMBDAS" },
    ...(state === "READY" ? { ready: endsAt } : {}),
    aliasAssigned: aliasesOf(project, deployment, call).length > 0,
    isRollbackCandidate: isRollbackCandidate(project, deployment, call),
    creator: { uid: USER.id, username: USER.username },
    inspectorUrl: `https://vercel.com/${TEAM.slug}/${project.name}/${id.slice(4)}`,
  };
}

/** Ready, and once in production, but not now. https://vercel.com/docs/instant-rollback */
export function isRollbackCandidate(project: ProjectRecord, deployment: DeploymentRecord, call: Call): boolean {
  const ready = readyState(deployment, call.now) === "READY";
  return ready && wasPromoted(project, deployment, call.now) && currentProduction(project, call)?.id !== deployment.id;
}
