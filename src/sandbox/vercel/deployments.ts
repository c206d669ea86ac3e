import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { accountOf } from "./account.ts";
import { parseBody } from "./bodies.ts";
import { startDeployment } from "./deployment-start.ts";
import { readyState } from "./deployment-state.ts";
import { deploymentListItem, deploymentWire, isRollbackCandidate } from "./deployment-wire.ts";
import { findProject } from "./find-project.ts";
import { page } from "./paging.ts";
import { badRequest, notFound, refusal } from "./refusals.ts";
import { type DeploymentRecord, type ProjectRecord, stateOf } from "./state.ts";

const file = z.union([
  z.strictObject({ file: z.string(), sha: z.string(), size: z.number().optional() }),
  z.strictObject({ file: z.string(), data: z.string(), encoding: z.enum(["base64", "utf-8"]).optional() }),
]);

const NewDeployment = z.strictObject({
  name: z.string(),
  project: z.string().optional(),
  target: z.string().optional(),
  deploymentId: z.string().optional(),
  files: z.array(file).optional(),
  gitSource: z.looseObject({ type: z.string(), ref: z.string().optional(), sha: z.string().optional() }).optional(),
  gitMetadata: z.looseObject({}).optional(),
  customEnvironmentSlugOrId: z.string().optional(),
  meta: z.record(z.string(), z.string().max(65_536)).optional(),
  projectSettings: z.looseObject({}).optional(),
  withLatestCommit: z.boolean().optional(),
});

/** The deployment that a path names by id or host name, with its project. */
export function deploymentOf(call: Call, parameter: string): { deployment: DeploymentRecord; project: ProjectRecord } {
  const named = call.params[parameter] ?? "";
  const account = accountOf(call);
  const { deployments, projects } = stateOf(call.store);
  const deployment = deployments.get(named) ?? deployments.list().find(({ url }) => url === named);
  const project = deployment && projects.get(deployment.projectId);
  if (!deployment || !project || deployment.accountId !== account) throw notFound("deployment");
  return { deployment, project };
}

const create = defineRoute("POST /v*/deployments", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/deployments/create-a-new-deployment",
  async handle(call) {
    const body = parseBody(NewDeployment, call.body);
    const project = findProject(call, body.project ?? body.name);
    // The real one makes the project when there is none; ours are made by name, never by the way.
    if (!project) throw notFound("project");
    const again = body.deploymentId === undefined ? undefined : stateOf(call.store).deployments.get(body.deploymentId);
    if (body.deploymentId !== undefined && again?.projectId !== project.id) throw notFound("deployment");
    if (!again && !body.gitSource && !body.files)
      throw badRequest("Invalid request: `files`, `gitSource` or `deploymentId` is required.");
    if (body.gitSource && !project.link) throw badRequest("The project is not connected to a Git repository.");
    checkFiles(call, body.files ?? []);
    const { type: _type, ...gitSource } = body.gitSource ?? { type: "" };
    const deployment = await startDeployment(call, project, {
      target: body.target ?? null,
      source: body.gitSource ? "git" : again ? "redeploy" : "cli",
      meta: { ...again?.meta, ...body.meta },
      gitSource: body.gitSource ? gitSource : again?.gitSource,
    });
    return { status: 200, json: deploymentWire(project, deployment, call) };
  },
});

function checkFiles(call: Call, files: readonly z.output<typeof file>[]): void {
  const known = stateOf(call.store).files;
  const missing = files.flatMap((one) => ("sha" in one && !known.get(one.sha) ? [one.sha] : []));
  if (missing.length > 0) throw refusal(400, "missing_files", "Missing files", { missing });
}

const get = defineRoute("GET /v*/deployments/{idOrUrl}", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/deployments/get-a-deployment-by-id-or-url",
  handle(call) {
    const { deployment, project } = deploymentOf(call, "idOrUrl");
    return { status: 200, json: deploymentWire(project, deployment, call) };
  },
});

const list = defineRoute("GET /v*/deployments", {
  evidence: "contract",
  source: "https://vercel.com/docs/rest-api/reference/endpoints/deployments/list-deployments",
  handle(call) {
    const { deployments, projects } = stateOf(call.store);
    const account = accountOf(call);
    const wanted = filterOf(call);
    const mine = deployments.list().filter((one) => {
      const project = projects.get(one.projectId);
      return one.accountId === account && project !== undefined && wanted(one, project);
    });
    const { items, pagination } = page(mine, call.query);
    const wire = items.flatMap((one) => {
      const project = projects.get(one.projectId);
      return project ? [deploymentListItem(project, one, call)] : [];
    });
    return { status: 200, json: { deployments: wire, pagination } };
  },
});

function filterOf(call: Call): (deployment: DeploymentRecord, project: ProjectRecord) => boolean {
  const { query, now } = call;
  const [projectId, app, target, sha, branch] = ["projectId", "app", "target", "sha", "branch"].map((name) =>
    query.get(name),
  );
  const states = query.get("state")?.toUpperCase().split(",");
  const candidates = query.get("rollbackCandidate") === "true";
  return (deployment, project) =>
    (!projectId || project.id === projectId || project.name === projectId) &&
    (!app || project.name === app) &&
    (!target || (deployment.target ?? "preview") === target) &&
    (!sha || deployment.gitSource?.sha === sha) &&
    (!branch || deployment.gitSource?.ref === branch) &&
    (!states || states.includes(readyState(deployment, now))) &&
    (!candidates || isRollbackCandidate(project, deployment, call));
}

const cancel = defineRoute("PATCH /v*/deployments/{id}/cancel", {
  evidence: "contract",
  handle(call) {
    const { deployment, project } = deploymentOf(call, "id");
    const state = readyState(deployment, call.now);
    if (state !== "QUEUED" && state !== "BUILDING")
      throw badRequest(`The deployment is ${state} and cannot be canceled.`);
    deployment.canceledAt = call.now.getTime();
    call.world.services.cancelBuild?.(project.id, deployment.id);
    return { status: 200, json: deploymentWire(project, deployment, call) };
  },
});

const remove = defineRoute("DELETE /v*/deployments/{id}", {
  evidence: "contract",
  handle(call) {
    const { deployment } = deploymentOf(call, "id");
    stateOf(call.store).deployments.delete(deployment.id);
    return { status: 200, json: { uid: deployment.id, state: "DELETED" } };
  },
});

export const deploymentRoutes = [create, get, list, cancel, remove];
