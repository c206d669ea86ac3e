import { type AnyCommand, globalOptions, type OptionTable } from "./command.ts";

/** The page of `mais --help`, or of `mais env --help`, which lists the commands of a group. */
export function overview(commands: readonly AnyCommand[], group?: string): string {
  const usage = group ? `mais [--sandbox] ${group} <command> [options]` : "mais [--sandbox] <command> [options]";
  return [
    "mais: one checked release for Vercel, Render, Supabase, Upstash, Stripe and Postmark",
    "",
    `Usage: ${usage}`,
    "",
    "Commands",
    ...columns(commands.map(({ name, about }) => [name, about])),
    "",
    "Options",
    ...columns(optionRows(globalOptions)),
    "",
    `mais ${group ? `${group} ` : ""}<command> --help shows a command's own options and examples.`,
  ].join("\n");
}

/** The page of `mais <command> --help`. */
export function commandHelp(command: AnyCommand): string {
  const { name, about, details, examples, options, positionals = [], passThrough } = command;
  const words = positionals.map((word) => (word.required ? `<${word.name}>` : `[${word.name}]`));
  const hasOptions = Object.keys(options).length > 0;
  const usage = ["mais", name, ...words, passThrough ? "<arguments…>" : hasOptions ? "[options]" : ""].filter(Boolean);
  const section = (title: string, rows: readonly (readonly [string, string])[]) =>
    rows.length > 0 ? ["", title, ...columns(rows)] : [];
  return [
    about,
    ...(details ? ["", details] : []),
    "",
    `Usage: ${usage.join(" ")}`,
    ...section(
      "Arguments",
      positionals.map((word) => [word.name, describeChoices(word.about, word.choices)]),
    ),
    ...section("Options", optionRows(options)),
    ...section("Options of every command", optionRows(globalOptions)),
    "",
    "Examples",
    ...examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionRows(options: OptionTable): [string, string][] {
  return Object.entries(options).map(([name, spec]) => {
    const short = spec.short ? `-${spec.short}, ` : "";
    const value = spec.type === "string" ? ` ${spec.value}` : "";
    const choices = spec.type === "string" ? spec.choices : undefined;
    return [`${short}--${name}${value}`, describeChoices(spec.about, choices)];
  });
}

function describeChoices(about: string, choices: readonly string[] | undefined): string {
  return choices ? `${about} (${choices.join(", ")})` : about;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
