import type { JudgedLock, StackLocks } from "../../ops/unlock.ts";
import { UserError } from "../../user-error.ts";
import { type Context, defineCommand, shared } from "../command.ts";
import { ask, confirm } from "../confirm.ts";
import { exit } from "../exit.ts";

const HOLDER_WORDS = { ended: "has ended", running: "is running", unknown: "may be running" } as const;

export const unlock = defineCommand({
  name: "unlock",
  about: "Show who holds a stack, and remove the lock of a run that has died",
  details:
    "A lock is removed when its holder has provably ended: it was made on this machine, and no such process runs here.\n" +
    "Without that proof its holder's name must be typed (or given with --holder). The lock of a running process stays.\n" +
    "It proves nothing about containers that share this machine's host name.",
  examples: [
    "mais unlock --stack dev",
    "mais unlock --stack prod --yes",
    "mais unlock --stack prod --holder ana@laptop",
  ],
  options: {
    stack: { ...shared.stack, required: true },
    yes: { type: "boolean", short: "y", about: "Remove a lock whose holder has provably ended, without asking" },
    holder: { type: "string", value: "USER@HOST", about: "Remove this holder's lock although nothing is proven" },
  },
  async run({ stack, yes, holder }, context) {
    const { findLocks, removeLocks } = await import("../../ops/unlock.ts");
    const found = await findLocks(stack, context.place);
    if (!found.locks) return showOtherBackend(found, context);
    const { locks } = found;
    if (locks.length === 0) {
      context.out.result(document(found, []), `Stack ${stack} is not locked.`);
      return exit.ok;
    }
    for (const line of await describeLocks(locks)) context.out.note(line);
    refuseRunning(stack, locks);
    await agree(locks, { yes, holder, stack }, context);
    await removeLocks(locks);
    const next = `Stack ${stack} is free. What the dead run left open: ${command(context, "repair", stack)} --dry-run`;
    context.out.result(document(found, locks), next);
    return exit.ok;
  },
});

function document({ stack, target, locks }: StackLocks, removed: readonly JudgedLock[]) {
  return {
    schema: "mais.unlock/1",
    stack,
    target,
    locks: locks ?? null,
    removed: removed.map(({ file }) => file),
  } as const;
}

async function describeLocks(locks: readonly JudgedLock[]): Promise<string[]> {
  const { formatAge } = await import("../../ops/unlock.ts");
  return locks.map(
    ({ name, pid, timestamp, ageSeconds, holder, because }) =>
      `  ${name} (process ${pid}) since ${timestamp}, for ${formatAge(ageSeconds)}: ${HOLDER_WORDS[holder]}; ${because}`,
  );
}

function refuseRunning(stack: string, locks: readonly JudgedLock[]): void {
  const running = locks.find(({ holder }) => holder === "running");
  if (!running) return;
  throw new UserError(`Stack ${stack} is held by a process that runs: ${running.name}, process ${running.pid}.`, {
    advice: `Nothing was removed. Wait until it is done, or end it in good order: kill -INT ${running.pid}`,
  });
}

interface Wish {
  stack: string;
  yes: boolean;
  holder: string | undefined;
}

async function agree(locks: readonly JudgedLock[], { stack, yes, holder }: Wish, context: Context): Promise<void> {
  const unproven = [...new Set(locks.filter((lock) => lock.holder === "unknown").map(({ name }) => name))];
  const again = command(context, "unlock", stack);
  if (unproven.length === 0) {
    if (!yes) await confirm("Remove it?", context, `Remove it with: ${again} --yes`);
    return;
  }
  const [name] = unproven;
  const careful = `Ask ${unproven.join(" and ")} whether the run is over. Then: ${again} --holder ${name}`;
  const typed =
    holder ?? (await ask("Nothing proves that it has ended. Type the holder's name to remove it: ", context, careful));
  if (unproven.length === 1 && typed === name) return;
  const problem =
    unproven.length === 1 ? `The holder is ${name}, not "${typed}".` : `Several hold it: ${unproven.join(", ")}.`;
  throw new UserError(`${problem} Nothing was removed.`, { advice: careful, exit: exit.usage });
}

/** There the engine's own command is the only way. */
function showOtherBackend(found: StackLocks, context: Context): number {
  const { stack } = found;
  const cancel = command(context, "pulumi cancel", stack);
  const text = [
    `The state of stack ${stack} is not in a folder, so its lock cannot be judged from here. Nothing was removed.`,
    `  ${cancel}`,
    "ends the update that is running there, or removes the lock of every run on this stack, whether it has died or not.",
    "A run that still goes on then works beside the next one: make sure that it has ended.",
  ].join("\n");
  context.out.result({ ...document(found, []), command: cancel }, text);
  return exit.other;
}

function command({ sandbox }: Context, name: string, stack: string): string {
  return `mais ${sandbox ? "--sandbox " : ""}${name} --stack ${stack}`;
}
