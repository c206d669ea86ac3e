/**
 * The exit codes of every command: Pulumi's own table, so that users learn one.
 * `unexpectedChanges` is for drift and `--expect-no-changes`.
 */
export const exit = {
  ok: 0,
  other: 1,
  usage: 2,
  authentication: 3,
  deploy: 4,
  policy: 5,
  stackNotFound: 6,
  unexpectedChanges: 7,
  cancelled: 8,
  timeout: 9,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/**
 * A failure that its user can act on: shown as its message and advice, without a stack trace. It belongs to no layer, so
 * that configuration, sandbox, engine and commands can all throw it. Never put a secret's value in it.
 */
export class UserError extends Error {
  /** What to do next, each on a line of its own. */
  readonly advice: readonly string[];
  readonly exit: ExitCode;

  constructor(
    message: string,
    details: { advice?: string | readonly string[]; exit?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = "UserError";
    this.advice = typeof details.advice === "string" ? [details.advice] : (details.advice ?? []);
    this.exit = details.exit ?? exit.other;
  }
}
