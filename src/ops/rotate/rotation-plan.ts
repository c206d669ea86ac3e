import type { Variable } from "../../config/configuration.ts";
import { previousName } from "../../config/previous.ts";
import type { Receipts } from "../../config/receipts.ts";
import type { Settings } from "../../config/settings.ts";
import { isPresent } from "../../config/supply.ts";
import type { Rotation, Row, Surface } from "../../config/variable.ts";
import { nearest } from "../../nearest.ts";
import type { JournalEntry } from "./rotation-journal.ts";

/**
 * What is done about one variable.
 * - `both`: for a while both values work, then the old one is taken away by a second update.
 * - `swap`: one update puts the new value in place of the old one, which its vendor or a person ends.
 * - `window`: the same, and the old value is dead before every consumer has the new one.
 * - `waits`: a person has to make the new value first.
 * - `refused`: not by this command.
 */
export type RotationWay = "both" | "swap" | "window" | "waits" | "refused";

export interface PlannedRotation {
  name: string;
  class: Rotation;
  way: RotationWay;
  /** Where the value comes from now. */
  source: "given" | "generated" | "provisioned";
  /** What its vendor really allows, in words. */
  overlap: string;
  /** Who gets the value, and so is deployed anew. */
  redeploys: Surface[];
  /** How long the application may be without a working value, in words. */
  window: string;
  /** What a person does, or why it is refused. */
  steps: string[];
  /** Variables that are renewed with it, because they are one credential. */
  along: string[];
  /** The generation that is there when it is done. */
  toGeneration: number;
  /** It was begun earlier and not ended. */
  resumed: boolean;
}

export interface RotationAsked {
  /** Empty with `all`. */
  names: readonly string[];
  all: boolean;
  /** Only what lay in a file or was seen by others. */
  sinceLeak: boolean;
  /** Variables for which a new value was handed over. */
  handed: ReadonlySet<string>;
}

export interface RotationSurroundings {
  stack: string;
  rows: ReadonlyMap<string, Row>;
  variables: ReadonlyMap<string, Variable>;
  settings: Settings;
  /** Variables that a file gives, which wins over the stack's config. */
  fromFile: ReadonlySet<string>;
  /** Rotations that were begun and not ended. */
  open: readonly JournalEntry[];
}

export interface RotationPlan {
  rotations: PlannedRotation[];
  /** What was asked for and cannot be. */
  problems: string[];
}

/** What a rotation would do, before anything is done. Pure. */
export function planRotation(asked: RotationAsked, surroundings: RotationSurroundings): RotationPlan {
  const { variables, settings, open } = surroundings;
  const problems = asked.names.flatMap((name) => problemWith(name, surroundings));
  const wanted = [...variables.values()].filter((variable) => isAskedFor(variable, asked, surroundings));
  const rotations = wanted
    .filter(({ name }) => !leaderOf(name, settings, variables))
    .map((variable) => planOne(variable, asked, surroundings));
  const unplanned = open.filter(({ name }) => !rotations.some((one) => one.name === name));
  // An update in between would leave the open one half done, so it is finished with the others.
  for (const { name } of unplanned) {
    const variable = variables.get(name);
    if (variable?.row.rotation) rotations.push(planOne(variable, asked, surroundings));
  }
  for (const name of asked.handed)
    if (!rotations.some((one) => one.name === name))
      problems.push(`${name}: a new value was handed over, and it is not among what is to be renewed.`);
  return { rotations, problems };
}

function problemWith(name: string, { rows, variables, stack, settings }: RotationSurroundings): string[] {
  const row = rows.get(name);
  if (!row) {
    const close = nearest(name, rows.keys());
    return [`${name}: no such variable${close ? `; did you mean ${close}?` : "; see docs/variables.md."}`];
  }
  if (row.previousOf) return [`${name}: it goes with ${row.previousOf}; rotate that.`];
  if (!row.rotation) return [`${name}: it is no credential, so there is nothing to renew.`];
  if (!variables.has(name)) return [`${name}: stack ${stack} has no value for it.`];
  const leader = leaderOf(name, settings, variables);
  return leader ? [`${name}: it is the same credential as ${leader}; rotate that.`] : [];
}

function isAskedFor({ name, row }: Variable, asked: RotationAsked, { settings }: RotationSurroundings): boolean {
  if (!row.rotation || row.previousOf) return false;
  if (asked.sinceLeak && !isLeaked(name, settings.receipts)) return false;
  return asked.all || asked.names.includes(name);
}

/** It lay in a file in the clear when it was imported. */
export function isLeaked(name: string, receipts: Receipts): boolean {
  const receipt = receipts[name];
  return receipt !== undefined && "leaked" in receipt && Boolean(receipt.leaked);
}

