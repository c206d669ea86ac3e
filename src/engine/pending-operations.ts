import type { Session } from "./session.ts";
import {
  exportState,
  importState,
  type PendingOperation,
  pendingOf,
  resourcesOf,
  type StackState,
} from "./stack-state.ts";

/**
 * After an `up` that succeeded: takes the operations off the state's list that the `up` has repeated. The engine itself
 * keeps them for ever, and warns at each run. A create stays on the list while its resource is not in the state: then
 * nobody knows yet what became of it. Answers what was taken off, and what is still open.
 */
export async function clearSettledOperations(session: Session): Promise<SplitOperations> {
  const state = await exportState(session, { showSecrets: false });
  const split = splitPending(state);
  // The engine can only empty its list: while one is open, the others stay on it.
  if (split.open.length > 0) return { settled: [], open: pendingOf(state) };
  if (split.settled.length > 0)
    await importState(session, { ...state, deployment: { ...state.deployment, pending_operations: [] } });
  return split;
}

export interface SplitOperations {
  settled: PendingOperation[];
  open: PendingOperation[];
}

export function splitPending(state: StackState): SplitOperations {
  const known = new Set(resourcesOf(state).flatMap(({ urn, id, custom }) => (id || custom === false ? [urn] : [])));
  const isSettled = ({ type, resource }: PendingOperation) => type !== "creating" || known.has(resource.urn);
  const pending = pendingOf(state);
  return { settled: pending.filter(isSettled), open: pending.filter((operation) => !isSettled(operation)) };
}
