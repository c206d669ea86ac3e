import { type Call, defineResource, orAbsent, PartialFailure } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import { type GitRepository, gitRepository, settings } from "./project-inputs.ts";
import { linkFromWire, type ProjectAnswer, productionDomain, settingsFromWire } from "./project-wire.ts";

const inputs = {
  /**
   * Unique in the team, and the host under vercel.app where it is free. Renamed in place; the old host then stops.
   * @defaultValue `<project>-<stack>-<logical name>`
   */
  name: z
    .string()
    .max(52)
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "may hold lower-case letters, digits and hyphens"),
  /** Links the project to a repository; linking deploys nothing, the next push does. */
  gitRepository: gitRepository.optional(),
  ...settings,
};

const outputs = {
  /** The team, or the user, that owns the project. */
  teamId: z.string(),
  /** The host under vercel.app: `<name>.vercel.app` unless somebody else has it. */
  productionDomain: z.string(),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Live = { id: string } & Partial<Inputs> & z.output<z.ZodObject<typeof outputs>>;

/**
 * A Vercel project: build and protection settings of one application. Its variables and domains are resources of their
 * own. A setting that the program leaves out is left to Vercel; one that it stops naming goes back to Vercel's default
 * where that is known, else it stays as it is.
 */
export const Project = defineResource("vercel:index/project:Project", {
  inputs,
  outputs,
  secrets: ["passwordProtection"],
  autoName: { property: "name", maxLength: 52 },
  recomputed: { productionDomain: ["name"] },
  async find(api: Vercel, { name }, { signal }) {
    const found = await orAbsent(api.project(name, signal));
    return found?.name === name ? [{ id: found.id, label: name, ...created(found) }] : [];
  },
  async create(api: Vercel, wanted, call) {
    const { name, gitRepository: git, ...rest } = wanted;
    const made = await api.createProject(name, rest, git, call.signal);
    try {
      const finished = (await api.finishProject(made.id, rest, call.signal)) ?? made;
      return toLive(await settleBranch(api, finished, git, call), wanted);
    } catch (error) {
      throw halfMade(made, error);
    }
  },
  async read(api: Vercel, id, { signal, inputs: known }) {
    const found = await orAbsent(api.project(id, signal));
    return found && toLive(found, known);
  },
  async update(api: Vercel, id, wanted, { changed, outputs: known, signal, ...call }) {
    const { name, gitRepository: git, ...rest } = wanted;
    // A half-made project has no outputs yet; it is finished by sending everything that the program names.
    const all = changed.size === 0 || known.teamId === undefined;
    const settingsChanged = all ? [...changed, ...Object.keys(rest)] : changed;
    const renamed = changed.has("name") ? { name } : {};
    let live = await api.editProject(id, { ...renamed, changed: settingsChanged, settings: rest }, signal);
    if (all || changed.has("gitRepository")) live = await settleLink(api, id, git, { ...call, signal });
    return toLive(live ?? (await api.project(id, signal)), wanted);
  },
  async delete(api: Vercel, id, { signal }) {
    await orAbsent(api.deleteProject(id, signal));
  },
});
export type Project = InstanceType<typeof Project>;

function created({ createdAt }: ProjectAnswer): { createdAt?: number } {
  return createdAt === undefined ? {} : { createdAt };
}

/** Brings the link to what the program says, from whatever it is now. */
async function settleLink(api: Vercel, id: string, git: GitRepository | undefined, call: Call): Promise<ProjectAnswer> {
  const { signal } = call;
  const now = await api.project(id, signal);
  const link = linkFromWire(now);
  const same = git ? link?.type === git.type && link.repo === git.repo : link === null;
  if (same) return settleBranch(api, now, git, call);
  if (link) await api.unlink(id, signal);
  return git ? settleBranch(api, await api.link(id, git, signal), git, call) : api.project(id, signal);
}

async function settleBranch(
  api: Vercel,
  project: ProjectAnswer,
  git: GitRepository | undefined,
  { signal }: Pick<Call, "signal">,
): Promise<ProjectAnswer> {
  const branch = git?.productionBranch;
  if (branch === undefined || linkFromWire(project)?.productionBranch === branch) return project;
  return api.setProductionBranch(project.id, branch, signal);
}

function toLive(answer: ProjectAnswer, known: Partial<Inputs> | undefined): Live {
  const { id, name, accountId } = answer;
  const live = settingsFromWire(answer);
  const protection = { ...Object(live.passwordProtection) };
  if (protection.deploymentType === "none" || live.passwordProtection === undefined) live.passwordProtection = null;
  // The password is in nobody's answer; the one in state stands for it.
  else live.passwordProtection = { ...protection, password: known?.passwordProtection?.password ?? "" };
  const found = {
    ...live,
    id,
    name,
    gitRepository: linkFromWire(answer),
    teamId: accountId,
    productionDomain: productionDomain(answer),
  };
  // Null says that Vercel has no such setting, which the types of inputs cannot.
  return found as unknown as Live;
}

function halfMade({ id }: ProjectAnswer, cause: unknown): PartialFailure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PartialFailure(id, {}, [`The project was made, but not all of its settings: ${reason}`], { cause });
}
