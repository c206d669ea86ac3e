import { createInterface } from "node:readline/promises";
import { UserError } from "../user-error.ts";
import type { Context } from "./command.ts";
import { exit } from "./exit.ts";

/** Asks a person for a line. Without a terminal it fails, naming the option that answers in their place. */
export async function ask(question: string, { out, json }: Context, otherwise: string): Promise<string> {
  if (!out.interactive || !process.stdin.isTTY || json)
    throw new UserError("There is no terminal to ask on, so nothing was changed.", {
      advice: otherwise,
      exit: exit.usage,
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** Asks for a yes; anything else ends the command without a change. */
export async function confirm(question: string, context: Context, otherwise: string): Promise<void> {
  const answer = await ask(`${question} [y/N] `, context, otherwise);
  if (/^y(es)?$/i.test(answer)) return;
  throw new UserError("Nothing was changed.", { exit: exit.cancelled });
}
