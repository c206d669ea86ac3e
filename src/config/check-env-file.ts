import type { Variable } from "./configuration.ts";
import { type EnvFile, type ParsedEnvFile, parseEnvFile } from "./env-file.ts";
import type { Environment } from "./environments.ts";
import { type Given, judgeVariables } from "./judge-variables.ts";
import { MATRIX } from "./matrix.ts";
import type { Problem } from "./problem.ts";
import type { Row } from "./variable.ts";

export interface EnvFileVerdict {
  problems: readonly Problem[];
  /** Variables that the file leaves out and the application has a value for. */
  defaults: readonly Default[];
}

export interface Default {
  variable: string;
  value: string;
}

/**
 * Judges a file as if it were all that the application gets: its own 14 variables must be there as the matrix says, what
 * the stack would provision or make up does not count. Other variables are judged if present, unknown ones ignored.
 */
export function checkEnvFile(environment: Environment, file: EnvFile, rows = MATRIX): EnvFileVerdict {
  const parsed = parseEnvFile(file.text);
  const given = givenByFile(file, parsed);
  const fix = (name: string) => fixInFile(name, file.path);
  const { problems, variables } = judgeVariables({
    environment,
    rows,
    given,
    isWanted: (_name, row) => row.guide === true,
    supply: () => undefined,
    fix,
  });
  return { problems: [...duplicateProblems(file, parsed, rows), ...problems], defaults: defaultsOf(variables) };
}

export function defaultsOf(variables: ReadonlyMap<string, Variable>): Default[] {
  return [...variables.values()].flatMap(({ name, source, value }) =>
    source === "default" ? [{ variable: name, value }] : [],
  );
}

/** What a file gives; an empty value is an absent one. */
export function givenByFile({ path }: EnvFile, { values }: ParsedEnvFile): Map<string, Given> {
  const present = [...values].filter(([, value]) => value.trim() !== "");
  return new Map(present.map(([name, value]) => [name, { value, origin: path }]));
}

export function fixInFile(name: string, path: string): string {
  return `Set ${name} in ${path}`;
}

/** A key that stands twice: which one counts would depend on the reader. */
export function duplicateProblems(
  { path }: EnvFile,
  { duplicates }: ParsedEnvFile,
  rows: ReadonlyMap<string, Row>,
): Problem[] {
  return duplicates
    .filter(({ name }) => rows.has(name))
    .map(({ name, lines }) => ({
      subject: name,
      of: "variable",
      kind: "conflict",
      rule: `expected one line for it, found ${lines.length} (lines ${lines.join(", ")}); readers disagree on which one counts`,
      origin: path,
      fix: `Keep one line for ${name} in ${path}`,
    }));
}
