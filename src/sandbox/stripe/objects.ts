import { z } from "zod";
import type { Call, Reply } from "../emulator.ts";
import type { Collection } from "../store.ts";
import { readForm } from "./form.ts";
import { integer, readParameters } from "./parameters.ts";
import { invalid, refuse } from "./refusals.ts";

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** What every Stripe object has. */
export interface StripeObject {
  id: string;
  created: number;
  livemode: boolean;
}

/** One mode's part of the store; a call has both. */
export type Mode = Pick<Call, "identity" | "store">;

/** A kind's objects in the mode of the caller's key: live and test objects never see each other. */
export class Objects<T extends StripeObject> {
  readonly #call: Mode;
  readonly #kind: string;

  constructor(call: Mode, kind: string) {
    this.#call = call;
    this.#kind = kind;
  }

  find(id: string): T | undefined {
    return this.#collection(this.#call.identity).get(key(id));
  }

  /** Throws Stripe's 404, which names the other mode when the object is there. */
  get(id: string, word: string): T {
    const object = this.find(id);
    if (object) return object;
    const [mine, other] = this.#call.identity === "live" ? ["live", "test"] : ["test", "live"];
    const hint = this.#collection(other).get(key(id))
      ? `; a similar object exists in ${other} mode, but a ${mine} mode key was used to make this request.`
      : "";
    throw refuse(404, { code: "resource_missing", message: `No such ${word}: '${id}'${hint}`, param: "id" });
  }

  add(object: T): T {
    return this.#collection(this.#call.identity).set(key(object.id), object);
  }

  remove(id: string): void {
    this.#collection(this.#call.identity).delete(key(id));
  }

  newestFirst(): T[] {
    return this.#collection(this.#call.identity).list().reverse();
  }

  #collection(mode: string): Collection<T> {
    return this.#call.store.collection<T>(`${mode}/${this.#kind}`);
  }
}

/** A caller-chosen id may look like a number, and JavaScript would sort such keys to the front. */
function key(id: string): string {
  return `:${id}`;
}

export function newId({ world }: Pick<Call, "world">, prefix: string, length = 24): string {
  return `${prefix}_${world.ids.text(length, ALPHANUMERIC)}`;
}

/** Stripe counts in whole seconds since 1970. */
export function seconds(now: Date): number {
  return Math.floor(now.getTime() / 1000);
}

export function queryOf(call: Call): unknown {
  return readForm(call.query);
}

export const paging = {
  limit: integer.optional(),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
};

/** `created=…` or `created[gte]=…` and the like. */
export const created = z
  .preprocess(
    (value) => (typeof value === "string" ? { gte: value, lte: value } : { ...Object(value) }),
    z.strictObject({
      gt: integer.optional(),
      gte: integer.optional(),
      lt: integer.optional(),
      lte: integer.optional(),
    }),
  )
  .optional();

export function isWithin(at: number, range: z.output<typeof created>): boolean {
  const { gt = -1, gte = 0, lt = Number.MAX_SAFE_INTEGER, lte = Number.MAX_SAFE_INTEGER } = range ?? {};
  return at > gt && at >= gte && at < lt && at <= lte;
}

/** Answers one page, newest first. https://docs.stripe.com/api/pagination */
export function answerPage<T extends StripeObject>(call: Call, objects: T[], show: (object: T) => unknown): Reply {
  const { limit = 10, starting_after: after, ending_before: before } = readPaging(call);
  if (limit < 1 || limit > 100)
    throw invalid("limit", "Invalid limit: must be between 1 and 100.", "parameter_invalid_integer");
  const start = after === undefined ? 0 : positionOf(objects, after, "starting_after") + 1;
  const end = before === undefined ? objects.length : positionOf(objects, before, "ending_before");
  const from = before === undefined ? start : Math.max(start, end - limit);
  const page = objects.slice(from, Math.min(end, from + limit));
  const more = before === undefined ? from + page.length < end : from > start;
  return { status: 200, json: { object: "list", data: page.map(show), has_more: more, url: call.path } };
}

function readPaging(call: Call) {
  const { limit, starting_after, ending_before } = readForm(call.query);
  const given = Object.entries({ limit, starting_after, ending_before }).filter(([, value]) => value !== undefined);
  return readParameters(paging, Object.fromEntries(given));
}

function positionOf(objects: StripeObject[], id: string, param: string): number {
  const at = objects.findIndex((object) => object.id === id);
  if (at < 0) throw refuse(400, { code: "resource_missing", message: `No such object: '${id}'`, param });
  return at;
}

/** Refuses to expand what cannot be; a list's properties are asked for as `data.…`. */
export function expansions(
  given: readonly string[] | undefined,
  possible: readonly string[],
  inList = false,
): Set<string> {
  const names = (given ?? []).map((name) => (inList && name.startsWith("data.") ? name.slice(5) : name));
  const wrong = names.find((name) => !possible.includes(name));
  if (wrong !== undefined) throw invalid("expand", `This property cannot be expanded (${wrong}).`);
  return new Set(names);
}
