import { UserError } from "../user-error.ts";
import { parseArguments } from "./arguments.ts";
import { type AnyCommand, type Context, globalOptions, type OptionTable } from "./command.ts";
import { exit } from "./exit.ts";
import { nearest } from "./nearest.ts";
import { createOutput, type Output, type Sink } from "./output.ts";

/** A command by its name, of two words in a group (`env list`); the module is loaded when the command is used. */
export type CommandTable = Readonly<Record<string, () => Promise<AnyCommand>>>;

/** What the process gives to `runCommandLine`; tests give their own. */
export interface Surroundings {
  args: readonly string[];
  env: Record<string, string | undefined>;
  root: string;
  cwd: string;
  stdout: Sink;
  stderr: Sink;
}

interface Globals {
  sandbox: boolean;
  json: boolean;
  debug: boolean;
  help: boolean;
  version: boolean;
}

/** Runs one command line and answers the exit code. Nothing is thrown. */
export async function runCommandLine(commands: CommandTable, surroundings: Surroundings): Promise<number> {
  const split = splitArguments(surroundings.args);
  // Read before anything can fail, so that failures already obey them.
  const globals = mergeGlobals(parseArguments(split.before, globalOptions).values);
  const { stdout, stderr, env } = surroundings;
  const mode = { json: globals.json, debug: globals.debug };
  const out = createOutput({ mode, stdout, stderr, env });
  try {
    return await dispatch(commands, { ...split, globals, mode, surroundings, out });
  } catch (error) {
    return report(error, out, mode.debug);
  }
}

interface Invocation {
  before: string[];
  name: string | undefined;
  after: string[];
  globals: Globals;
  /** What output and failures heed; the command's own arguments may still set it. */
  mode: { json: boolean; debug: boolean };
  surroundings: Surroundings;
  out: Output;
}

async function dispatch(commands: CommandTable, invocation: Invocation): Promise<number> {
  const { before, globals, out } = invocation;
  failOn(parseArguments(before, globalOptions).problems, "mais --help");
  if (globals.version) return await runCommand(await loadCommand(commands, "version"), { ...invocation, after: [] });
  const asksHelp = invocation.name === "help";
  const words = asksHelp ? invocation.after : [...(invocation.name ? [invocation.name] : []), ...invocation.after];
  const { name, after } = splitName(commands, words);
  if (name === undefined) return await showOverview(commands, out);
  const isSpecific = asksHelp || globals.help;
  const wantsHelp = isSpecific || after[0] === "--help" || after[0] === "-h";
  const group = groupOf(commands, name);
  if (group && (wantsHelp || after.length === 0)) {
    await showOverview(group, out, name);
    return wantsHelp ? exit.ok : exit.usage;
  }
  const command = await loadCommand(commands, group ? `${name} ${after[0]}` : name);
  if (wantsHelp && (isSpecific || !command.passThrough)) return await showHelp(command, out);
  return await runCommand(command, { ...invocation, after });
}

/** The words that name a command: two for one of a group (`env list`), else the first. */
function splitName(commands: CommandTable, [first, second, ...rest]: readonly string[]) {
  const isPair = second !== undefined && Object.hasOwn(commands, `${first} ${second}`);
  const after = second === undefined ? [] : [second, ...rest];
  return isPair ? { name: `${first} ${second}`, after: rest } : { name: first, after };
}

/** The commands whose names start with that word, if it is not a command by itself. */
function groupOf(commands: CommandTable, word: string): CommandTable | undefined {
  if (Object.hasOwn(commands, word)) return undefined;
  const members = Object.entries(commands).filter(([name]) => name.startsWith(`${word} `));
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

async function runCommand(command: AnyCommand, invocation: Invocation): Promise<number> {
  const { after, globals, mode, surroundings, out } = invocation;
  if (command.passThrough) {
    return await command.run({}, context({ globals, surroundings, out, positionals: [], rest: after }));
  }
  const table: OptionTable = { ...globalOptions, ...command.options };
  const { values, positionals, problems } = parseArguments(after, table, command.positionals);
  const merged = mergeGlobals(values, globals);
  Object.assign(mode, { json: merged.json, debug: merged.debug });
  if (merged.help) return await showHelp(command, out);
  failOn(problems, `mais ${command.name} --help`);
  // parseArguments built `values` from this very table.
  return await command.run(values as never, context({ globals: merged, surroundings, out, positionals, rest: [] }));
}

function context(parts: {
  globals: Globals;
  surroundings: Surroundings;
  out: Output;
  positionals: string[];
  rest: string[];
}): Context {
  const { globals, surroundings, out, positionals, rest } = parts;
  const { root, cwd, env } = surroundings;
  const { sandbox, json } = globals;
  const place = { root, cwd, env, sandbox, progress: out };
  return { out, sandbox, json, positionals, rest, root, cwd, env, place };
}

/** `mais [globals] name [the command's own]`: all globals are switches, so the first other word is the name. */
function splitArguments(args: readonly string[]): { before: string[]; name: string | undefined; after: string[] } {
  const at = args.findIndex((word) => !word.startsWith("-"));
  if (at < 0) return { before: [...args], name: undefined, after: [] };
  return { before: args.slice(0, at), name: args[at], after: args.slice(at + 1) };
}

function mergeGlobals(values: Record<string, unknown>, earlier?: Globals): Globals {
  const isOn = (name: keyof Globals) => values[name] === true || earlier?.[name] === true;
  return {
    sandbox: isOn("sandbox"),
    json: isOn("json"),
    debug: isOn("debug"),
    help: isOn("help"),
    version: isOn("version"),
  };
}

async function loadCommand(commands: CommandTable, name: string): Promise<AnyCommand> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load) return await load();
  const close = nearest(name, Object.keys(commands));
  throw new UserError(`There is no command "${name}".`, {
    advice: close ? `Did you mean: mais ${close}` : `See the commands: mais ${groupHelp(commands, name)}--help`,
    exit: exit.usage,
  });
}

function groupHelp(commands: CommandTable, name: string): string {
  const word = name.split(" ")[0] ?? "";
  return groupOf(commands, word) ? `${word} ` : "";
}

async function showOverview(commands: CommandTable, out: Output, group?: string): Promise<number> {
  const { overview } = await import("./help.ts");
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const listed = all.map(({ name, about }) => ({ name, about }));
  out.result({ schema: "mais.help/1", commands: listed }, overview(all, group));
  return exit.ok;
}

async function showHelp(command: AnyCommand, out: Output): Promise<number> {
  const { commandHelp } = await import("./help.ts");
  const { name, about, examples } = command;
  out.result({ schema: "mais.help/1", name, about, examples }, commandHelp(command));
  return exit.ok;
}

function failOn(problems: readonly string[], help: string): void {
  if (problems.length === 0) return;
  throw new UserError(problems.join("\n       "), { advice: `See: ${help}`, exit: exit.usage });
}

function report(error: unknown, out: Output, debug: boolean): number {
  if (error instanceof UserError) {
    out.failure(error);
    if (debug && error.stack) out.note(error.stack);
    return error.exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  out.failure({ message, advice: debug ? [] : ["Run again with --debug to see where."] });
  if (debug && error instanceof Error && error.stack) out.note(error.stack);
  return exit.other;
}
