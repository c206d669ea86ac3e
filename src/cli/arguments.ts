import { parseArgs } from "node:util";
import type { OptionSpec, OptionTable, Positional } from "./command.ts";
import { nearest } from "./nearest.ts";

export interface ParsedArguments {
  values: Record<string, string | boolean | undefined>;
  positionals: string[];
  /** Everything wrong, in words; empty means that the rest can be trusted. */
  problems: string[];
}

interface Token {
  kind: string;
  name?: string;
  rawName?: string;
  value?: string | boolean | undefined;
  inlineValue?: boolean | undefined;
}

/**
 * Reads arguments against a table. Not parseArgs' own strict mode: that one stops at the first problem and proposes
 * nothing.
 */
export function parseArguments(
  args: readonly string[],
  options: OptionTable,
  positionalSpecs: readonly Positional[] = [],
): ParsedArguments {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [name, short ? { type, short } : { type }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = defaults(options);
  const problems: string[] = [];
  for (const token of tokens as Token[]) {
    if (token.kind === "option") readOption(token, options, { values, problems });
  }
  for (const [name, spec] of Object.entries(options)) {
    const isMissing = spec.type === "string" && spec.required && values[name] === undefined;
    if (isMissing) problems.push(`--${name} is needed: ${spec.about}`);
  }
  problems.push(...positionalProblems(positionals, positionalSpecs));
  return { values, positionals, problems };
}

function defaults(options: OptionTable): ParsedArguments["values"] {
  return Object.fromEntries(
    Object.entries(options).map(([name, spec]) => [name, spec.type === "boolean" ? false : spec.default]),
  );
}

function readOption(token: Token, options: OptionTable, into: Omit<ParsedArguments, "positionals">): void {
  const name = token.name ?? "";
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  const problem = spec ? valueProblem(token, spec) : unknownOption(token.rawName ?? name, Object.keys(options));
  if (problem) into.problems.push(problem);
  else into.values[name] = spec?.type === "boolean" ? true : token.value;
}

function valueProblem(token: Token, spec: OptionSpec): string | undefined {
  const given = token.rawName;
  if (spec.type === "boolean") return token.value === undefined ? undefined : `${given} takes no value`;
  // `--stack --json` is a forgotten value far more often than a stack called "--json"; `--stack=--json` still says that.
  const isMissing = typeof token.value !== "string" || (!token.inlineValue && token.value.startsWith("-"));
  if (isMissing || token.value === "") return `${given} needs a value: ${given} ${spec.value}`;
  return choiceProblem(`${given}`, `${token.value}`, spec.choices);
}

function choiceProblem(what: string, value: string, choices: readonly string[] | undefined): string | undefined {
  if (!choices || choices.includes(value)) return undefined;
  const close = nearest(value, choices);
  return `${what} is one of ${choices.join(", ")}, not "${value}"${close ? `; did you mean ${close}?` : ""}`;
}

function unknownOption(given: string, known: string[]): string {
  const close = nearest(given.replace(/^-+/, ""), known);
  return `unknown option ${given}${close ? `; did you mean --${close}?` : ""}`;
}

function positionalProblems(given: readonly string[], specs: readonly Positional[]): string[] {
  const problems: string[] = [];
  for (const [index, spec] of specs.entries()) {
    const value = given[index];
    if (value === undefined) {
      if (spec.required) problems.push(`${spec.name} is needed: ${spec.choices?.join(", ") ?? spec.about}`);
      continue;
    }
    const problem = choiceProblem(spec.name, value, spec.choices);
    if (problem) problems.push(problem);
  }
  for (const extra of given.slice(specs.length)) problems.push(`unexpected argument "${extra}"`);
  return problems;
}
