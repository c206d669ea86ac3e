import type { Found, ResourceDefinition } from "@mais/provider-kit";
import { type Intent, isOurs } from "@mais/provider-kit/plugin";
import { decryptedValues, type PendingOperation, type StateResource } from "../engine/stack-state.ts";
import { type NamedResource, namedResource } from "./engine-events.ts";
import type { Vendors } from "./vendors.ts";

/** What an interrupted run left open for one resource. */
export interface OpenCase {
  urn: string;
  type: string;
  /** Operations that the engine began and never saw end. */
  operations: PendingOperation[];
  /** The journal's entry of a create. */
  entry: Intent | undefined;
  /** The object that state has under this name. */
  known: StateResource | undefined;
}

/**
 * `settled`: nothing is open any more. `adopt`: the object is provably ours, and the next up takes it. `absent`: nothing was
 * made, or it is gone. `foreign`: what bears the name is not ours. `unclear`: it stays open, and a person must look.
 */
export type Verdict = "settled" | "adopt" | "absent" | "foreign" | "unclear";

export interface Finding extends NamedResource {
  /** `creating`, `deleting`, … as the engine calls it; `journal` where only an entry is open. */
  open: string[];
  verdict: Verdict;
  /** What the vendor has, in words. */
  vendorHas: string;
  /** What that means, and what is done. */
  meaning: string;
  /** What to do next, where the next up does not do it by itself. */
  next: string | undefined;
  /** Cleared by a repair. */
  drops: { operations: boolean; entry: boolean };
}

export interface Evidence {
  vendors: Pick<Vendors, "definition" | "find" | "exists">;
  stack: string;
  /** Inputs that the program gives now, where the state tells none. Undefined when it does not have the resource. */
  programInputs(urn: string): Promise<Record<string, unknown> | undefined>;
}

type Judgement = Omit<Finding, keyof NamedResource | "open">;

export async function judgeCase(open: OpenCase, evidence: Evidence): Promise<Finding> {
  const kinds = [...open.operations.map(({ type }) => type), ...(open.entry ? ["journal"] : [])];
  const named = { ...namedResource(open), open: kinds };
  try {
    const judgement = await judge(open, evidence);
    const { operations, entry } = judgement.drops;
    const drops = { operations: operations && open.operations.length > 0, entry: entry && open.entry !== undefined };
    return { ...named, ...judgement, drops };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const meaning = "it stays open; the next up looks it up by itself";
    return { ...named, ...unclear(`cannot be asked: ${reason}`, meaning, "Mend the cause, then repair again.") };
  }
}

async function judge(open: OpenCase, evidence: Evidence): Promise<Judgement> {
  if (open.type.startsWith("pulumi:") || open.operations.some(({ resource }) => resource.custom === false))
    return closing("settled", "nothing: it groups or configures, and lives in the state alone", "nothing was written");
  const definition = await evidence.vendors.definition(open.type);
  if (!definition) {
    const next = `Look at it yourself, then: mais pulumi refresh --clear-pending-creates --stack ${evidence.stack}`;
    return unclear("unknown: it is no resource of this project's providers", "it stays open", next);
  }
  const change = open.operations.find(({ type }) => type !== "creating");
  if (change) return await judgeChange(change, definition, { open, evidence });
  if (open.entry?.id !== undefined && open.entry.id === open.known?.id)
    return closing("settled", `the object that state knows (${open.known.id})`, "it arrived in state; nothing is open");
  return await judgeCreate(open, definition, evidence);
}

/** An update, deletion or read: state still has the object as it was before. */
async function judgeChange(
  { resource, type }: PendingOperation,
  definition: ResourceDefinition,
  { open, evidence }: { open: OpenCase; evidence: Evidence },
): Promise<Judgement> {
  const id = resource.id ?? open.known?.id;
  const entry = open.entry !== undefined && open.entry.id === open.known?.id;
  if (id === undefined || type === "importing" || type === "reading")
    return {
      ...closing("settled", "not asked: it was only read", "nothing was written"),
      drops: { operations: true, entry },
    };
  const before = open.known ?? resource;
  const { properties: inputs } = decryptedValues(before.inputs);
  const { properties: outputs } = decryptedValues(before.outputs);
  const isThere = await evidence.vendors.exists({ urn: open.urn, definition, inputs }, id, outputs);
  const drops = { operations: true, entry };
  if (!isThere) {
    const meaning = type === "deleting" ? "the deletion was done" : "it was deleted outside of this stack";
    const next = `mais pulumi refresh --stack ${evidence.stack}`;
    return { ...closing("absent", `no object ${id}`, `${meaning}; a refresh takes it out of state`, next), drops };
  }
  const meaning =
    type === "deleting"
      ? "it was not deleted; a run that still wants it gone deletes it again"
      : "state has it as it was before; the next up writes what differs";
  return { ...closing("settled", `the object ${id}`, meaning), drops };
}

