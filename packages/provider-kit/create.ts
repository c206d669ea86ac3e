import type { Call, CreateCall, Found, ResourceDefinition } from "./define-resource.ts";
import { changedInputs } from "./diff.ts";
import { ApiError, PartialFailure, Refused, Unsettled } from "./errors.ts";
import type { Intent, Journal } from "./journal.ts";
import { messageIn } from "./stopping.ts";
import { parseUrn } from "./urn.ts";
import type { PropertyMap } from "./values.ts";

/** Vendors' clocks and ours may differ by this much; an older object is never taken for ours. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Stands among the recorded ids when nobody could look: any object may have been there before. */
const UNSEEN = "*";

type Made = { id: string } & PropertyMap;

/**
 * Makes the object, once: looks the natural key up first, adopts exactly one object that is provably the result of an
 * interrupted create of ours, and refuses any other that bears the key.
 */
export async function createOnce(
  definition: ResourceDefinition,
  api: unknown,
  inputs: PropertyMap,
  call: Omit<CreateCall, "nonce">,
  journal: Journal,
): Promise<Made> {
  if (!definition.find) return make(definition, api, inputs, { ...call, nonce: newNonce() });
  const open = journal.find(call.urn);
  const looked = await definition.find(api, inputs as never, { ...call, interrupted: open });
  const found = looked ?? [];
  const ours = found.filter((object) => isOurs(object, open));
  if (found.length > 0 && !(found.length === 1 && ours.length === 1))
    throw new Refused(refusal(definition, found, call.urn));
  const [orphan] = ours;
  if (orphan && open && !definition.shownOnce) return adopt(definition, api, orphan, inputs, call, journal, open);
  if (orphan) await definition.delete(api, orphan.id, { ...call, inputs: inputs as never, outputs: {} });
  const intent = journal.start(
    call.urn,
    label(inputs),
    looked ? found.map(({ id }) => id) : [UNSEEN],
    orphan ? undefined : open,
  );
  try {
    const made = await make(definition, api, inputs, { ...call, nonce: intent.nonce });
    journal.write({ ...intent, id: made.id });
    return made;
  } catch (error) {
    if (error instanceof PartialFailure) journal.write({ ...intent, id: error.id });
    else if (isOpen(error)) throw leftOpen(error, intent, call);
    else if (wasRefused(error) && !open && (await isNothingThere({ definition, api, inputs, call, intent, error })))
      journal.drop(call.urn);
    throw error;
  }
}

/** A refusal of our own says by itself what is the matter. */
function isOpen(error: unknown): boolean {
  return error instanceof Unsettled || !(error instanceof Refused || wasRefused(error));
}

/** Nobody knows what became of it until the next run looks. */
function leftOpen(error: unknown, { label: key }: Intent, { signal }: Call): Refused {
  const object = key ? `"${key}"` : "it";
  return new Refused(
    `${messageIn(error, signal)}. Whether it was made is open: run the same command again, which looks for ${object} first`,
    { cause: error },
  );
}

async function make(
  definition: ResourceDefinition,
  api: unknown,
  inputs: PropertyMap,
  call: CreateCall,
): Promise<Made> {
  return (await definition.create(api, inputs as never, call)) as Made;
}

function newNonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/** The proof that an object is the result of an interrupted create of ours. */
export function isOurs(object: Found, open: Intent | undefined): boolean {
  if (!open) return false;
  if (object.nonce !== undefined) return object.nonce === open.nonce;
  const notOlder = object.createdAt === undefined || object.createdAt >= open.startedAt - CLOCK_TOLERANCE_MS;
  if (object.id === open.id) return notOlder;
  return notOlder && !open.existing.includes(object.id) && !open.existing.includes(UNSEEN);
}

async function adopt(
  definition: ResourceDefinition,
  api: unknown,
  orphan: Found,
  inputs: PropertyMap,
  call: Omit<CreateCall, "nonce">,
  journal: Journal,
  open: Intent,
): Promise<Made> {
  const live = (await definition.read(api, orphan.id, { ...call, inputs: inputs as never, outputs: {} })) as
    | PropertyMap
    | undefined;
  if (!live) throw new Refused(`${orphan.label} vanished while it was being adopted. Run the same command again.`);
  const id = typeof live.id === "string" ? live.id : orphan.id;
  journal.write({ ...open, id });
  call.warn(`Adopted ${orphan.label} (${id}), made by an interrupted run.`);
  if (!definition.update) return { ...live, id };
  // Also where nothing differs: what follows the create call may be missing, and only the resource knows.
  const changed = changedInputs(definition, live, { ...live, ...inputs });
  const update = { ...call, olds: live as never, outputs: live as never, changed };
  return { ...live, ...(await definition.update(api, id, inputs as never, update)), id };
}

interface RefusedCreate {
  definition: ResourceDefinition;
  api: unknown;
  inputs: PropertyMap;
  call: Call;
  intent: Intent;
  error: ApiError;
}

/**
 * The refusal may have met a later step of the create, such as a look at what was just made: then the entry stays, and
 * the next run takes the object up. A conflict says that somebody else was faster.
 */
async function isNothingThere({ definition, api, inputs, call, intent, error }: RefusedCreate): Promise<boolean> {
  if (error.status === 409) return true;
  try {
    const found = (await definition.find?.(api, inputs as never, call)) ?? [];
    return found.every(({ id }) => intent.existing.includes(id));
  } catch {
    return false;
  }
}

/** A 4xx answer means that nothing was made by that request; time-outs and 5xx leave it open. */
function wasRefused(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408;
}

function label(inputs: PropertyMap): string {
  return String(inputs.name ?? inputs.domain ?? inputs.url ?? "");
}

function refusal(definition: ResourceDefinition, found: readonly Found[], urn: string): string {
  const { name, stack } = parseUrn(urn);
  const objects = found.map(({ label: text, id }) => `"${text}" (${id})`).join(", ");
  const importId = found.length === 1 ? found[0]?.id : "ID";
  return (
    `${objects} already exists and was not made by this stack, so nothing was touched. ` +
    `Manage it with: mais import ${definition.token} ${name} ${importId} --stack ${stack} — or give this resource another name`
  );
}
