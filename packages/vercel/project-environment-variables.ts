import { ApiError, type Call, defineResource, orAbsent, PartialFailure } from "@mais/provider-kit";
import { z } from "zod";
import type { Vercel } from "./client.ts";
import { type EnvVariable, envVariable, type LiveVariable, markComment, type WriteFailure } from "./env-wire.ts";
import {
  type Entry,
  entriesOf,
  entry,
  inOrder,
  isOwnedBy,
  liveVariables,
  ownerOf,
  unforced,
  valueKeeper,
} from "./variable-entries.ts";
import { describeScope, overlaps, type Plan, planChanges, sameScope } from "./variable-plan.ts";
import { variableProblems } from "./variable-rules.ts";

const inputs = {
  projectId: z.string().min(1),
  /** Each key and scope has one owner: a variable that exists already and was not made by this resource is refused. */
  variables: z.array(envVariable),
  /**
   * Deletes every other variable of the project, but Vercel's own and those of integrations.
   * @defaultValue variables that this resource does not name are left alone
   */
  prune: z.boolean().optional(),
};

const outputs = {
  /** What Vercel calls each variable, and when it last changed: how a value written by somebody else is noticed. */
  entries: z.array(entry),
};

/**
 * The environment variables of a project, written in one call. Values reach a deployment when it is built or started,
 * so a change needs a new deployment. Imported as the project's id.
 */
export const ProjectEnvironmentVariables = defineResource(
  "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables",
  {
    inputs,
    outputs,
    secrets: ["variables.*.value"],
    replaceOn: ["projectId"],
    unordered: ["variables"],
    recomputed: { entries: ["variables", "prune"] },
    check: ({ variables }) => variableProblems(variables),
    async find(api: Vercel, { projectId, variables }, { signal }) {
      const live = (await orAbsent(api.variables.list(projectId, signal))) ?? [];
      const clashing = live.filter((one) => variables.some((variable) => overlaps(variable, one)));
      if (clashing.length === 0) return [];
      const nonces = new Set(clashing.map(({ nonce }) => nonce));
      const [nonce] = nonces;
      const createdAt = Math.min(...clashing.map((one) => one.createdAt ?? 0));
      const label = `variables ${clashing.map(describeScope).join(", ")} of project ${projectId}`;
      return [{ id: projectId, label, createdAt, ...(nonces.size === 1 && nonce !== undefined ? { nonce } : {}) }];
    },
    async create(api: Vercel, { projectId, variables, prune }, call) {
      const { nonce, signal } = call;
      const marked = variables.map((variable) => markComment(variable, nonce));
      const entries = await write(api, { projectId, variables: marked, overwrite: false, known: [] }, call);
      if (!prune) return { id: projectId, entries };
      try {
        await pruneOthers(api, projectId, entries, signal);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new PartialFailure(projectId, { entries }, [`The other variables could not be deleted: ${reason}`], {
          cause: error,
        });
      }
      return { id: projectId, entries };
    },
    async read(api: Vercel, id, { inputs: known, outputs: state, signal }) {
      const found = await orAbsent(api.variables.list(id, signal));
      if (!found) return undefined;
      const live = unforced(found, state?.entries);
      const owner = { variables: known?.variables, entries: state?.entries, prune: known?.prune };
      const mine = live.filter(isOwnedBy(owner, live));
      if (known && mine.length === 0 && (known.variables ?? []).length > 0) return undefined;
      return {
        projectId: id,
        prune: known?.prune,
        variables: liveVariables(mine, known?.variables, state?.entries),
        entries: entriesOf(mine),
      };
    },
    async update(api: Vercel, projectId, { variables, prune }, { olds, outputs: state, ...call }) {
      const live = unforced(await api.variables.list(projectId, call.signal), state.entries);
      const isOwned = isOwnedBy({ variables: olds.variables, entries: state.entries, prune }, live);
      const plan = planChanges(variables, live, { isOwned, holdsValue: valueKeeper(olds.variables, state.entries) });
      if (plan.taken.length > 0) throw takenError(plan.taken, projectId);
      const marked = markPlan(plan, ownerOf(live, state.entries));
      return { entries: await carryOut(api, projectId, { plan: marked, live: live.filter(isOwned) }, call) };
    },
    async delete(api: Vercel, projectId, { outputs: { entries = [] }, signal }) {
      const live = (await orAbsent(api.variables.list(projectId, signal))) ?? [];
      const ids = live.filter(isOwnedBy({ variables: undefined, entries, prune: false }, live)).map(({ id }) => id);
      if (ids.length > 0) await orAbsent(api.variables.deleteMany(projectId, ids, signal));
    },
  },
);
export type ProjectEnvironmentVariables = InstanceType<typeof ProjectEnvironmentVariables>;

