import { previousName } from "../../config/previous.ts";
import { exit, UserError } from "../../user-error.ts";
import { makeUp } from "./new-value.ts";
import type { RotationRun } from "./rotate.ts";
import type { JournalEntry } from "./rotation-journal.ts";
import type { PlannedRotation } from "./rotation-plan.ts";
import type { ReceiptChange } from "./rotation-world.ts";

/**
 * Writes what the next update is to bring. In an order in which no interruption loses a value: first the old one under its
 * other name, then the new one, last the receipt that says so.
 */
export async function beginRotations(
  rotations: readonly PlannedRotation[],
  entries: ReadonlyMap<string, JournalEntry>,
  run: RotationRun,
): Promise<void> {
  const { world } = run;
  const receipts = await world.receipts();
  const isBegun = ({ name, toGeneration }: PlannedRotation) => (receipts[name]?.generation ?? 1) >= toGeneration;
  const beginning = rotations.filter((one) => !isBegun(one));
  if (beginning.length === 0) return;
  const { previous, fresh } = await givenValues(beginning, entries, run);
  if (Object.keys(previous).length > 0) await world.store({ secrets: previous });
  if (Object.keys(fresh).length > 0) await world.store({ secrets: fresh });
  const now = await world.given();
  const changes: Record<string, ReceiptChange> = {};
  for (const { name, way, toGeneration } of beginning) {
    const value = now.get(name);
    const shown = value === undefined ? {} : await world.describe(name, value);
    changes[name] = { generation: toGeneration, since: world.today(), ...shown };
    if (way === "both") changes[name].overlap = true;
  }
  await world.store({ receipts: changes });
}

/** Values of variables that the stack's config holds. One that is not the old one any more was put there before a crash. */
async function givenValues(
  rotations: readonly PlannedRotation[],
  entries: ReadonlyMap<string, JournalEntry>,
  { world, handed, rows }: RotationRun,
) {
  const given = await world.given();
  const previous: Record<string, string> = {};
  const fresh: Record<string, string> = {};
  const missing: string[] = [];
  for (const { name, way, source } of rotations) {
    const value = given.get(name);
    if (source !== "given" || value === undefined) continue;
    const isOld = (await world.fingerprint(value)) === entries.get(name)?.oldFingerprint;
    if (!isOld) continue;
    if (way === "both" && given.get(previousName(name)) !== value) previous[previousName(name)] = value;
    const next = handed.get(name) ?? (way === "both" ? makeUp(rows.get(name)) : undefined);
    if (next === undefined) missing.push(name);
    else fresh[name] = next;
  }
  if (missing.length === 0) return { previous, fresh };
  throw new UserError(`The new value of ${missing.join(", ")} was not stored before the interruption.`, {
    advice: "Hand it over again: the same command with --from-file FILE.",
    exit: exit.usage,
  });
}
