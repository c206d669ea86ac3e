import { previousName } from "../../config/previous.ts";
import type { RotationRun } from "./rotate.ts";
import type { JournalEntry } from "./rotation-journal.ts";
import type { PlannedRotation } from "./rotation-plan.ts";
import type { ReceiptChange } from "./rotation-world.ts";

/** Writes that the old values are over: the next update takes them away, and none may come back. */
export async function retireOldValues(
  rotations: readonly PlannedRotation[],
  entries: ReadonlyMap<string, JournalEntry>,
  { world }: RotationRun,
): Promise<void> {
  if (rotations.length === 0) return;
  const [given, receipts] = [await world.given(), await world.receipts()];
  const kept = rotations.map(({ name }) => previousName(name)).filter((name) => given.has(name));
  if (kept.length > 0) await world.store({ secrets: Object.fromEntries(kept.map((name) => [name, undefined])) });
  const changes = rotations.map(({ name }): [string, ReceiptChange] => {
    const old = entries.get(name)?.oldFingerprint;
    const refused = [...new Set([...(receipts[name]?.refused ?? []), ...(old ? [old] : [])])];
    return [name, { overlap: undefined, leaked: undefined, ...(refused.length > 0 ? { refused } : {}) }];
  });
  await world.store({ receipts: Object.fromEntries(changes) });
}
