import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { exit, UserError } from "../user-error.ts";
import { captureEngine, type Session } from "./session.ts";

type Properties = Record<string, unknown>;

/** A resource as the engine keeps it, as far as we read it; the rest goes back as it came. */
export const StateResource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  /** False for a component, which no vendor knows. */
  custom: z.boolean().optional(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  provider: z.string().optional(),
  parent: z.string().optional(),
  /** The old object of a replacement, not yet deleted. */
  delete: z.boolean().optional(),
});
export type StateResource = z.infer<typeof StateResource>;

const PendingOperation = z.looseObject({
  resource: StateResource,
  /** `creating`, `updating`, `deleting`, `reading` or `importing` */
  type: z.string(),
});
export type PendingOperation = z.infer<typeof PendingOperation>;

const StackState = z.looseObject({
  version: z.number(),
  deployment: z
    .looseObject({
      resources: z.array(StateResource).nullish(),
      pending_operations: z.array(PendingOperation).nullish(),
    })
    .nullish(),
});
export type StackState = z.infer<typeof StackState>;

/** The stack's whole state. Secrets stay encrypted unless they are asked for; then never write it anywhere. */
export async function exportState(session: Session, options: { showSecrets: boolean }): Promise<StackState> {
  const { stack } = session.project;
  const shown = options.showSecrets ? ["--show-secrets"] : [];
  const answer = await captureEngine(session, ["stack", "export", "--stack", stack, ...shown]);
  if (answer.code === 0) return StackState.parse(JSON.parse(answer.stdout));
  const isMissing = /no stack named/.test(answer.stderr);
  throw new UserError(`The state of stack ${stack} cannot be read: ${withoutPrefix(answer.reason)}`, {
    advice: isMissing ? `Make the stack: mais pulumi stack init ${stack}` : "Check the login and the passphrase.",
    exit: isMissing ? exit.stackNotFound : exit.other,
  });
}

/**
 * Puts an edited state in place of the stack's own; the engine checks it first. It must hold no secret in clear. The engine
 * takes every pending operation off, whatever the state says: it cannot keep some of them.
 */
export async function importState(session: Session, state: StackState): Promise<void> {
  const { stack } = session.project;
  const folder = await mkdtemp(join(tmpdir(), "mais-state-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    const answer = await captureEngine(session, ["stack", "import", "--stack", stack, "--file", file]);
    if (answer.code === 0) return;
    throw new UserError(`The state of stack ${stack} was not changed: ${withoutPrefix(answer.reason)}`, {
      advice: `Look who holds it: mais unlock --stack ${stack}`,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function resourcesOf({ deployment }: StackState): StateResource[] {
  return deployment?.resources ?? [];
}

export function pendingOf({ deployment }: StackState): PendingOperation[] {
  return deployment?.pending_operations ?? [];
}

/** Pulumi's mark on a value that is more than plain data, and the value of it that means "secret". */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export function isSecret(value: unknown): value is { ciphertext?: string; plaintext?: string } {
  return typeof value === "object" && value !== null && (value as Properties)[SIGNATURE] === SECRET;
}

/** Values of a state that was exported with its secrets: as they are, and the secret texts among them, for redaction. */
export function decryptedValues(properties: Properties): { properties: Properties; secrets: string[] } {
  const secrets: string[] = [];
  const unwrap = (value: unknown, secret: boolean): unknown => {
    if (isSecret(value)) return unwrap(JSON.parse(value.plaintext ?? "null"), true);
    if (Array.isArray(value)) return value.map((item) => unwrap(item, secret));
    if (typeof value === "string" && secret) secrets.push(value);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, secret)]));
  };
  return { properties: unwrap(properties, false) as Properties, secrets };
}

function withoutPrefix(reason: string): string {
  return reason.replace(/^error: /, "");
}
