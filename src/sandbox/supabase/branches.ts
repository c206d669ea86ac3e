import { z } from "zod";
import { type Call, defineRoute, type Reply } from "../emulator.ts";
import { readBody, readQuery } from "./body.ts";
import { detailedBranch, shownBranch } from "./branch-shape.ts";
import { newBranch } from "./new-project.ts";
import { openBranchDatabase } from "./real-database.ts";
import { refuse } from "./refusals.ts";
import { activeProjectOf, type Branch, branches, planOf, projectOf } from "./state.ts";

const HOUR_MS = 3_600_000;
const SIZES = /^(pico|nano|micro|small|medium|large|\d*xlarge(_\w+)?)$/;

const NewBranch = z.object({
  branch_name: z.string().min(1),
  git_branch: z.string().optional(),
  is_default: z.boolean().optional(),
  persistent: z.boolean().optional(),
  region: z.string().optional(),
  desired_instance_size: z.string().regex(SIZES).optional(),
  release_channel: z.enum(["internal", "alpha", "beta", "ga", "withdrawn", "preview"]).optional(),
  postgres_engine: z.enum(["15", "17", "17-oriole"]).optional(),
  secrets: z.record(z.string(), z.string()).optional(),
  with_data: z.boolean().optional(),
  notify_url: z.url().optional(),
});

const STATUSES = ["CREATING_PROJECT", "RUNNING_MIGRATIONS", "MIGRATIONS_PASSED", "MIGRATIONS_FAILED"] as const;
const Change = z.object({
  branch_name: z.string().optional(),
  git_branch: z.string().optional(),
  reset_on_push: z.boolean().optional(),
  persistent: z.boolean().optional(),
  status: z.enum([...STATUSES, "FUNCTIONS_DEPLOYED", "FUNCTIONS_FAILED"]).optional(),
  request_review: z.boolean().optional(),
  notify_url: z.url().optional(),
});
const Run = z.object({ migration_version: z.string().optional() });

const listPath = "/v1/projects/{ref}/branches" as const;
const onePath = "/v1/branches/{branch}" as const;
const source = "https://supabase.com/docs/guides/deployment/branching";

/** Which status each refusal has is what the official provider waits for: 422 without branching, and for a persistent one. */
export const branchRoutes = [
  defineRoute(`GET ${listPath}`, {
    ...{ evidence: "contract", source },
    async handle(call) {
      const found = await branchesOf(call);
      return { status: 200, json: found.map((branch) => shownBranch(branch, call)) };
    },
  }),
  defineRoute(`POST ${listPath}`, { evidence: "contract", source, handle: createBranch }),
  defineRoute(`DELETE ${listPath}`, {
    ...{ evidence: "contract", source },
    async handle(call) {
      for (const branch of await branchesOf(call)) await removeBranch(branch, call);
      return { status: 200 };
    },
  }),
  defineRoute(`GET ${listPath}/{name}`, {
    ...{ evidence: "contract", source },
    async handle(call) {
      const found = (await branchesOf(call)).find(({ name }) => name === call.params.name);
      if (!found) throw branchNotFound();
      return { status: 200, json: shownBranch(found, call) };
    },
  }),
  defineRoute(`GET ${onePath}`, {
    ...{ evidence: "contract", source },
    handle: async (call) => ({ status: 200, json: detailedBranch(await branchOf(call), call) }),
  }),
  defineRoute(`PATCH ${onePath}`, { evidence: "contract", source, handle: changeBranch }),
  defineRoute(`DELETE ${onePath}`, { evidence: "contract", source, handle: deleteBranch }),
  ...(["push", "merge", "reset"] as const).map((action) =>
    defineRoute(`POST ${onePath}/${action}`, {
      evidence: "contract",
      source,
      handle: (call) => runAction(call, action),
    }),
  ),
  defineRoute(`POST ${onePath}/restore`, {
    ...{ evidence: "contract", source },
    async handle(call) {
      const branch = await branchOf(call);
      if (branch.deletionAt === undefined) throw refuse(400, "Branch is not scheduled for deletion");
      delete branch.deletionAt;
      return { status: 200, json: { message: "Branch restoration initiated" } };
    },
  }),
];

const branchNotFound = () => refuse(404, "Branch not found");

