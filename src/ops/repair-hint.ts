import { readFile } from "node:fs/promises";
import { folderBackend } from "../engine/folder-backend.ts";
import type { Session } from "../engine/session.ts";
import type { Place } from "./place.ts";
import { findLocks } from "./unlock.ts";

/** Commands of the engine that meet what an interrupted run left behind. */
const CHANGING = new Set(["up", "update", "refresh", "destroy", "down", "import"]);

/**
 * After a command of the engine: what an interrupted run left in its way, and the exact command that settles it. Its own
 * advice (`pulumi cancel`, an interactive refresh) proves nothing. Only where the state is a folder; elsewhere it costs a call.
 */
export async function hintAtRepair(
  session: Session,
  args: readonly string[],
  { place, code }: { place: Place; code: number },
): Promise<void> {
  const backend = session.env.PULUMI_BACKEND_URL ?? "";
  if (!args.some((word) => CHANGING.has(word)) || !backend.startsWith("file:///")) return;
  const { project } = session;
  const say = (text: string, command: string) =>
    place.progress.line(`mais: ${text}: mais ${place.sandbox ? "--sandbox " : ""}${command} --stack ${project.stack}`);
  const { locks = [] } = code === 0 ? { locks: [] } : await findLocks(project.stack, place);
  if (locks.some(({ holder }) => holder === "ended")) say("the run that holds the lock has died; remove it", "unlock");
  else if (locks.length > 0) say("see who holds the lock", "unlock");
  if (await hasPending(backend, project.stack))
    say("an interrupted run's operations are recorded; settle them", "repair");
}

async function hasPending(backend: string, stack: string): Promise<boolean> {
  const file = folderBackend(backend, stack)?.stateFile;
  const text = file ? await readFile(file, "utf8").catch(() => "") : "";
  return /"pending_operations":\s*\[\s*[^\]\s]/.test(text);
}
