import type { Environment } from "./environments.ts";
import type { Problem } from "./problem.ts";

/** The gate's verdict for people: every problem with its rule, then what to do. */
export function explain(problems: readonly Problem[], { environment }: { environment: Environment }): string {
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
    `Then run: mais validate --stack ${environment}`,
  ].join("\n");
}

function details({ origin, hint }: Problem): string[] {
  const line = [origin && `from ${origin}`, hint].filter(Boolean).join("; ");
  return line === "" ? [] : [line];
}

/** What to do, said once for all problems that call for the same. */
function nextSteps(problems: readonly Problem[]): string[] {
  const groups = Map.groupBy(problems, ({ fix, subject }) => fix.replaceAll(subject, "NAME"));
  return [...groups].map(([general, group]) => {
    const [first] = group;
    return group.length > 1 || !first ? general.replace("Set it with", "Set each with") : first.fix;
  });
}
