import type { Variable, VariableWithValue } from "./configuration.ts";
import type { Environment } from "./environments.ts";
import type { Problem, ProblemKind } from "./problem.ts";
import type { Row } from "./variable.ts";

/** A value from outside, and where it was found. */
export interface Given {
  value: string;
  /** `test/fixtures/prod.env`, `the stack config` */
  origin: string;
}

/**
 * What the stack does for a variable that was not given. `unknown`: settings at fault decide, so nothing is judged;
 * `withheld`: the stack could make it up, and must not.
 */
export type Supply =
  | { source: "provisioned" | "generated" }
  | { source: "derived"; value: string; from: string }
  | { source: "unknown" }
  | { source: "withheld"; why: string };

export interface VariablesInput {
  environment: Environment;
  rows: ReadonlyMap<string, Row>;
  given: ReadonlyMap<string, Given>;
  /** Whether the variable must be there where its row requires it. */
  isWanted(name: string, row: Row): boolean;
  supply(name: string, row: Row): Supply | undefined;
  /** Why the variable must be there although its row does not require it; undefined if it need not. */
  need?(name: string, row: Row): string | undefined;
  /** How the user sets the variable right. */
  fix(name: string, row: Row): string;
}

export interface VariablesVerdict {
  problems: Problem[];
  variables: Map<string, Variable>;
}

/** Judges every variable by itself, then against the others. At most one problem for each. */
export function judgeVariables(input: VariablesInput): VariablesVerdict {
  const verdict: VariablesVerdict = { problems: [], variables: new Map() };
  for (const entry of input.rows) judgeOne(entry, input, verdict);
  verdict.problems.push(...missingCredentials(input, verdict), ...equalSecrets(input, verdict));
  return { ...verdict, problems: inOrder(verdict.problems, [...input.rows.keys()]) };
}

function judgeOne([name, row]: readonly [string, Row], input: VariablesInput, verdict: VariablesVerdict): void {
  const supply = input.isWanted(name, row) ? input.supply(name, row) : undefined;
  const found = findValue(name, row, { input, supply });
  if (typeof found === "string") {
    verdict.problems.push(variableProblem({ name, row, kind: "missing", rule: found }, input));
    return;
  }
  const fault = found && row[input.environment].shape.judge(found.value);
  if (fault) verdict.problems.push(variableProblem({ name, row, ...fault, origin: found.origin }, input));
  if (supply?.source === "provisioned") verdict.variables.set(name, { name, row, source: supply.source });
  else if (found) verdict.variables.set(name, { name, row, source: found.source, value: found.value });
  else if (supply?.source === "generated") verdict.variables.set(name, { name, row, source: supply.source });
}

interface FoundValue extends Given {
  source: VariableWithValue["source"];
}

/** The value that is judged, in the order of who wins; undefined if there is none before the run; in words if it is missing. */
function findValue(
  name: string,
  row: Row,
  { input, supply }: { input: VariablesInput; supply: Supply | undefined },
): FoundValue | string | undefined {
  const { required, fallback } = row[input.environment];
  const given = input.given.get(name);
  if (given) return { ...given, source: "given" };
  if (supply?.source === "derived") return { ...supply, origin: `the setting ${supply.from}` };
  const why = supply?.source === "withheld" ? supply.why : supply ? undefined : input.need?.(name, row);
  if (why) return `${row.about}: ${why}`;
  if (supply || !input.isWanted(name, row)) return undefined;
  if (fallback !== undefined) return { value: fallback, origin: `the default, ${fallback}`, source: "default" };
  return required ? row.about : undefined;
}

interface Found {
  name: string;
  row: Row;
  kind: ProblemKind;
  rule: string;
  origin?: string | undefined;
}

/** One problem of one variable, with all that the user needs to set it right. */
export function variableProblem(
  { name, row, kind, rule, origin }: Found,
  { fix }: Pick<VariablesInput, "fix">,
): Problem {
  const { getIt } = row;
  const usedBy = row.usedBy.join(", ");
  return {
    subject: name,
    of: "variable",
    kind,
    rule,
    ...(origin ? { origin } : {}),
    usedBy,
    getIt,
    fix: fix(name, row),
  };
}

/** Real adapters fail on their first call without credentials, so these are needed wherever the adapters are real. */
function missingCredentials(input: VariablesInput, { variables, problems }: VariablesVerdict): Problem[] {
  if (variables.get("ADAPTERS_PRESET")?.value !== "real") return [];
  const isAbsent = (name: string) => !variables.has(name) && !problems.some(({ subject }) => subject === name);
  return [...input.rows]
    .filter(([name, row]) => row.neededByRealAdapters && isAbsent(name) && !input.supply(name, row))
    .map(([name, row]) => {
      const rule = `${row.about}; real adapters (ADAPTERS_PRESET) need it`;
      return variableProblem({ name, row, kind: "missing", rule }, input);
    });
}

/** A secret used for two purposes makes one leak two. Values that are at fault anyway are not compared. */
function equalSecrets(input: VariablesInput, { problems }: VariablesVerdict): Problem[] {
  const atFault = new Set(problems.map(({ subject }) => subject));
  const firstHolder = new Map<string, string>();
  const found: Problem[] = [];
  for (const [name, row] of input.rows) {
    const given = input.given.get(name);
    if (!given || !row.secret || row.mayEqual || atFault.has(name)) continue;
    const holder = firstHolder.get(given.value);
    if (holder === undefined) firstHolder.set(given.value, name);
    else {
      const rule = `expected another value than ${holder}: each secret has one purpose`;
      found.push(variableProblem({ name, row, kind: "conflict", rule, origin: given.origin }, input));
    }
  }
  return found;
}

function inOrder(problems: readonly Problem[], names: readonly string[]): Problem[] {
  return problems.toSorted((one, other) => names.indexOf(one.subject) - names.indexOf(other.subject));
}
