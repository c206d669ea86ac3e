import { spawn } from "node:child_process";
import type { Receipts } from "../../config/receipts.ts";
import { captureEngine, engineArguments, type Session } from "../../engine/session.ts";
import { UserError } from "../../user-error.ts";
import type { ReceiptChange, StackChange } from "./rotation-world.ts";

/** Writes into a stack's file by the engine. A secret goes over standard input, never among the arguments. */
export async function storeChange(
  session: Session,
  { secrets = {}, receipts = {} }: StackChange,
  present: Receipts,
): Promise<void> {
  const { stack } = session.project;
  for (const [name, value] of Object.entries(secrets)) {
    const key = `mais:${name}`;
    if (value === undefined) await ask(session, ["config", "rm", key, "--stack", stack]);
    else await ask(session, ["config", "set", "--secret", "--raw", key, "--stack", stack], value);
  }
  if (Object.keys(receipts).length === 0) return;
  const changed = changedReceipts(present, receipts);
  // The form of `pulumi config --json`; receipts hold no value.
  const document = { "mais:receipts": { value: JSON.stringify(changed), objectValue: changed, secret: false } };
  await ask(session, ["config", "set-all", "--stack", stack, "--json", JSON.stringify(document)]);
}

/** Receipts after a change: undefined takes a field away, an absent one stays. */
export function changedReceipts(present: Receipts, changes: Readonly<Record<string, ReceiptChange>>): Receipts {
  const changed = Object.entries(changes).map(([name, change]) => {
    const merged = { ...present[name], ...change };
    const kept = Object.entries(merged).filter(([, value]) => value !== undefined);
    return [name, Object.fromEntries(kept)];
  });
  return { ...present, ...Object.fromEntries(changed) };
}

async function ask(session: Session, args: readonly string[], input?: string): Promise<void> {
  const { code, reason } = input === undefined ? await captureEngine(session, args) : await tell(session, args, input);
  if (code === 0) return;
  throw new UserError(`The stack's file was not changed: ${reason}`, {
    advice: "Mend the cause, then run the same command again: it goes on where it stopped.",
  });
}

async function tell(session: Session, args: readonly string[], input: string) {
  const { engine, env } = session;
  const child = spawn(engine.pulumi, engineArguments(session, args), {
    env: { ...process.env, ...env },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  // It may end without reading.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return await new Promise<{ code: number | null; reason: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code, reason: said.replaceAll(input, "[secret]").trim().split("\n").at(-1) ?? "" }),
    );
  });
}
