import type { Environment } from "./environments.ts";
import type { Problem } from "./problem.ts";

export interface ExplainOptions {
  environment: Environment;
  /** The command that judges again. */
  again?: string;
}

/** The gate's verdict for people: every problem with its rule, then what to do. */
export function explain(problems: readonly Problem[], { environment, again }: ExplainOptions): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const kindWidth = Math.max(...problems.map(({ kind }) => kind.length));
  const subjectWidth = Math.max(...problems.map(({ subject }) => subject.length));
  const indent = " ".repeat(2 + kindWidth + 2 + subjectWidth + 2);
  const blocks = problems.flatMap((problem) => {
    const { kind, subject, rule } = problem;
    const first = `  ${kind.padEnd(kindWidth)}  ${subject.padEnd(subjectWidth)}  ${rule}`;
    return [first, ...details(problem).map((line) => indent + line)];
  });
  return [
    `Configuration for ${environment} has ${count}. Nothing was changed.`,
    "",
    ...blocks,
    "",
    ...nextSteps(problems),
    `Then run: ${again ?? `mais validate --stack ${environment}`}`,
  ].join("\n");
}

function details({ origin, usedBy, getIt }: Problem): string[] {
  const parts = [origin && `from ${origin}`, usedBy && `used by ${usedBy}`, getIt && `get it from ${getIt}`];
  const line = parts.filter(Boolean).join("; ");
  return line === "" ? [] : [line];
}

/** A problem as `mais validate --json` prints it. */
export interface ProblemDocument {
  /** A variable, or a setting as `api.instances.max`. */
  variable: string;
  kind: Problem["kind"];
  message: string;
  fix: string;
}

export function documentOf({ subject, kind, rule, origin, usedBy, getIt, fix }: Problem): ProblemDocument {
  const facts = [rule, origin && `from ${origin}`, usedBy && `used by ${usedBy}`];
  return {
    variable: subject,
    kind,
    message: facts.filter(Boolean).join("; "),
    fix: getIt ? `${fix}; get it from ${getIt}` : fix,
  };
}

/** What to do, said once for all problems that call for the same. */
function nextSteps(problems: readonly Problem[]): string[] {
  const groups = Map.groupBy(problems, ({ fix, subject }) => fix.replaceAll(subject, "NAME"));
  return [...groups].map(([general, group]) => {
    const [first] = group;
    return group.length > 1 || !first ? general.replace(/^Set( it)?\b/, "Set each") : first.fix;
  });
}
