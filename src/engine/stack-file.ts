import { isMap, parseDocument, stringify } from "yaml";
import { UserError } from "../user-error.ts";

/** A stack file as far as we read it: the flat map under `config`, and what the engine keeps beside it. */
export interface StackFile {
  config: Record<string, unknown>;
  encryptionsalt?: string;
}

const TARGET = "mais:target";

/** The last file parsed: finding the stack's target and reading its config ask for the same one, and a parse takes 20 ms. */
let last: { text: string; parsed: StackFile } | undefined;

export function parseStackFile(text: string, file: string): StackFile {
  if (last?.text !== text) last = { text, parsed: parse(text, file) };
  return { ...last.parsed, config: { ...last.parsed.config } };
}

function parse(text: string, file: string): StackFile {
  const document = parseDocument(text);
  const problem = document.errors[0];
  const content: unknown = problem ? undefined : document.toJS();
  if (problem || (content && !isMap(document.contents))) {
    throw new UserError(`${file} is not a stack file: ${problem?.message.split("\n")[0] ?? "it is no map"}`, {
      advice: "Correct it; keys belong under `config:`, such as `mais:target: sandbox`.",
    });
  }
  const { config, encryptionsalt } = (content ?? {}) as { config?: unknown; encryptionsalt?: unknown };
  return {
    config: typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {},
    ...(typeof encryptionsalt === "string" ? { encryptionsalt } : {}),
  };
}

/** The stack's own target; the gate judges the value. */
export function stackTarget(stackFile: StackFile): unknown {
  const nested = stackFile.config.mais;
  return stackFile.config[TARGET] ?? (isObject(nested) ? nested.target : undefined);
}

export interface SandboxStackFile {
  text: string;
  /** Keys that stayed out, because only the live passphrase could read them. */
  leftOut: string[];
}

/**
 * The stack file of a sandbox run: the tracked one with the sandbox as target, over it what the user set in the sandbox
 * (`mais --sandbox pulumi config set`), with the sandbox's own salt. `base` is the tracked file that the last sandbox
 * file was made from: what differs from it was set by the user.
 */
export function sandboxStackFile(
  tracked: StackFile,
  base: StackFile | undefined,
  current: StackFile | undefined,
): SandboxStackFile {
  const leftOut = Object.keys(tracked.config).filter((key) => holdsCiphertext(tracked.config[key]));
  const config = Object.fromEntries(Object.entries(tracked.config).filter(([key]) => !leftOut.includes(key)));
  for (const [key, value] of Object.entries(current?.config ?? {})) {
    const isUsersOwn = JSON.stringify(value) !== JSON.stringify(base?.config[key]);
    if (isUsersOwn) config[key] = value;
  }
  config[TARGET] = "sandbox";
  const salt = current?.encryptionsalt;
  return {
    text: stringify({ ...(salt ? { encryptionsalt: salt } : {}), config }),
    leftOut: leftOut.filter((key) => !(key in config)),
  };
}

/** `{ secure: … }`, at any depth. */
function holdsCiphertext(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsCiphertext);
  return isObject(value) && ("secure" in value || Object.values(value).some(holdsCiphertext));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