function markPlan(plan: Plan, owner: string | undefined): Plan {
  if (owner === undefined) return plan;
  return {
    ...plan,
    write: plan.write.map((variable) => markComment(variable, owner)),
    move: plan.move.map(({ from, variable }) => ({ from, variable: markComment(variable, owner) })),
  };
}

/** Adds and changes before it deletes, except for what stands in the way. */
async function carryOut(
  api: Vercel,
  projectId: string,
  { plan, live }: { plan: Plan; live: readonly LiveVariable[] },
  call: Pick<Call, "signal" | "warn">,
): Promise<Entry[]> {
  const { signal } = call;
  if (plan.deleteFirst.length > 0) await api.variables.deleteMany(projectId, plan.deleteFirst, signal);
  const moved: LiveVariable[] = [];
  for (const { from, variable } of plan.move) moved.push(await api.variables.move(projectId, from, variable, signal));
  const first = new Set(plan.deleteFirst);
  // What goes last is known until it is gone, or a failure before would leave it to nobody.
  const kept = [...live.filter(({ id }) => !first.has(id) && !moved.some((one) => one.id === id)), ...moved];
  const request = { projectId, variables: plan.write, overwrite: true, known: entriesOf(kept) };
  const written =
    plan.write.length > 0
      ? await write(api, request, call).catch((error) => unanswered(api, request, { error, call }))
      : request.known;
  try {
    if (plan.deleteLast.length > 0) await api.variables.deleteMany(projectId, plan.deleteLast, signal);
  } catch (error) {
    const reason = `The variables that are no longer wanted could not be deleted: ${reasonText(error)}`;
    throw new PartialFailure(projectId, { entries: written }, [reason], { cause: error });
  }
  return written.filter(({ id }) => !plan.deleteLast.includes(id));
}

const reasonText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The answer may be lost and the variables there: then they are ours, and must not be met as somebody else's. */
async function unanswered(
  api: Vercel,
  { projectId, variables, known }: Writing,
  { error, call: { signal } }: { error: unknown; call: Pick<Call, "signal"> },
): Promise<never> {
  const live = error instanceof PartialFailure ? [] : await api.variables.list(projectId, signal).catch(() => []);
  // None of their scopes was taken when the request was sent.
  const made = live.filter(
    (one) => !known.some(({ id }) => id === one.id) && variables.some((variable) => sameScope(variable, one)),
  );
  if (made.length === 0) throw error;
  const entries = inOrder([...known, ...entriesOf(made)]);
  throw new PartialFailure(projectId, { entries }, [reasonText(error)], { cause: error });
}

interface Writing {
  projectId: string;
  variables: readonly EnvVariable[];
  overwrite: boolean;
  /** Entries that are there already. */
  known: readonly Entry[];
}

/** Writes all in one call; what Vercel refused of it is an error, and what it took stays known. */
async function write(
  api: Vercel,
  { projectId, variables, overwrite, known }: Writing,
  { signal, warn }: Pick<Call, "signal" | "warn">,
): Promise<Entry[]> {
  if (variables.length === 0) return [...known];
  const { written, failed } = await api.variables.write(projectId, variables, { overwrite, signal });
  const plain = variables.filter(({ sensitive }) => !sensitive);
  const seen = written.map((one) => ({ ...one, forced: one.sensitive && plain.some((each) => sameScope(each, one)) }));
  const forced = seen.filter((one) => one.forced).map(describeScope);
  if (forced.length > 0)
    warn(
      `Your Vercel team's policy made ${forced.join(", ")} sensitive: drift of these values goes unseen. Set sensitive: true to say so.`,
    );
  const fresh = entriesOf(seen);
  const entries = inOrder([...known.filter(({ id }) => !fresh.some((one) => one.id === id)), ...fresh]);
  if (failed.length === 0) return entries;
  const reasons = failed.map(reasonOf);
  if (entries.length > 0) throw new PartialFailure(projectId, { entries }, reasons);
  throw new ApiError({
    vendor: "Vercel",
    attempt: "setting variables",
    status: 400,
    message: reasons.join("; "),
    gone: false,
  });
}

function reasonOf({ key, envVarKey, code, message }: WriteFailure): string {
  return `${envVarKey ?? key ?? "a variable"} was refused: ${message} (${code})`;
}

async function pruneOthers(
  api: Vercel,
  projectId: string,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<void> {
  const live = await api.variables.list(projectId, signal);
  const others = live
    .filter(({ id, foreign }) => !foreign && !entries.some((one) => one.id === id))
    .map(({ id }) => id);
  if (others.length > 0) await api.variables.deleteMany(projectId, others, signal);
}

function takenError(taken: readonly LiveVariable[], projectId: string): ApiError {
  return new ApiError({
    vendor: "Vercel",
    attempt: "setting variables",
    status: 409,
    message: `${taken.map(describeScope).join(", ")} of project ${projectId} exists already and was not made by this resource, so nothing was changed`,
    advice: "Delete it in Vercel, or take it out of the program: one variable has one owner",
  });
}