/** Those whose hour is over go when somebody looks. */
async function present(call: Call): Promise<Branch[]> {
  const isOver = ({ deletionAt = Number.POSITIVE_INFINITY }: Branch) => deletionAt <= call.now.getTime();
  for (const branch of branches(call.store).list()) if (isOver(branch)) await removeBranch(branch, call);
  return branches(call.store).list();
}

async function branchesOf(call: Call): Promise<Branch[]> {
  const { ref } = projectOf(call);
  const found = (await present(call)).filter(({ parentRef }) => parentRef === ref);
  if (found.length === 0) throw refuse(422, "Preview branching is not enabled for this project");
  return found;
}

async function branchOf(call: Call): Promise<Branch> {
  const { branch: wanted } = call.params;
  const branch = (await present(call)).find(({ id, ref }) => id === wanted || ref === wanted);
  if (!branch) throw branchNotFound();
  return branch;
}

async function createBranch(call: Call): Promise<Reply> {
  const project = activeProjectOf(call);
  const body = readBody(call, NewBranch);
  if (planOf(project, call.store) === "free") throw refuse(402, "Branching is not available on the free plan");
  const others = (await present(call)).filter(({ parentRef }) => parentRef === project.ref);
  const isDefault = body.is_default ?? false;
  // The first call switches branching on by naming the default branch.
  if (others.length === 0 && !isDefault) throw refuse(422, "Preview branching is not enabled for this project");
  if (isDefault && others.some((branch) => branch.isDefault))
    throw refuse(400, "is_default: there is a default branch");
  if (others.some(({ name }) => name === body.branch_name))
    throw refuse(400, `branch_name: a branch named ${body.branch_name} already exists`);
  const { branch_name: name, git_branch: gitBranch, with_data: withData = false, notify_url: notifyUrl } = body;
  const branch = newBranch(
    {
      ...{ project, name, gitBranch, withData, notifyUrl, isDefault, persistent: body.persistent ?? isDefault },
      computeAddon: `ci_${body.desired_instance_size ?? "micro"}`,
      readyAfterMs: isDefault ? 0 : call.world.delays.supabaseProject,
      now: call.now,
    },
    call.world.ids,
  );
  if (withData && call.world.dataServers?.postgres)
    throw refuse(
      501,
      "The sandbox does not copy data into a branch. Leave with_data out, and fill the branch yourself",
    );
  await openBranchDatabase(branch, call.world);
  branches(call.store).set(branch.id, branch);
  return { status: 201, json: shownBranch(branch, call) };
}

async function changeBranch(call: Call): Promise<Reply> {
  const branch = await branchOf(call);
  const { branch_name, git_branch, persistent, status, notify_url } = readBody(call, Change);
  if (branch_name !== undefined) branch.name = branch_name;
  if (git_branch !== undefined) branch.gitBranch = git_branch;
  if (persistent !== undefined) branch.persistent = persistent;
  if (status !== undefined) branch.status = status;
  if (notify_url !== undefined) branch.notifyUrl = notify_url;
  branch.updatedAt = call.now.toISOString();
  return { status: 200, json: shownBranch(branch, call) };
}

async function deleteBranch(call: Call): Promise<Reply> {
  const branch = await branchOf(call);
  const force = readQuery(call, "force", z.enum(["true", "false"]).default("true")) === "true";
  if (branch.persistent) throw refuse(422, "Persistent branches cannot be deleted: make it a preview branch first");
  if (force) await removeBranch(branch, call);
  else branch.deletionAt = call.now.getTime() + HOUR_MS;
  return { status: 200, json: { message: "ok" } };
}

async function removeBranch(branch: Branch, call: Call): Promise<void> {
  branches(call.store).delete(branch.id);
  if (!branch.isDefault) await call.world.dataServers?.postgres?.remove(branch.ref);
}

/** Each runs migrations from the Git repository, which the sandbox does not know. Without data there is nothing to be wrong. */
async function runAction(call: Call, action: string): Promise<Reply> {
  const branch = await branchOf(call);
  readBody(call, Run);
  if (call.world.dataServers?.postgres)
    throw refuse(
      501,
      `The sandbox does not ${action} the data of a branch. Run its migrations over its own connection`,
    );
  branch.updatedAt = call.now.toISOString();
  return { status: 201, json: { workflow_run_id: call.world.ids.uuid(), message: "ok" } };
}
