import type { Call } from "../emulator.ts";
import { currentProduction } from "./deployment-state.ts";
import { BASE62 } from "./find-project.ts";
import { setting } from "./project-wire.ts";
import { bypassesOf } from "./protection-bypasses.ts";
import { type AliasEvent, type DeploymentRecord, type ProjectRecord, stateOf } from "./state.ts";

export type NewDeployment = Pick<DeploymentRecord, "target" | "source" | "meta" | "gitSource">;

/** A build command that can only fail makes the deployment fail, so that failed releases can be tried out. */
const FAILING_BUILD = /(^|&&|;)\s*(exit [1-9]\d*|false)\s*$/;

export async function startDeployment(
  call: Call,
  project: ProjectRecord,
  wanted: NewDeployment,
): Promise<DeploymentRecord> {
  const { world, store, now } = call;
  const at = now.getTime();
  const id = `dpl_${world.ids.text(28, BASE62)}`;
  const command = setting(project, "buildCommand");
  const fails = typeof command === "string" && FAILING_BUILD.test(command);
  const deployment = stateOf(store).deployments.set(id, {
    ...wanted,
    ...{ id, accountId: project.accountId, projectId: project.id, name: project.name },
    url: `${project.name}-${world.ids.text(9, "0123456789abcdefghijklmnopqrstuvwxyz")}-sandbox.vercel.app`,
    ...{ createdAt: at, endsAt: at + world.delays.vercelDeployment, canceledAt: undefined },
    failure: fails ? `Command "${command}" exited with 1` : undefined,
    variables: variablesFor(call, project, wanted),
  });
  const staged =
    setting(project, "autoAssignCustomDomains") === false && currentProduction(project, call) !== undefined;
  if (wanted.target === "production" && !staged) {
    pointDomains(call, project, { deploymentId: id, kind: "deploy", at: deployment.endsAt });
    if (!fails) await serve(call, project, deployment);
  }
  return deployment;
}

export function pointDomains(
  call: Call,
  project: ProjectRecord,
  event: Pick<AliasEvent, "deploymentId" | "kind" | "at">,
): void {
  const fromDeploymentId = currentProduction(project, call)?.id ?? null;
  project.aliasEvents.push({ ...event, requestedAt: call.now.getTime(), fromDeploymentId });
}

/**
 * Lets a project's loopback port answer with this deployment. It does so at once, while the deployment's state still
 * takes its time: nothing in the sandbox runs by itself, so there is no later moment.
 */
export async function serve(
  { world }: Pick<Call, "world">,
  project: ProjectRecord,
  { variables }: DeploymentRecord,
): Promise<void> {
  await world.services.deploy({
    ...{ id: project.id, name: project.name, vendor: "vercel", variables },
    // A Next.js application has no server of its own here: a stand-in answers.
    ...{ folder: undefined, startCommand: undefined, healthCheckPath: undefined },
  });
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
