import { agree, answerAt, writtenAsLive } from "./api-object-answer.ts";
import type { ApiObjectInputs, ApiObjectOutputs } from "./api-object-inputs.ts";
import { fillPath, fillQuery, fillText, type RawApi, type Values } from "./api-object-request.ts";
import type { Call, FindCall, Found } from "./define-resource.ts";
import { orAbsent, Refused } from "./errors.ts";

/** What is particular to one vendor. */
export interface ApiObjectOptions {
  /** `Render`, for messages. */
  title: string;
  /** Whether an answer is only the first page of a list: nothing is concluded from such a one. */
  isPartial?(answer: unknown, query: Readonly<Record<string, string>>): boolean;
  /** A repeated create under the same idempotency key makes nothing new for so long. */
  replaysForMs?: number;
}

/** What a look goes by. */
export type Looking = Pick<ApiObjectInputs, "read" | "params"> & {
  written: Record<string, unknown>;
  call: Call;
  /** What earlier answers showed: a value that is shown once stays. */
  before?: Partial<ApiObjectOutputs> | undefined;
};

/** The object as it is; undefined when it is gone. */
export async function look(api: RawApi, id: string, { read, params, written, call, before }: Looking) {
  const values: Values = { ...params, id };
  const request = { query: fillQuery(read, values), signal: call.signal };
  const answer = await orAbsent(api.request("GET", fillPath(read, values), request).then((found) => ({ found })));
  if (!answer) return undefined;
  const object = answerAt(answer.found, read.at);
  if (object === null || typeof object !== "object")
    throw new Refused(
      `the answer to GET ${read.path} has no object${read.at ? ` at "${read.at}"` : ""}: correct read.at`,
    );
  return { body: writtenAsLive(written, object, read.unseen), ...shown(object, read, before) };
}

/** For what was just written, and so must be there. */
export async function lookSurely(api: RawApi, id: string, looking: Looking) {
  const live = await look(api, id, looking);
  if (live) return live;
  throw new Refused(`${id} is not there at ${looking.read.path} after it was written: correct read.path, or idPath`);
}

/** The chosen parts of an answer, over those that earlier ones showed. */
export function shown(
  object: unknown,
  { outputs, secretOutputs }: ApiObjectInputs["read"],
  before: Partial<ApiObjectOutputs> = {},
): ApiObjectOutputs {
  const picked = (places: readonly string[] = [], known: Record<string, unknown> = {}) => {
    const values = places.map((at) => [at, answerAt(object, at) ?? known[at]] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
  };
  return {
    response: picked(outputs, before.response),
    secretResponse: picked(secretOutputs, before.secretResponse),
  };
}

/** One call and the vendor it goes to. */
export interface Making<C> {
  call: C;
  options: ApiObjectOptions;
}

/** Objects that are there already, by the program's own rule. */
export async function find(
  api: RawApi,
  wanted: ApiObjectInputs,
  { call, options }: Making<FindCall>,
): Promise<Found[] | undefined> {
  const { find: finding, create: making, params = {}, existing } = wanted;
  if (existing !== undefined) return [];
  const made = call.interrupted?.id;
  if (made !== undefined && (await orAbsent(look(api, made, { ...wanted, written: {}, call }))))
    return [{ id: made, label: making.path }];
  if (!finding) return made === undefined ? unfound(wanted, { call, options }) : [];
  const request = { query: fillQuery(finding, params), signal: call.signal };
  const answer = await orAbsent(api.request("GET", fillPath(finding, params), request));
  const list = [answerAt(answer, finding.at) ?? []].flat();
  const ours = list.filter((one) => Object.entries(finding.match).every(([at, value]) => says(one, at, value)));
  if (ours.length === 0 && options.isPartial?.(answer, request.query ?? {}))
    throw new Refused(
      `${options.title} answered GET ${finding.path} with one page of a longer list, so nothing shows whether the object is there. Narrow the list, or ask for longer pages, in find.query`,
    );
  return ours.map((one) => ({ id: idIn(one, wanted, finding.idPath), label: labelOf(finding.match) }));
}

function says(element: unknown, at: string, value: string | number | boolean): boolean {
  const found = answerAt(element, at);
  return found !== undefined && found !== null && agree(value, found);
}

/** Nothing can be looked up: a first create goes ahead, an interrupted one only where repeating it makes nothing new. */
function unfound({ create: making, read }: ApiObjectInputs, { call, options }: Making<FindCall>): undefined {
  const { interrupted } = call;
  const isRepeatable = making.id !== undefined && making.method === "PUT";
  if (!interrupted || isRepeatable || Date.now() - interrupted.startedAt < (options.replaysForMs ?? 0)) return;
  throw new Refused(
    `an earlier run was interrupted while ${options.title} made this object (${making.method} ${making.path}), and nothing here tells how to look it up, so no second one is made. ` +
      `Look for it at ${options.title}. If it is there, set existing to its id; if not, add find (such as { path: ${JSON.stringify(read.path.replace(/\/\{id\}.*$/, ""))}, match: { name: "…" } }) so that this is seen`,
  );
}

function labelOf(match: Record<string, unknown>): string {
  return Object.values(match).map(String).join(", ");
}

export function idIn(
  answer: unknown,
  { create: making, params = {} }: ApiObjectInputs,
  idPath = making.idPath ?? "id",
): string {
  if (making.id !== undefined) return fillText(making.id, params);
  const id = answerAt(answer, idPath);
  if ((typeof id === "string" && id !== "") || typeof id === "number") return String(id);
  const keys = answer !== null && typeof answer === "object" ? Object.keys(answer).join(", ") : "";
  throw new Refused(
    `the answer has no id at "${idPath}" (it has: ${keys || "no fields"}). Say in idPath where the id stands`,
  );
}
