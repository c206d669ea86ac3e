import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Intent, Journal, parseUrn } from "@mais/provider-kit/plugin";
import { journalFolder } from "../../packages/plugin-host/journal-folder.ts";
import { waitForSurvivors } from "../../packages/plugin-host/survivors.ts";
import { openSession, type Session } from "../engine/session.ts";
import { exportState, importState, pendingOf, resourcesOf, type StackState } from "../engine/stack-state.ts";
import { UserError } from "../user-error.ts";
import type { Place } from "./place.ts";
import { plannedResources } from "./planned-resources.ts";
import { type Finding, judgeCase, type OpenCase } from "./repair-findings.ts";
import { findLocks } from "./unlock.ts";
import { Vendors } from "./vendors.ts";

export interface Repair {
  stack: string;
  target: "sandbox" | "live";
  findings: Finding[];
  /** Clears what is settled. Changes nothing at a vendor. */
  apply(): Promise<void>;
}

/** Finds out what interrupted runs left open on a stack, and what became of it. Changes nothing. */
export async function planRepair(stack: string, place: Place): Promise<Repair> {
  await refuseLocked(stack, place);
  const session = await openSession({ ...place, stack });
  const { root } = place;
  const runs = session.env.MAIS_RUN_DIR ?? join(root, ".mais", "run");
  // What a killed engine's providers still had under way must be over before anything is looked up.
  if (existsSync(runs)) await waitForSurvivors(runs, "");
  const state = await exportState(session, { showSecrets: true });
  const journal = new Journal(journalFolder(session.env, root));
  const { project } = session;
  const name = project.stack.split("/").at(-1) ?? project.stack;
  const cases = openCases(
    state,
    journal.all().filter(({ urn }) => parseUrn(urn).stack === name),
  );
  const planned = plannedResources(session, place);
  const evidence = {
    vendors: new Vendors({ env: session.env, root, state }),
    stack: project.stack,
    programInputs: async (urn: string) => (await planned()).find((one) => one.urn === urn)?.inputs,
  };
  const findings: Finding[] = [];
  // One after the other: vendors limit rates, and few cases are ever open.
  for (const open of cases) findings.push(await judgeCase(open, evidence));
  keepOperationsTogether(findings);
  const apply = async () => {
    await clearOperations(session, state, findings);
    for (const { urn, drops } of findings) if (drops.entry) journal.drop(urn);
  };
  return { stack: project.stack, target: project.target, findings, apply };
}

async function refuseLocked(stack: string, place: Place): Promise<void> {
  const { locks = [] } = await findLocks(stack, place);
  const [lock] = locks;
  if (!lock) return;
  throw new UserError(`Stack ${stack} is locked by ${lock.name} (process ${lock.pid}) since ${lock.timestamp}.`, {
    advice: `Nothing was changed. See whether that run is over: mais ${place.sandbox ? "--sandbox " : ""}unlock --stack ${stack}`,
  });
}

function openCases(state: StackState, entries: readonly Intent[]): OpenCase[] {
  const operations = pendingOf(state);
  const urns = new Set([...operations.map(({ resource }) => resource.urn), ...entries.map(({ urn }) => urn)]);
  return [...urns].map((urn) => ({
    urn,
    type: parseUrn(urn).type,
    operations: operations.filter(({ resource }) => resource.urn === urn),
    entry: entries.find((entry) => entry.urn === urn),
    known: resourcesOf(state).find((resource) => resource.urn === urn && !resource.delete),
  }));
}

/** The engine can only take all pending operations off its list: one that is unclear keeps the others there. */
function keepOperationsTogether(findings: readonly Finding[]): void {
  const isKept = ({ open, drops }: Finding) => open.some((what) => what !== "journal") && !drops.operations;
  if (!findings.some(isKept)) return;
  for (const { drops } of findings) drops.operations = false;
}

/** Takes the pending operations out of the state, and leaves all else as it is. */
async function clearOperations(session: Session, judged: StackState, findings: readonly Finding[]): Promise<void> {
  if (!findings.some(({ drops }) => drops.operations)) return;
  // Its secrets are encrypted, so that it may be written to a file.
  const state = await exportState(session, { showSecrets: false });
  if (!state.deployment || !isDeepStrictEqual(outline(state), outline(judged)))
    throw new UserError("Somebody else changed the stack's state meanwhile, so it was left alone.", {
      advice: "Run the same command again.",
    });
  await importState(session, { ...state, deployment: { ...state.deployment, pending_operations: [] } });
}

function outline(state: StackState): unknown {
  return [
    resourcesOf(state).map(({ urn, id }) => [urn, id]),
    pendingOf(state).map(({ resource, type }) => [resource.urn, type]),
  ];
}