/**
 * The variable with the same credential that a rotation goes by: both ways to the database have one password, and without a
 * queue database of its own the queue's address is the cache's.
 */
function leaderOf(name: string, { redis }: Settings, variables: ReadonlyMap<string, Variable>): string | undefined {
  const isShared = redis !== false && redis.queue === false;
  const leaders: Record<string, string> = {
    DIRECT_URL: "DATABASE_URL",
    ...(isShared ? { REDIS_QUEUE_URL: "REDIS_URL" } : {}),
  };
  const leader = leaders[name];
  const isProvisioned = (each: string) => variables.get(each)?.source === "provisioned";
  return leader !== undefined && isProvisioned(name) && isProvisioned(leader) ? leader : undefined;
}

function planOne(variable: Variable, asked: RotationAsked, surroundings: RotationSurroundings): PlannedRotation {
  const { name, row } = variable;
  const { settings, open, variables } = surroundings;
  const receipt = settings.receipts[name];
  const entry = open.find((one) => one.name === name);
  const resumed = entry !== undefined || receipt?.overlap === true;
  const generation = receipt?.generation ?? 1;
  const along = [...variables.keys()].filter((other) => leaderOf(other, settings, variables) === name);
  const redeploys = [...new Set([name, ...along].flatMap((each) => variables.get(each)?.row.usedBy ?? []))].filter(
    (surface) => isPresent(settings, surface),
  );
  return {
    name,
    class: row.rotation ?? "byHand",
    source: sourceOf(variable),
    redeploys,
    along,
    resumed,
    toGeneration: entry?.toGeneration ?? (receipt?.overlap ? generation : generation + 1),
    ...wayOf(variable, asked.handed.has(name) || entry?.way === "swap", surroundings),
  };
}

function sourceOf({ source }: Variable): PlannedRotation["source"] {
  return source === "generated" || source === "provisioned" ? source : "given";
}

type Way = Pick<PlannedRotation, "way" | "overlap" | "window" | "steps">;

const NO_WINDOW = "none";

function wayOf(variable: Variable, isHanded: boolean, surroundings: RotationSurroundings): Way {
  const { name, row, source } = variable;
  const { fromFile, stack } = surroundings;
  if (fromFile.has(name))
    return refused([
      `It comes from a file, which wins over what is stored. Run: mais env import FILE --stack ${stack}`,
    ]);
  if (row.rotation === "dataBound") return refused(DATA_BOUND);
  if (row.rotation === "pair") return both(`the application accepts ${previousName(name)} too`);
  if (source !== "provisioned") return byHand(variable, isHanded, surroundings);
  if (row.rotation === "twoObjects" && name === "SUPABASE_SECRET_KEY")
    return swap("both keys work until the update ends, which deletes the old one");
  if (row.rotation === "twoObjects") return both("two endpoints deliver, each with its own secret");
  if (row.rotation === "twoPrincipals") return both("two users of the same rights, of which one is idle");
  if (row.rotation === "none") return { way: "window", overlap: "none", window: WINDOW, steps: [] };
  return byHand(variable, isHanded, surroundings);
}

const WINDOW = "from the new value to the last consumer's deploy, measured";

const DATA_BOUND = [
  "What it encrypted can be read with it alone, so a new key needs the data encrypted again, with both keys at hand,",
  "and a backup that was proven to restore. This command does not do that; the key stays as it is.",
];

function both(overlap: string): Way {
  return { way: "both", overlap, window: NO_WINDOW, steps: [] };
}

function swap(overlap: string): Way {
  return { way: "swap", overlap, window: NO_WINDOW, steps: [] };
}

function refused(steps: string[]): Way {
  return { way: "refused", overlap: "-", window: "-", steps };
}

/** A person makes the value; where the stack holds it, this command puts it in place. */
function byHand({ name, row, source }: Variable, isHanded: boolean, { stack }: RotationSurroundings): Way {
  const overlap = "both, until you end the old one";
  if (source === "provisioned")
    return {
      way: "waits",
      overlap,
      window: NO_WINDOW,
      steps: [
        `Make a new one: ${row.getIt}. Do not remove the old one yet.`,
        `Take it up: mais pulumi refresh --stack ${stack}, then mais up --stack ${stack}`,
        "Remove the old one where you made the new one.",
      ],
    };
  if (isHanded) return { ...swap(overlap), steps: [`Then end the old one: ${row.getIt}`] };
  return {
    way: "waits",
    overlap,
    window: NO_WINDOW,
    steps: [
      `Make a new one: ${row.getIt}. Do not end the old one yet.`,
      `Hand it over: mais secrets rotate ${name} --stack ${stack} --from-file FILE (or - for standard input)`,
      "End the old one when this command says so.",
    ],
  };
}
