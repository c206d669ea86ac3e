import { createHash } from "node:crypto";
import { type FaultInput, FaultSpec } from "./fault-spec.ts";

/** A call as faults see it. */
export interface Target {
  vendor: string;
  method: string;
  path: string;
  /** The sandbox's time. */
  now: Date;
}

/** One call that was hit. */
export interface Hit extends Omit<Target, "now"> {
  /** Which of the matching calls it was, counted from 1. */
  call: number;
}

/** A fault that was added, with what became of it. */
export interface FaultRecord {
  id: number;
  spec: FaultSpec;
  /** Calls that it was meant for. */
  matched: number;
  /** Calls that it really hit. */
  fired: number;
  /** The newest of them. */
  hits: Hit[];
  /** When it is over, on the sandbox's clock; known from the first hit on, where it lasts some `seconds`. */
  endsAt?: Date;
}

const REMEMBERED_HITS = 100;

/** The faults that wait for calls. They live in memory alone: a sandbox that starts anew works as it should. */
export class Faults {
  readonly #records = new Map<number, FaultRecord>();
  #next = 1;

  /** Throws a `ZodError` that names what is wrong with it. */
  add(input: FaultInput): FaultRecord {
    const record: FaultRecord = { id: this.#next++, spec: FaultSpec.parse(input), matched: 0, fired: 0, hits: [] };
    this.#records.set(record.id, record);
    return record;
  }

  list(): FaultRecord[] {
    return [...this.#records.values()];
  }

  /** Answers whether there was one. */
  remove(id: number): boolean {
    return this.#records.delete(id);
  }

  clear(): void {
    this.#records.clear();
  }

  /** How many calls were hit by what is listed. */
  get fired(): number {
    return this.list().reduce((sum, { fired }) => sum + fired, 0);
  }

  /** Counts the call with every fault that it matches; the first of those that is due hits it. */
  hit({ now, ...target }: Target): FaultSpec | undefined {
    const matching = this.list().filter(({ spec }) => matches(spec, target));
    for (const record of matching) record.matched += 1;
    const due = matching.find((record) => isDue(record, now));
    if (!due) return undefined;
    const { seconds } = due.spec;
    if (seconds !== undefined) due.endsAt ??= new Date(now.getTime() + seconds * 1000);
    due.fired += 1;
    due.hits.push({ ...target, call: due.matched });
    if (due.hits.length > REMEMBERED_HITS) due.hits.shift();
    return due.spec;
  }
}

function isDue({ spec, matched, fired, endsAt }: FaultRecord, now: Date): boolean {
  const { nth, probability, seed, seconds } = spec;
  const { times = probability === undefined && seconds === undefined ? 1 : Number.POSITIVE_INFINITY } = spec;
  if (matched < nth || fired >= times || (endsAt && now >= endsAt)) return false;
  return probability === undefined || draw(`${seed}/${matched}`) < probability;
}

/** From 0 to 1, the same for the same text. */
function draw(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
}

function matches({ vendor, method, path }: FaultSpec, target: Omit<Target, "now">): boolean {
  if (vendor !== undefined && vendor !== target.vendor) return false;
  if (method !== undefined && method !== target.method) return false;
  return path === undefined || fits(path, target.path);
}

function fits(pattern: string, path: string): boolean {
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(path);
}
