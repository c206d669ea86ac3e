import type { Place } from "../ops/place.ts";
import type { ExitCode } from "./exit.ts";
import type { Output } from "./output.ts";

/** One `--name`; options are long, and may have a letter. */
export type OptionSpec = StringOption | BooleanOption;

interface StringOption {
  type: "string";
  about: string;
  /** What stands for the value in help: `FILE`. */
  value: string;
  short?: string;
  choices?: readonly string[];
  default?: string;
  required?: boolean;
}

interface BooleanOption {
  type: "boolean";
  about: string;
  short?: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export interface Positional {
  /** `action` */
  name: string;
  about: string;
  choices?: readonly string[];
  required?: boolean;
}

type ValueOf<Option extends OptionSpec> = Option extends { type: "boolean" }
  ? boolean
  : Option extends { default: string } | { required: true }
    ? string
    : string | undefined;

/** What `run` receives: `--env-file` is `values["env-file"]`. A string that was not given is undefined. */
export type Values<Options extends OptionTable> = { [Name in keyof Options]: ValueOf<Options[Name]> };

/** What every command knows about its surroundings. */
export interface Context {
  out: Output;
  /** `--sandbox`: every stack goes to the sandbox. */
  sandbox: boolean;
  /** `--json`; `out.result` heeds it already. */
  json: boolean;
  /** Words that are no options, in the order of `positionals`. */
  positionals: readonly string[];
  /** A pass-through command's arguments, exactly as they came. */
  rest: readonly string[];
  /** The checkout. */
  root: string;
  /** Where the user stands; relative files are meant from here. */
  cwd: string;
  env: Record<string, string | undefined>;
  /** The above in the form that operations take. */
  place: Place;
}

/** A command is data and one function; the runner does the rest. */
export interface Command<Options extends OptionTable = OptionTable> {
  name: string;
  /** One line, for the list of commands. */
  about: string;
  /** More to know, shown by `--help`. */
  details?: string;
  examples: readonly string[];
  options: Options;
  positionals?: readonly Positional[];
  /** Everything after the name goes to `context.rest`, unread. */
  passThrough?: boolean;
  /** A pass-through command answers with another program's code. */
  run(values: Values<Options>, context: Context): Promise<ExitCode | number>;
}

/**
 * Declares a command.
 *
 * @example
 * export const plan = defineCommand({
 *   name: "plan", about: "Show what would change", examples: ["mais plan --stack staging"],
 *   options: { stack: shared.stack },
 *   async run({ stack }, { out }) { …; out.result({ schema: "mais.plan/1", steps }, table(steps)); return exit.ok; },
 * });
 */
export function defineCommand<const Options extends OptionTable>(command: Command<Options>): AnyCommand {
  // The runner builds exactly the values that the table describes, so the table's type can be forgotten here.
  return command as unknown as AnyCommand;
}

/** A command whose option table is known to itself alone. */
export type AnyCommand = Command<OptionTable>;

/** Options that mean the same in every command that has them. */
export const shared = {
  stack: { type: "string", value: "NAME", short: "s", about: "The environment: dev, staging or prod" },
  /** Where a command may fall back on the embedded default. */
  stackOrDev: { type: "string", value: "NAME", short: "s", default: "dev", about: "The environment (default dev)" },
  envFile: { type: "string", value: "FILE", about: "Take given variables from this file" },
} as const satisfies OptionTable;

/** Options of `mais` itself: before the command's name, or after it unless the command passes everything through. */
export const globalOptions = {
  sandbox: { type: "boolean", about: "Run on the local sandbox, whatever the stack's own target is" },
  json: { type: "boolean", about: "Print the result as one JSON document" },
  debug: { type: "boolean", about: "Show stack traces" },
  help: { type: "boolean", short: "h", about: "Show help" },
  version: { type: "boolean", about: "Show versions" },
} as const satisfies OptionTable;
