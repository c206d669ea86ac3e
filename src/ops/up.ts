import { runEngine } from "../engine/run-engine.ts";
import { openSession } from "../engine/session.ts";
import { parseEngineEvent } from "./engine-events.ts";
import type { Place } from "./place.ts";
import { type ResourceStep, type UpResult, UpRun } from "./up-run.ts";

/** Brings a stack up, without asking. Throws when anything fails. */
export async function up(stack: string, place: Place): Promise<UpResult> {
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
  return { stack: project.stack, target: project.target, ...run.result() };
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
