import type { Row } from "../../config/variable.ts";
import type { Progress } from "../../progress.ts";
import { awaitNewValues, type Patience, refuseSameValues } from "./await-new-values.ts";
import { beginRotations } from "./begin-rotations.ts";
import { retireOldValues } from "./retire-old-values.ts";
import type { JournalEntry, RotationJournal } from "./rotation-journal.ts";
import type { PlannedRotation, RotationPlan } from "./rotation-plan.ts";
import type { DeathNotice, HeldValues, RotationWorld } from "./rotation-world.ts";
import { type Evidence, stillAccepting } from "./running-values.ts";

export interface RotationRun {
  world: RotationWorld;
  journal: RotationJournal;
  rows: ReadonlyMap<string, Row>;
  /** New values that a person made. */
  handed: ReadonlyMap<string, string>;
  progress: Progress;
  patience: Patience;
}

/** What became of one variable. */
export interface RotationOutcome {
  name: string;
  class: PlannedRotation["class"];
  /** `waits`: a person has to make the new value. */
  outcome: "renewed" | "waits" | "refused";
  along: string[];
  generation: number;
  evidence: Evidence[];
  /** Why the value before is of no use any more; undefined while it still is. */
  old: DeathNotice | undefined;
  /** Without a working value, in milliseconds; undefined where nothing was to be measured or nobody could be asked. */
  windowMs?: number | undefined;
  /** What is left for a person. */
  steps: string[];
}

/**
 * Renews what the plan says. Whatever it is killed in, the same call again finishes it: each step looks at receipts and state
 * first and leaves alone what is done.
 */
export async function rotate({ rotations }: RotationPlan, run: RotationRun): Promise<RotationOutcome[]> {
  const isDoable = ({ way }: PlannedRotation) => way === "both" || way === "swap" || way === "window";
  const together = rotations.filter((one) => isDoable(one) && one.way !== "window");
  const abrupt = rotations.filter(({ way }) => way === "window");
  const done = [...(await rotateTogether(together, run)), ...(await rotateAbruptly(abrupt, run))];
  const left = rotations.filter((one) => !isDoable(one)).map(leftOver);
  const order = rotations.map(({ name }) => name);
  return [...done, ...left].sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

function leftOver({ name, class: rotation, way, along, toGeneration, steps }: PlannedRotation): RotationOutcome {
  const outcome = way === "refused" ? "refused" : "waits";
  return { name, class: rotation, outcome, along, generation: toGeneration - 1, evidence: [], old: undefined, steps };
}

/** However many: one update that brings the new values, and one that takes the old ones away. */
async function rotateTogether(rotations: readonly PlannedRotation[], run: RotationRun): Promise<RotationOutcome[]> {
  if (rotations.length === 0) return [];
  const { world, journal } = run;
  const before = await enter(rotations, run);
  const isProven = (name: string) => before.entries.get(name)?.proven === true;
  const unproven = rotations.filter(({ name }) => !isProven(name));
  if (unproven.length > 0) {
    await beginRotations(unproven, before.entries, run);
    await world.up("Bringing the new values to every consumer");
  }
  await refuseSameValues(rotations, before.entries, world);
  const evidence = await awaitNewValues(rotations, run);
  await journal.update(namesOf(rotations), { proven: true });
  const unretired = rotations.filter(({ name }) => before.entries.get(name)?.retired !== true);
  await retireOldValues(unretired, before.entries, run);
  if (unretired.some(({ way }) => way === "both")) await world.up("Taking the old values away");
  await journal.update(namesOf(rotations), { retired: true });
  const deaths = await proveDeaths(rotations, before.held, run);
  await journal.drop(namesOf(rotations));
  return rotations.map((one) => renewed(one, { evidence, old: deaths.get(one.name) }));
}

/** The vendor ends the old value as it takes the new one, so the update is measured. */
async function rotateAbruptly(rotations: readonly PlannedRotation[], run: RotationRun): Promise<RotationOutcome[]> {
  if (rotations.length === 0) return [];
  const { world, journal } = run;
  const { entries, held } = await enter(rotations, run);
  const windowMs = await world.measure(async () => {
    await beginRotations(rotations, entries, run);
    await world.up("Bringing new values where the old ones die at once");
  });
  await refuseSameValues(rotations, entries, world);
  const evidence = await awaitNewValues(rotations, run);
  await retireOldValues(rotations, entries, run);
  const deaths = await proveDeaths(rotations, held, run);
  await journal.drop(namesOf(rotations));
  return rotations.map((one) => ({ ...renewed(one, { evidence, old: deaths.get(one.name) }), windowMs }));
}

/** Notes what begins before anything is changed, and which value was there. */
async function enter(rotations: readonly PlannedRotation[], { world, journal }: RotationRun) {
  const [known, held, given] = [await journal.read(), await world.held(), await world.given()];
  const entries = new Map(known.map((entry) => [entry.name, entry]));
  for (const { name, way, toGeneration, resumed } of rotations) {
    if (entries.has(name) || way === "waits" || way === "refused") continue;
    const value = given.get(name) ?? heldValue(held, name);
    // Begun by a run whose journal is gone: what the state holds may be the new value already.
    const oldFingerprint = value === undefined || resumed ? undefined : await world.fingerprint(value);
    entries.set(name, { name, way, toGeneration, oldFingerprint, proven: false, retired: false });
  }
  await journal.write([...entries.values()]);
  return { entries: entries as ReadonlyMap<string, JournalEntry>, held };
}

async function proveDeaths(rotations: readonly PlannedRotation[], held: HeldValues, run: RotationRun) {
  const { world } = run;
  const after = await world.held();
  const token = heldValue(after, "MAIS_FINGERPRINT_TOKEN");
  const reports = await world.reports(token);
  const deaths = new Map<string, DeathNotice>();
  for (const { name, source, way } of rotations) {
    const accepting = stillAccepting(name, reports);
    if (accepting.length > 0) deaths.set(name, { dead: false, how: `still accepted by ${accepting.join(", ")}` });
    else if (source === "provisioned") deaths.set(name, await world.deathOf(name, oldValueOf(name, held, after)));
    else if (way === "swap")
      deaths.set(name, { dead: undefined, how: "it works until you end it; the gate refuses it" });
    else deaths.set(name, ownDeath(typeof reports === "string" ? reports : undefined));
  }
  return deaths;
}

function ownDeath(unasked: string | undefined): DeathNotice {
  if (unasked === undefined) return { dead: true, how: "no running process accepts it" };
  return { dead: undefined, how: `no consumer is given it; none was asked (${unasked})` };
}

/** What was there before, if this run has seen it. */
function oldValueOf(name: string, before: HeldValues, after: HeldValues): string | undefined {
  const old = heldValue(before, name);
  return old === heldValue(after, name) ? undefined : old;
}

export function heldValue(held: HeldValues, name: string): string | undefined {
  return [...held.values()].map((values) => values[name]).find((value) => value !== undefined);
}

function namesOf(rotations: readonly PlannedRotation[]): string[] {
  return rotations.map(({ name }) => name);
}

function renewed(
  { name, class: rotation, along, toGeneration, steps }: PlannedRotation,
  { evidence, old }: { evidence: readonly Evidence[]; old: DeathNotice | undefined },
): RotationOutcome {
  const own = evidence.filter(({ variable }) => variable === name);
  return { name, class: rotation, outcome: "renewed", along, generation: toGeneration, evidence: own, old, steps };
}
