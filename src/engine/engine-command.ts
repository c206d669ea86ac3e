/** Commands of the engine that work without a stack, or make and remove it themselves. */
const STACKLESS = new Set([
  "about",
  "help",
  "version",
  "login",
  "logout",
  "whoami",
  "plugin",
  "install",
  "new",
  "schema",
]);
const STACKLESS_STACK_COMMANDS = new Set(["init", "rm", "ls", "select", "unselect"]);

/** Commands whose first own word is a stack's name. */
const NAMES_STACK = new Set(["init", "rm", "select"]);

/** Which stack a command line of the engine names: `--stack prod`, `--stack=prod`, `-s prod`, `-sprod`, `stack init prod`. */
export function stackArgument(args: readonly string[]): string | undefined {
  for (const [index, word] of args.entries()) {
    if (word === "--") return undefined;
    if (word === "--stack" || word === "-s") return args[index + 1];
    const inline = /^(?:--stack=|-s=?)(.+)$/.exec(word)?.[1];
    if (inline) return inline;
  }
  const [command, subcommand, name] = args.filter((word) => !word.startsWith("-"));
  return command === "stack" && subcommand && NAMES_STACK.has(subcommand) ? name : undefined;
}

/** The command works on a stack that must exist. */
export function needsStack(args: readonly string[]): boolean {
  if (args.some((word) => word === "--help" || word === "-h")) return false;
  const [command, subcommand] = args.filter((word) => !word.startsWith("-"));
  if (command === undefined || STACKLESS.has(command)) return false;
  return !(command === "stack" && subcommand !== undefined && STACKLESS_STACK_COMMANDS.has(subcommand));
}
