import { exit, UserError } from "../../user-error.ts";
import { heldValue, type RotationRun } from "./rotate.ts";
import type { JournalEntry } from "./rotation-journal.ts";
import type { PlannedRotation } from "./rotation-plan.ts";
import type { RotationWorld } from "./rotation-world.ts";
import { type Evidence, judgeRunning, REPORT_TOKEN } from "./running-values.ts";

/** An update that changed nothing, which would otherwise pass for a rotation. */
export async function refuseSameValues(
  rotations: readonly PlannedRotation[],
  entries: ReadonlyMap<string, JournalEntry>,
  world: RotationWorld,
): Promise<void> {
  const held = await world.held();
  const same: string[] = [];
  for (const { name } of rotations) {
    const [value, old] = [heldValue(held, name), entries.get(name)?.oldFingerprint];
    if (value !== undefined && old !== undefined && (await world.fingerprint(value)) === old) same.push(name);
  }
  if (same.length === 0) return;
  throw new UserError(`The update brought no new value of ${same.join(", ")}.`, {
    advice:
      "The old value still works, and nothing was taken away. Look at the update's plan: mais pulumi preview --diff",
    exit: exit.deploy,
  });
}

/** How often the consumers are asked, and the time between. */
export interface Patience {
  attempts: number;
  pauseMs: number;
}

/** Waits until every consumer that can be asked says that it runs with the new values. */
export async function awaitNewValues(
  rotations: readonly PlannedRotation[],
  { world, patience, progress }: Pick<RotationRun, "world" | "patience" | "progress">,
): Promise<Evidence[]> {
  const held = await world.held();
  const token = heldValue(held, REPORT_TOKEN);
  return await progress.step("Asking the consumers which values they run with", async (update) => {
    let behind: string[] = [];
    for (let attempt = 0; attempt < patience.attempts; attempt++) {
      if (attempt > 0) await world.pause(patience.pauseMs);
      const verdict = judgeRunning(rotations, { held, reports: await world.reports(token), token });
      if (verdict.behind.length === 0) return verdict.evidence;
      behind = verdict.behind;
      update(behind.join("; "));
    }
    throw new UserError(`Not every consumer runs with the new values:\n${behind.map((one) => `  ${one}`).join("\n")}`, {
      advice: "Nothing old was taken away. Look why they were not deployed, then run the same command again.",
      exit: exit.timeout,
    });
  });
}
