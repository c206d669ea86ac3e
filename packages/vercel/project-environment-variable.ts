import { ApiError, type Call, defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import { type EnvVariable, envVariable, type LiveVariable, markComment } from "./env-wire.ts";
import { entriesOf, liveVariables, unforced } from "./variable-entries.ts";
import { describeScope, overlaps } from "./variable-plan.ts";
import { variableProblems } from "./variable-rules.ts";

const outputs = {
  /** When it last changed, in milliseconds since 1970: how a value written by somebody else is noticed. */
  updatedAt: z.number().optional(),
  /** Present when a team's policy made it sensitive although the program did not ask for it. */
  forced: z.literal(true).optional(),
};

const CHANGEABLE = ["key", "value", "targets", "customEnvironmentIds", "gitBranch", "comment"] as const;

type State = z.output<z.ZodObject<typeof outputs>>;

/**
 * One environment variable of a project; several are better written by `ProjectEnvironmentVariables`, in one call. A
 * new value reaches a deployment when it is built. Imported as `<project id>/<variable id>`.
 */
export const ProjectEnvironmentVariable = defineResource(
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  {
    inputs: { projectId: z.string().min(1), ...envVariable.shape },
    outputs,
    secrets: ["value"],
    // Vercel can change the key and the custom environments in place, so these are updates here.
    replaceOn: ["projectId", "sensitive"],
    unordered: ["targets", "customEnvironmentIds"],
    recomputed: { updatedAt: [...CHANGEABLE] },
    check: ({ projectId: _projectId, ...variable }) =>
      variableProblems([variable]).map(({ reason }) => ({ property: "key", reason })),
    async find(api: Vercel, { projectId, ...variable }, { signal }) {
      const live = (await orAbsent(api.variables.list(projectId, signal))) ?? [];
      return live
        .filter((one) => overlaps(variable, one))
        .map((one) => ({ ...proofOf(one), id: `${projectId}/${one.id}`, label: describeScope(one) }));
    },
    async create(api: Vercel, { projectId, ...variable }, call) {
      const marked = markComment(variable, call.nonce);
      const { written, failed } = await api.variables.write(projectId, [marked], {
        ...{ overwrite: false, signal: call.signal },
      });
      const [made] = written;
      if (!made) throw refusedError(variable, failed.map(({ code, message }) => `${message} (${code})`).join("; "));
      return { id: `${projectId}/${made.id}`, ...stateOf(made, variable, call) };
    },
    async read(api: Vercel, id, { inputs: known, outputs: state, signal }) {
      const { projectId, variableId } = split(id);
      const found = await orAbsent(api.variables.get(projectId, variableId, signal));
      if (!found) return undefined;
      const entries = entriesOf([{ ...found, ...pastOf(known), updatedAt: state?.updatedAt, forced: isForced(state) }]);
      const [live] = unforced([found], entries);
      const [variable] = liveVariables(live ? [live] : [], known ? [known as EnvVariable] : undefined, entries);
      const none = { targets: null, customEnvironmentIds: null, gitBranch: null };
      const comment = !known || known.comment !== undefined ? { comment: found.comment ?? null } : {};
      const now = { projectId, ...none, ...variable, ...comment, updatedAt: found.updatedAt };
      // Null says that there is none, which the types of inputs cannot.
      return now as Partial<EnvVariable> & State;
    },
    async update(api: Vercel, id, { projectId: _projectId, ...variable }, { changed, outputs: state, ...call }) {
      const { variableId, projectId } = split(id);
      const names = changed.size === 0 ? new Set<string>(CHANGEABLE) : changed;
      const edited = await api.variables.change(projectId, variableId, { variable, names, signal: call.signal });
      const now: State = { updatedAt: edited.updatedAt };
      return isForced(state) ? { ...now, forced: true as const } : now;
    },
    async delete(api: Vercel, id, { signal }) {
      const { projectId, variableId } = split(id);
      await orAbsent(api.variables.delete(projectId, variableId, signal));
    },
  },
);
export type ProjectEnvironmentVariable = InstanceType<typeof ProjectEnvironmentVariable>;

function split(id: string): { projectId: string; variableId: string } {
  const [projectId = "", variableId = ""] = id.split("/");
  return { projectId, variableId };
}

function proofOf({ nonce, createdAt }: LiveVariable): { nonce?: string; createdAt?: number } {
  return { ...(nonce === undefined ? {} : { nonce }), ...(createdAt === undefined ? {} : { createdAt }) };
}

/** The scope that we gave it, by which a moved variable is recognised. */
function pastOf(known: Partial<EnvVariable> | undefined): Partial<LiveVariable> {
  if (!known) return {};
  const { key, targets = [], customEnvironmentIds = [], gitBranch } = known;
  return { ...(key === undefined ? {} : { key }), targets, customEnvironmentIds, gitBranch };
}

function isForced(state: Partial<State> | undefined): boolean {
  return state?.forced === true;
}

function stateOf(made: LiveVariable, { sensitive }: EnvVariable, { warn }: Pick<Call, "warn">): State {
  const { updatedAt } = made;
  if (sensitive || !made.sensitive) return { updatedAt };
  warn(
    `Your Vercel team's policy made ${describeScope(made)} sensitive: drift of its value goes unseen. Set sensitive: true to say so.`,
  );
  return { updatedAt, forced: true };
}

function refusedError(variable: EnvVariable, reason: string): ApiError {
  return new ApiError({
    ...{ vendor: "Vercel", attempt: "setting a variable", status: 400, gone: false },
    message: `${describeScope(variable)} was refused: ${reason || "Vercel names no reason"}`,
    advice: "Correct it as the reason says; a variable that exists already can be imported or deleted in Vercel",
  });
}
