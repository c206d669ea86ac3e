import { clearSettledOperations } from "../engine/pending-operations.ts";
import { runEngine } from "../engine/run-engine.ts";
import { openSession, type Session } from "../engine/session.ts";
import { parseEngineEvent } from "./engine-events.ts";
import type { Place } from "./place.ts";
import { type ResourceStep, type UpResult, UpRun } from "./up-run.ts";

/**
 * Brings a stack up, without asking. A lock whose holder has provably ended is removed first, and what an interrupted run
 * left pending is taken off the state's list once it is settled. Throws when anything fails.
 */
export async function up(stack: string, place: Place): Promise<UpResult> {
  await removeDeadLocks(stack, place);
  const session = await openSession({ ...place, stack });
  const { project } = session;
  const where = project.target === "sandbox" ? "the sandbox" : "LIVE";
  const run = new UpRun();
  await place.progress.step(`Updating stack ${project.stack} on ${where}`, async (update) => {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--json"];
    const result = await runEngine(session, args, (line) => {
      const event = parseEngineEvent(line);
      if (!event) return;
      run.take(event, (text) => place.progress.line(`  ${text}`));
      update(run.inFlight());
    });
    // Thrown within the step, so that it is shown as failed.
    if (result.code !== 0) throw run.failure(project.stack, result.code, result.stderr);
  });
  const result = run.result();
  // The engine's warning of pending operations is the only sign that there are any; a state need not be read without it.
  const isPending = (warning: string) => warning.includes("pending operations from previous deployment");
  if (result.warnings.some(isPending) && (await clearPending(session, place)))
    result.warnings = result.warnings.filter((warning) => !isPending(warning));
  return { stack: project.stack, target: project.target, ...result };
}

async function removeDeadLocks(stack: string, place: Place): Promise<void> {
  const { findLocks, removeLocks } = await import("./unlock.ts");
  const { locks = [] } = await findLocks(stack, place);
  const dead = locks.filter(({ holder }) => holder === "ended");
  if (dead.length === 0 || dead.length < locks.length) return;
  await removeLocks(dead);
  for (const { name, pid } of dead)
    place.progress.line(`Removed the lock of ${name} (process ${pid}), which has ended.`);
}

/** Answers whether nothing is pending any more. */
async function clearPending(session: Session, place: Place): Promise<boolean> {
  const { settled: cleared, open } = await clearSettledOperations(session);
  for (const { resource, type } of cleared) {
    const name = resource.urn.slice(resource.urn.lastIndexOf("::") + 2);
    place.progress.line(`Settled: ${type} ${name}, left open by an interrupted run.`);
  }
  return open.length === 0;
}

/** How many objects each vendor has now. */
export function countByVendor(steps: readonly ResourceStep[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { vendor, op, isObject } of steps) {
    if (isObject && !op.startsWith("delete")) counts[vendor] = (counts[vendor] ?? 0) + 1;
  }
  return counts;
}

/** Steps that changed something. */
export function changedSteps(steps: readonly ResourceStep[]): ResourceStep[] {
  return steps.filter(({ op }) => op !== "same" && op !== "read");
}
