import type { Call } from "../emulator.ts";
import { buildSite } from "./deployment-build.ts";
import { currentProduction } from "./deployment-state.ts";
import { BASE62 } from "./find-project.ts";
import { setting } from "./project-wire.ts";
import { bypassesOf } from "./protection-bypasses.ts";
import { localCommit, siteOf } from "./site-version.ts";
import { type AliasEvent, type DeploymentRecord, type ProjectRecord, stateOf } from "./state.ts";

export type NewDeployment = Pick<DeploymentRecord, "target" | "source" | "meta" | "gitSource">;

/** Of a repository elsewhere: a build command that can only fail makes the deployment fail, so that failed releases can be tried out. */
const FAILING_BUILD = /(^|&&|;)\s*(exit [1-9]\d*|false)\s*$/;

export async function startDeployment(
  call: Call,
  project: ProjectRecord,
  wanted: NewDeployment,
): Promise<DeploymentRecord> {
  const { world, store, now } = call;
  const at = now.getTime();
  const planned = {
    ...wanted,
    ...{ id: `dpl_${world.ids.text(28, BASE62)}`, gitSource: sourceOf(project, wanted) },
    url: `${project.name}-${world.ids.text(9, "0123456789abcdefghijklmnopqrstuvwxyz")}-sandbox.vercel.app`,
    variables: variablesFor(call, project, wanted),
  };
  const site = siteOf(call, project, planned);
  const version = site && "version" in site ? site.version : undefined;
  const isBuilt = version !== undefined && world.services.build !== undefined;
  const deployment = stateOf(store).deployments.set(planned.id, {
    ...planned,
    ...{ accountId: project.accountId, projectId: project.id, name: project.name, version },
    ...{ createdAt: at, endsAt: at + world.delays.vercelDeployment, canceledAt: undefined },
    failure: site && "failure" in site ? site.failure : isBuilt ? undefined : failureOf(project),
    host: isBuilt ? "pending" : undefined,
  });
  const staged =
    setting(project, "autoAssignCustomDomains") === false && currentProduction(project, call) !== undefined;
  const isServed = wanted.target === "production" && !staged;
  if (isServed) pointDomains(call, project, { deploymentId: deployment.id, kind: "deploy", at: deployment.endsAt });
  if (isBuilt) buildSite(call, deployment);
  else if (isServed && deployment.failure === undefined) await serve(call, project, deployment);
  return deployment;
}

function failureOf(project: ProjectRecord): string | undefined {
  const command = setting(project, "buildCommand");
  const fails = typeof command === "string" && FAILING_BUILD.test(command);
  return fails ? `Command "${command}" exited with 1` : undefined;
}

/** A local folder is taken as it is now, unless a commit of it is named. */
function sourceOf({ link }: ProjectRecord, { gitSource }: NewDeployment): NewDeployment["gitSource"] {
  const sha = gitSource?.sha ?? localCommit(link);
  return sha === undefined ? gitSource : { ref: link?.productionBranch, ...gitSource, sha };
}

export function pointDomains(
  call: Call,
  project: ProjectRecord,
  event: Pick<AliasEvent, "deploymentId" | "kind" | "at">,
): AliasEvent {
  const fromDeploymentId = currentProduction(project, call)?.id ?? null;
  const added: AliasEvent = { ...event, requestedAt: call.now.getTime(), fromDeploymentId };
  project.aliasEvents.push(added);
  return added;
}

/**
 * Lets a project's loopback port answer with this deployment. It does so at once, while the deployment's state still
 * takes its time: nothing in the sandbox runs by itself, so there is no later moment.
 */
export async function serve(
  { world }: Pick<Call, "world">,
  project: ProjectRecord,
  { variables, version }: DeploymentRecord,
): Promise<void> {
  const standIn = { folder: undefined, startCommand: undefined, healthCheckPath: undefined };
  const { id, name } = project;
  // The code of a repository elsewhere is not here: a stand-in answers.
  await world.services.deploy(version ?? { id, name, vendor: "vercel", variables, ...standIn });
}

function variablesFor(
  call: Call,
  project: ProjectRecord,
  { target, gitSource }: NewDeployment,
): Record<string, string> {
  const wanted = target === "production" ? "production" : "preview";
  const all = stateOf(call.store).envs.list();
  const mine = all.filter((env) => env.projectId === project.id && env.target.includes(wanted));
  const branch = gitSource?.ref;
  // A variable of this branch alone wins over one for every preview.
  const general = mine.filter(({ gitBranch }) => gitBranch === undefined);
  const special = mine.filter(({ gitBranch }) => gitBranch !== undefined && gitBranch === branch);
  const bypass = bypassesOf(call, project).find(({ isEnvVar }) => isEnvVar);
  return {
    ...(bypass ? { VERCEL_AUTOMATION_BYPASS_SECRET: bypass.secret } : {}),
    ...Object.fromEntries([...general, ...special].map(({ key, value }) => [key, value])),
  };
}
