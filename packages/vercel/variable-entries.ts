import { z } from "zod";
import { type EnvVariable, type LiveVariable, TARGETS } from "./env-wire.ts";
import { sameScope } from "./variable-plan.ts";

/** What state keeps of a variable at Vercel, beside the inputs. */
export const entry = z.object({
  id: z.string(),
  key: z.string(),
  targets: z.array(z.enum(TARGETS)),
  customEnvironmentIds: z.array(z.string()).optional(),
  gitBranch: z.string().optional(),
  /** Milliseconds since 1970. */
  updatedAt: z.number().optional(),
  /** Present when a team's policy made it sensitive although the program did not ask for it. */
  forced: z.literal(true).optional(),
});
export type Entry = z.output<typeof entry>;

/** Stands for an unreadable value that we did not write last, so that it differs from the program's. */
const CHANGED_OUTSIDE = "(changed outside of this program)";

export function entriesOf(live: readonly LiveVariable[]): Entry[] {
  const entries = live.map(({ id, key, targets, customEnvironmentIds, gitBranch, updatedAt, forced }) => ({
    ...{ id, key, targets },
    ...(forced ? { forced: true as const } : {}),
    ...(customEnvironmentIds.length > 0 ? { customEnvironmentIds } : {}),
    ...(gitBranch === undefined ? {} : { gitBranch }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  }));
  return inOrder(entries);
}

/** One order for all answers, or a refresh after an update would show a change. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => a.key.localeCompare(b.key) || a.id.localeCompare(b.id));
}

/** Entries that a policy made sensitive count as what the program made of them; their values stay unreadable. */
export function unforced(live: readonly LiveVariable[], entries: readonly Entry[] | undefined): LiveVariable[] {
  const forced = new Set((entries ?? []).filter((one) => one.forced).map(({ id }) => id));
  return live.map((one) => (forced.has(one.id) && one.sensitive ? { ...one, sensitive: false, forced: true } : one));
}

interface Known {
  variables: readonly EnvVariable[] | undefined;
  entries: readonly Entry[] | undefined;
  prune: boolean | undefined;
}

/**
 * Whether an entry at Vercel is this resource's: it has written that id, or that key and scope, or it bears the marker
 * of those that it has written. Before anything is recorded the inputs stand for what it has written, and on import,
 * where there are none, everything is taken.
 */
export function isOwnedBy(
  { variables, entries, prune }: Known,
  live: readonly LiveVariable[],
): (one: LiveVariable) => boolean {
  const written: readonly (Entry | EnvVariable)[] | undefined = entries ?? variables;
  const everything = prune === true || written === undefined;
  const owner = ownerOf(live, entries);
  const ids = new Set((entries ?? []).map(({ id }) => id));
  const isKnown = (one: LiveVariable) => ids.has(one.id) || (written ?? []).some((known) => sameScope(known, one));
  return (one) => !one.foreign && (everything || isKnown(one) || (owner !== undefined && one.nonce === owner));
}

/**
 * The marker that the recorded entries bear, if it is one: what an update adds gets it too, so that a run that is killed
 * before it hears the answer leaves nothing that the next one takes for somebody else's.
 */
export function ownerOf(live: readonly LiveVariable[], entries: readonly Entry[] | undefined): string | undefined {
  const ids = new Set((entries ?? []).map(({ id }) => id));
  const nonces = new Set(live.filter(({ id, nonce }) => nonce !== undefined && ids.has(id)).map(({ nonce }) => nonce));
  const [nonce] = nonces;
  return nonces.size === 1 ? nonce : undefined;
}

/** Judges whether an entry holds a wanted value: readable ones by reading, others by what was written last. */
export function valueKeeper(
  olds: readonly EnvVariable[] | undefined,
  entries: readonly Entry[] | undefined,
): (live: LiveVariable, wanted: EnvVariable) => boolean {
  return (live, wanted) => {
    if (live.value !== undefined) return live.value === wanted.value;
    const old = (olds ?? []).find((variable) => sameScope(variable, live));
    return old?.value === wanted.value && !touched(live, entries);
  };
}

/** Vercel's time stamp is not the one that our last write left. */
function touched(live: LiveVariable, entries: readonly Entry[] | undefined): boolean {
  const known = (entries ?? []).find(({ id }) => id === live.id);
  return known === undefined || known.updatedAt !== live.updatedAt;
}

/** Live variables as a program writes them: known ones in the program's order and form, others after them. */
export function liveVariables(
  live: readonly LiveVariable[],
  known: readonly EnvVariable[] | undefined,
  entries: readonly Entry[] | undefined,
): EnvVariable[] {
  const claimed = new Set<LiveVariable>();
  const wanted = (known ?? []).flatMap((variable) => {
    const match = find(variable, live, entries, claimed);
    if (!match) return [];
    claimed.add(match);
    return [asInput(match, variable, entries)];
  });
  const rest = live.filter((one) => !claimed.has(one)).sort((a, b) => a.key.localeCompare(b.key));
  return [...wanted, ...rest.map((one) => asInput(one, undefined, entries))];
}

/** By scope, else by the id that it had: then its scope was changed by somebody else. */
function find(
  variable: EnvVariable,
  live: readonly LiveVariable[],
  entries: readonly Entry[] | undefined,
  claimed: ReadonlySet<LiveVariable>,
): LiveVariable | undefined {
  const free = live.filter((one) => one.key === variable.key && !claimed.has(one));
  const id = (entries ?? []).find((one) => sameScope(one, variable))?.id;
  return free.find((one) => sameScope(one, variable)) ?? free.find((one) => one.id === id);
}

function asInput(
  live: LiveVariable,
  known: EnvVariable | undefined,
  entries: readonly Entry[] | undefined,
): EnvVariable {
  const { key, sensitive, targets, customEnvironmentIds, gitBranch, comment } = live;
  const unmoved = known !== undefined && sameScope(known, live);
  const scope = unmoved
    ? { targets: known.targets, customEnvironmentIds: known.customEnvironmentIds, gitBranch: known.gitBranch }
    : { targets, customEnvironmentIds: customEnvironmentIds.length > 0 ? customEnvironmentIds : undefined, gitBranch };
  // A comment that the program does not write is not the program's.
  const wanted = known === undefined || known.comment !== undefined;
  const variable = {
    key,
    value: liveValue(live, known, entries),
    sensitive,
    ...scope,
    comment: wanted ? comment : undefined,
  };
  // Absent, not undefined: state compares deeply.
  return Object.fromEntries(Object.entries(variable).filter(([, value]) => value !== undefined)) as EnvVariable;
}

function liveValue(live: LiveVariable, known: EnvVariable | undefined, entries: readonly Entry[] | undefined): string {
  if (live.value !== undefined) return live.value;
  if (!known) return "";
  return touched(live, entries) ? CHANGED_OUTSIDE : known.value;
}
