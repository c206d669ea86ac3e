import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Emitted, emitEvent } from "../../ops/sandbox-events.ts";
import { UserError } from "../../user-error.ts";
import type { Context, OptionTable, Values } from "../command.ts";
import { type ExitCode, exit } from "../exit.ts";

/** What `mais sandbox event` takes; each is a field of an event. */
export const eventOptions = {
  object: { type: "string", value: "FILE", about: "event: JSON of what it happened to (default: an id and its kind)" },
  account: { type: "string", value: "ID", about: "event: in this connected account (default: the platform's own)" },
  mode: { type: "string", value: "MODE", about: "event: test, the default, or live", choices: ["test", "live"] },
} as const satisfies OptionTable;

/** `mais sandbox event stripe TYPE`: fails when an application that listens did not answer with success. */
export async function event(dir: string, context: Context, options: Values<typeof eventOptions>): Promise<ExitCode> {
  const { object, account, mode } = options;
  const [, vendor, type] = context.positionals;
  if (vendor !== "stripe" || type === undefined)
    throw new UserError(
      "event needs a vendor that sends events, and a type: mais sandbox event stripe charge.refunded",
      {
        advice: "See: mais sandbox --help",
        exit: exit.usage,
      },
    );
  const given = object === undefined ? {} : { object: readObject(resolve(context.cwd, object)) };
  const emitted = await emitEvent(dir, { vendor, type, account, mode, ...given });
  context.out.result({ schema: "mais.sandbox.event/1", ...emitted }, describe(emitted).join("\n"));
  return emitted.deliveries.every(({ status = 0 }) => status >= 200 && status < 300) ? exit.ok : exit.other;
}

function describe({ event: { id, type }, deliveries }: Emitted): string[] {
  if (deliveries.length === 0) return [`${type} (${id}) happened. No enabled endpoint listens to it.`];
  const lines = deliveries.map(
    ({ url, status, problem }) => `  ${status ?? "failed"}  ${url}${problem ? `\n          ${problem}` : ""}`,
  );
  return [`${type} (${id}) happened, and was sent to:`, ...lines];
}

function readObject(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new UserError(`${file} ${why}. Nothing happened.`, { advice: "Name a file with Stripe's object as JSON." });
  }
}
