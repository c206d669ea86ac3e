import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { parseBody } from "./bodies.ts";
import { startDeployment } from "./deployment-start.ts";
import { BASE62, projectOf } from "./find-project.ts";
import { gitRepository } from "./project-body.ts";
import { checkRepository } from "./project-rules.ts";
import { projectWire, setting } from "./project-wire.ts";
import { badRequest, conflict, notFound } from "./refusals.ts";
import { localCommit } from "./site-version.ts";
import { type LinkRecord, type ProjectRecord, stateOf } from "./state.ts";

export function newLink({ type, repo }: z.output<typeof gitRepository>, { now, world }: Call): LinkRecord {
  const at = now.getTime();
  const credentialId = `cred_${world.ids.text(40, "0123456789abcdef")}`;
  // The real answer is the repository's default branch; the sandbox has no Git host to ask.
  return { type, repo, productionBranch: "main", deployHooks: [], credentialId, createdAt: at, updatedAt: at };
}

function linkOf(project: ProjectRecord): LinkRecord {
  if (!project.link) throw badRequest("The project is not connected to a Git repository.");
  return project.link;
}

const link = defineRoute("POST /v*/projects/{idOrName}/link", {
  evidence: "contract",
  source: "https://github.com/vercel/terraform-provider-vercel",
  handle(call) {
    const project = projectOf(call);
    const wanted = parseBody(gitRepository, call.body);
    checkRepository(wanted.type, wanted.repo);
    if (project.link) throw conflict("The project is already connected to a Git repository.");
    project.link = newLink(wanted, call);
    return { status: 200, json: projectWire(project, call) };
  },
});

const unlink = defineRoute("DELETE /v*/projects/{idOrName}/link", {
  evidence: "contract",
  handle(call) {
    const project = projectOf(call);
    linkOf(project);
    project.link = undefined;
    return { status: 200, json: projectWire(project, call) };
  },
});

const branch = defineRoute("PATCH /v*/projects/{idOrName}/branch", {
  evidence: "contract",
  handle(call) {
    const project = projectOf(call);
    linkOf(project).productionBranch = parseBody(z.strictObject({ branch: z.string().min(1) }), call.body).branch;
    return { status: 200, json: projectWire(project, call) };
  },
});

const addHook = defineRoute("POST /v*/projects/{idOrName}/deploy-hooks", {
  evidence: "contract",
  handle(call) {
    const project = projectOf(call);
    const { name, ref } = parseBody(z.strictObject({ name: z.string().min(1), ref: z.string().min(1) }), call.body);
    const id = call.world.ids.text(10, BASE62);
    const url = `https://api.vercel.com/v1/integrations/deploy/${project.id}/${id}`;
    linkOf(project).deployHooks.push({ id, name, ref, url, createdAt: call.now.getTime() });
    return { status: 200, json: projectWire(project, call) };
  },
});

const removeHook = defineRoute("DELETE /v*/projects/{idOrName}/deploy-hooks/{id}", {
  evidence: "contract",
  handle(call) {
    const project = projectOf(call);
    const { deployHooks } = linkOf(project);
    const at = deployHooks.findIndex(({ id }) => id === call.params.id);
    if (at < 0) throw notFound("deploy hook");
    deployHooks.splice(at, 1);
    return { status: 200, json: projectWire(project, call) };
  },
});

const Push = z.strictObject({ repo: z.string(), branch: z.string(), sha: z.string().optional() });

/** Stands for the Git host's push notification, which is how Vercel learns of one; no address of Vercel's API. */
const push = defineRoute("POST /_git/push", {
  evidence: "inferred",
  async handle(call) {
    const { repo, branch: ref, sha: given } = parseBody(Push, call.body);
    const linked = stateOf(call.store)
      .projects.list()
      .filter((project) => project.link?.repo === repo);
    const started = linked.filter((project) => deploysOnPush(project, ref));
    const sha = given ?? localCommit(started[0]?.link) ?? call.world.ids.text(40, "0123456789abcdef");
    const ids: string[] = [];
    for (const project of started) {
      const target = project.link?.productionBranch === ref ? "production" : null;
      const meta = { githubCommitRef: ref, githubCommitSha: sha };
      ids.push((await startDeployment(call, project, { target, source: "git", meta, gitSource: { ref, sha } })).id);
    }
    return { status: 200, json: { deployments: ids } };
  },
});

function deploysOnPush(project: ProjectRecord, branchName: string): boolean {
  const { createDeployments } = Object(setting(project, "gitProviderOptions"));
  if (createDeployments === "disabled") return false;
  return branchName === project.link?.productionBranch || setting(project, "previewDeploymentsDisabled") !== true;
}

export const gitRoutes = [link, unlink, branch, addHook, removeHook, push];
