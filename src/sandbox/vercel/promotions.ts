import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { DeployFailed } from "../service-host.ts";
import { isBuilding } from "./deployment-build.ts";
import { pointDomains, serve } from "./deployment-start.ts";
import { currentProduction, readyState } from "./deployment-state.ts";
import { deploymentOf } from "./deployments.ts";
import { projectOf } from "./find-project.ts";
import { setting } from "./project-wire.ts";
import { conflict, notFound, refusal } from "./refusals.ts";
import { type ProjectRecord, stateOf } from "./state.ts";

/** Moving the production domains takes a moment: a quarter of a build's time here. */
function settlesAt({ now, world }: Call): number {
  return now.getTime() + world.delays.vercelDeployment / 4;
}

async function move(call: Call, kind: "promote" | "rollback"): Promise<Reply> {
  const project = projectOf(call, "projectId");
  const { deployment } = deploymentOf(call, "deploymentId");
  if (deployment.projectId !== project.id) throw notFound("deployment");
  if (isMoving(project, call.now)) throw conflict("Another promotion or rollback of this project is in progress.");
  if (readyState(deployment, call.now) !== "READY" || deployment.target !== "production")
    throw refusal(
      422,
      "unprocessable_entity",
      `The deployment cannot be ${kind === "promote" ? "promoted" : "rolled back to"}.`,
    );
  if (currentProduction(project, call)?.id === deployment.id)
    throw conflict("The deployment is already in production.");
  if (kind === "rollback") holdBack(project, call);
  else if (project.rolledBack) letGo(project);
  const event = pointDomains(call, project, { deploymentId: deployment.id, kind, at: settlesAt(call) });
  await serve(call, project, deployment).catch((error: unknown) => {
    if (!(error instanceof DeployFailed)) throw error;
    event.failed = true;
  });
  return { status: 201 };
}

/**
 * A rollback switches the assignment of the production domains off, also for what is still being built.
 * https://vercel.com/docs/instant-rollback
 */
function holdBack(project: ProjectRecord, { now, store }: Call): void {
  const { deployments } = stateOf(store);
  project.aliasEvents = project.aliasEvents.filter(({ at, deploymentId }) => {
    const deployment = deployments.get(deploymentId);
    return at <= now.getTime() && !(deployment && isBuilding(deployment));
  });
  if (!project.rolledBack) project.assignedBefore = setting(project, "autoAssignCustomDomains") !== false;
  project.rolledBack = true;
  project.settings.autoAssignCustomDomains = false;
}

/** A promote switches it on again; that it leaves alone what was off before the rollback is inferred. */
function letGo(project: ProjectRecord): void {
  project.settings.autoAssignCustomDomains = project.assignedBefore ?? true;
  project.rolledBack = false;
}

function isMoving({ aliasEvents }: ProjectRecord, now: Date): boolean {
  return aliasEvents.some(({ kind, at }) => kind !== "deploy" && at > now.getTime());
}

function progress(call: Call, kind: "promote" | "rollback"): Reply {
  const project = projectOf(call, "projectId");
  const last = project.aliasEvents.findLast((event) => event.kind === kind);
  if (!last) return { status: 200, json: { aliases: [], pagination: { count: 0, next: null, prev: null } } };
  const status = last.failed ? "failed" : call.now.getTime() >= last.at ? "completed" : "in-progress";
  const domains = stateOf(call.store)
    .domains.list()
    .filter(({ projectId, verified }) => projectId === project.id && verified);
  // The two lists name the alias in different forms.
  const aliases = domains.map(({ name }) => ({
    ...{ id: `ali_${name}`, status },
    alias: kind === "promote" ? name : { alias: name, deploymentId: last.deploymentId },
  }));
  return { status: 200, json: { aliases, pagination: { count: aliases.length, next: null, prev: null } } };
}

export const promotionRoutes = [
  defineRoute("POST /v*/projects/{projectId}/promote/{deploymentId}", {
    evidence: "contract",
    source:
      "https://vercel.com/docs/rest-api/reference/endpoints/projects/points-all-production-domains-for-a-project-to-the-given-deploy",
    handle: (call) => move(call, "promote"),
  }),
  defineRoute("POST /v*/projects/{projectId}/rollback/{deploymentId}", {
    evidence: "contract",
    source: "https://vercel.com/docs/instant-rollback",
    handle: (call) => move(call, "rollback"),
  }),
  defineRoute("GET /v*/projects/{projectId}/promote/aliases", {
    evidence: "contract",
    handle: (call) => progress(call, "promote"),
  }),
  defineRoute("GET /v*/projects/{projectId}/rollback/aliases", {
    evidence: "contract",
    handle: (call) => progress(call, "rollback"),
  }),
];
