import type { EnvVariable, LiveVariable } from "./env-wire.ts";

/** What tells variables of one key apart. */
export type Scope = Pick<EnvVariable, "key" | "targets" | "customEnvironmentIds" | "gitBranch">;

/** What has to be sent so that Vercel holds the wanted variables. */
export interface Plan {
  /** Entries in the way of what is written: their scope overlaps, or they must be made anew. */
  deleteFirst: string[];
  /** New ones, and new values for entries of exactly this scope. */
  write: EnvVariable[];
  /** An entry that moves to another scope. */
  move: { from: LiveVariable; variable: EnvVariable }[];
  /** No longer wanted. */
  deleteLast: string[];
  /** Wanted, but held by an entry that is not ours. */
  taken: LiveVariable[];
}

export interface PlanOptions {
  /** The entry is ours to change and to delete. */
  isOwned(live: LiveVariable): boolean;
  /** The entry holds the wanted value, as far as can be known. */
  holdsValue(live: LiveVariable, wanted: EnvVariable): boolean;
}

export function planChanges(wanted: readonly EnvVariable[], live: readonly LiveVariable[], options: PlanOptions): Plan {
  const plan: Plan = { deleteFirst: [], write: [], move: [], deleteLast: [], taken: [] };
  const keys = new Set([...wanted, ...live].map(({ key }) => key));
  for (const key of keys) {
    const ofKey = ({ key: one }: { key: string }) => one === key;
    planKey(wanted.filter(ofKey), live.filter(ofKey), options, plan);
  }
  return plan;
}

function planKey(
  wanted: readonly EnvVariable[],
  live: readonly LiveVariable[],
  options: PlanOptions,
  plan: Plan,
): void {
  const owned = live.filter(options.isOwned);
  const others = live.filter((entry) => !owned.includes(entry));
  plan.taken.push(...others.filter((entry) => wanted.some((variable) => overlaps(variable, entry))));
  const pairs = wanted.map((variable) => ({ variable, entry: owned.find((one) => sameScope(variable, one)) }));
  for (const { variable, entry } of pairs) if (entry) planSameScope(variable, entry, options, plan);
  const added = pairs.filter(({ entry }) => !entry).map(({ variable }) => variable);
  const left = owned.filter((one) => !pairs.some(({ entry }) => entry === one));
  const [only] = added;
  const [old] = left;
  if (only && old && added.length === 1 && left.length === 1 && only.sensitive === old.sensitive) {
    plan.move.push({ from: old, variable: only });
    return;
  }
  plan.write.push(...added);
  for (const entry of left) {
    const inTheWay = added.some((variable) => overlaps(variable, entry));
    (inTheWay ? plan.deleteFirst : plan.deleteLast).push(entry.id);
  }
}

function planSameScope(variable: EnvVariable, entry: LiveVariable, { holdsValue }: PlanOptions, plan: Plan): void {
  // https://vercel.com/docs/environment-variables/sensitive-environment-variables: only by removing and adding again.
  const retyped = variable.sensitive !== entry.sensitive;
  if (retyped) plan.deleteFirst.push(entry.id);
  const recommented = variable.comment !== undefined && variable.comment !== entry.comment;
  if (retyped || recommented || !holdsValue(entry, variable)) plan.write.push(variable);
}

export function sameScope(a: Scope, b: Scope): boolean {
  return scopeText(a) === scopeText(b);
}

function scopeText({ key, targets = [], customEnvironmentIds = [], gitBranch = "" }: Scope): string {
  return JSON.stringify([key, [...targets].sort(), [...customEnvironmentIds].sort(), gitBranch]);
}

/** Vercel admits one value per key, environment and branch. */
export function overlaps(a: Scope, b: Scope): boolean {
  if (a.key !== b.key || a.gitBranch !== b.gitBranch) return false;
  const shared = (left: readonly string[] = [], right: readonly string[] = []) =>
    left.some((one) => right.includes(one));
  return shared(a.targets, b.targets) || shared(a.customEnvironmentIds, b.customEnvironmentIds);
}

/** `JWT_SECRET (production, preview)` */
export function describeScope({ key, targets = [], customEnvironmentIds = [], gitBranch }: Scope): string {
  const where = [...targets, ...customEnvironmentIds].join(", ");
  return `${key} (${where}${gitBranch === undefined ? "" : `, branch ${gitBranch}`})`;
}