async function judgeCreate(open: OpenCase, definition: ResourceDefinition, evidence: Evidence): Promise<Judgement> {
  const { urn, entry, known } = open;
  if (!definition.find)
    return closing("absent", "not asked: this kind has no name to look up", "making it again is safe");
  const inputs = await inputsOf(open, evidence);
  if (!inputs) return await judgeForgotten(open, definition, evidence);
  const all = (await evidence.vendors.find({ urn, definition, inputs, interrupted: entry })) ?? [];
  // The object of a replacement's old half is in state, and no result of this create.
  const found = all.filter(({ id }) => id !== known?.id);
  if (entry?.id !== undefined && !found.some(({ id }) => id === entry.id))
    return await judgeById(open, definition, evidence, found);
  const ours = found.filter((object) => isOurs(object, entry));
  const seen = found.map(({ id, label }) => `"${label}" (${id})`).join(", ");
  if (found.length === 0) return closing("absent", "nothing by that name", "nothing was made; the next up makes it");
  if (ours.length === 0) return foreign(open, found, seen);
  if (found.length > 1) {
    const meaning = "one of them is ours, but not every one; nothing is touched";
    return unclear(seen, meaning, "Remove or rename what is not wanted, then repair again.");
  }
  const taken = definition.shownOnce ? "deletes it and makes it anew: it shows a secret only once" : "adopts it";
  return {
    ...{
      verdict: "adopt",
      vendorHas: seen,
      meaning: `provably made by this stack; the next up ${taken}`,
      next: undefined,
    },
    drops: { operations: true, entry: false },
  };
}

/** The vendor answered with an id, and nothing bears the name now: deleted, or renamed by hand. */
async function judgeById(
  { urn, type, entry }: OpenCase,
  definition: ResourceDefinition,
  { vendors, stack }: Evidence,
  others: readonly Found[],
): Promise<Judgement> {
  const id = entry?.id ?? "";
  if (!(await vendors.exists({ urn, definition, inputs: {} }, id))) {
    const rest =
      others.length > 0 ? `; the name is borne by ${others.map((one) => one.id).join(", ")}, which is not ours` : "";
    return closing("absent", `no object ${id} any more${rest}`, "it was made and deleted since; the next up makes it");
  }
  const next = `mais import ${type} ${urn.split("::").at(-1)} ${id} --stack ${stack} — or delete it there`;
  return unclear(`${id}, under another name by now`, "made by this stack and renamed since; nothing is touched", next);
}

/** The program has no such resource any more, so nobody can tell by what to look it up. */
async function judgeForgotten(open: OpenCase, definition: ResourceDefinition, evidence: Evidence): Promise<Judgement> {
  if (open.entry?.id !== undefined) return await judgeById(open, definition, evidence, []);
  const label = open.entry?.label ?? "";
  const meaning = "the program does not have this resource, so it cannot be looked up; the entry stays";
  return unclear(
    `not asked for "${label}"`,
    meaning,
    "Look for it there; put the resource back into the program, or delete it.",
  );
}

/** What the create was asked for: from the engine's own record, else from the program. */
async function inputsOf(
  { urn, operations }: OpenCase,
  evidence: Evidence,
): Promise<Record<string, unknown> | undefined> {
  const [operation] = operations;
  return operation ? decryptedValues(operation.resource.inputs).properties : await evidence.programInputs(urn);
}

function foreign({ type, urn }: OpenCase, found: readonly Found[], seen: string): Judgement {
  const id = found.length === 1 ? found[0]?.id : "ID";
  const meaning = "nothing shows that this stack made it, so it is not touched, and the next up refuses the name";
  const next = `Manage it: mais import ${type} ${urn.split("::").at(-1)} ${id} — or give this resource another name`;
  return closing("foreign", seen, meaning, next);
}

function closing(verdict: Verdict, vendorHas: string, meaning: string, next?: string): Judgement {
  return { verdict, vendorHas, meaning, next, drops: { operations: true, entry: true } };
}

function unclear(vendorHas: string, meaning: string, next: string): Judgement {
  return { verdict: "unclear", vendorHas, meaning, next, drops: { operations: false, entry: false } };
}
