import type { RotationOutcome } from "../../ops/rotate/rotate.ts";
import type { PlannedRotation } from "../../ops/rotate/rotation-plan.ts";
import { UserError } from "../../user-error.ts";
import { defineCommand, shared } from "../command.ts";
import { ask, confirm } from "../confirm.ts";
import { exit } from "../exit.ts";

export const secretsRotate = defineCommand({
  name: "secrets rotate",
  about: "Renew secrets while the application runs: the plan first, then step by step",
  details:
    "Several variables are renewed together: one update brings the new values, a second one takes the old ones away once\n" +
    "every consumer runs with the new. Killed at any step, the same command again finishes it. What only a person can make\n" +
    "is handed over with --from-file: lines NAME=value, or the bare value for one variable. See docs/rotation.md.",
  examples: [
    "mais secrets rotate JWT_SECRET --stack prod",
    "mais secrets rotate --all --plan --stack prod",
    "mais secrets rotate SENTRY_DSN --from-file new.env --stack prod",
  ],
  positionals: [{ name: "name", about: "The variable to renew" }],
  options: {
    stack: { ...shared.stack, required: true },
    all: { type: "boolean", about: "Every secret of the stack that can be renewed" },
    "since-leak": { type: "boolean", about: "Only what lay in a file in the clear when it was imported" },
    plan: { type: "boolean", about: "Show the plan and change nothing" },
    "from-file": { type: "string", value: "FILE", about: "New values that a person made; - for standard input" },
    yes: { type: "boolean", short: "y", about: "Change without asking" },
  },
  async run(values, context) {
    const { stack, all, "since-leak": sinceLeak, "from-file": fromFile } = values;
    const names = [...context.positionals];
    if (all ? names.length > 0 : names.length === 0)
      throw new UserError("Say which: one variable's name, or --all.", { exit: exit.usage });
    const { openRotation } = await import("../../ops/rotate/open-rotation.ts");
    const opened = await openRotation({ stack, names, all, sinceLeak, fromFile }, context.place);
    const { rotations } = opened.plan;
    const document = { stack, target: opened.target } as const;
    if (values.plan || rotations.length === 0) {
      context.out.result({ schema: "mais.secrets.rotate.plan/1", ...document, plan: rotations }, planText(rotations));
      return exit.ok;
    }
    context.out.note(planText(rotations));
    const isDoable = rotations.some(({ way }) => way !== "waits" && way !== "refused");
    const again = `Do it without asking: mais secrets rotate ${all ? "--all" : names[0]} --stack ${stack} --yes`;
    if (isDoable && !values.yes) {
      if (opened.target === "sandbox" || stack !== "prod")
        await confirm(`Renew them in stack ${stack}?`, context, again);
      else if ((await ask(`Type ${stack} to renew them: `, context, again)) !== stack)
        throw new UserError("Nothing was changed.", { exit: exit.cancelled });
    }
    const outcomes = await opened.run();
    context.out.result({ schema: "mais.secrets.rotate/1", ...document, outcomes }, reportText(outcomes));
    return exitOf(outcomes, !all || sinceLeak);
  },
});

/** With `--all`, what waits for a person is told and no failure; what was asked for by name, or leaked, must be renewed. */
function exitOf(outcomes: readonly RotationOutcome[], isEachWanted: boolean) {
  const isAlive = outcomes.some(({ old }) => old?.dead === false);
  const isLeft = outcomes.some(({ outcome }) => outcome !== "renewed");
  return isAlive || (isEachWanted && isLeft) ? exit.other : exit.ok;
}

const WAYS: Readonly<Record<PlannedRotation["way"], string>> = {
  both: "both work, then the old one goes",
  swap: "in one update",
  window: "the old one dies at once",
  waits: "waits for a person",
  refused: "not renewed",
};

export function planText(rotations: readonly PlannedRotation[]): string {
  if (rotations.length === 0) return "Nothing to renew.";
  const head = ["Variable", "Class", "Way", "Overlap", "Deployed anew", "Without a value"];
  const rows = rotations.map((one) => [
    [one.name, ...one.along].join(" + ") + (one.resumed ? " (goes on)" : ""),
    one.class,
    WAYS[one.way],
    one.overlap,
    one.redeploys.join(", ") || "-",
    one.window,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line), ...rotations.flatMap(stepLines)].join("\n");
}

function stepLines({ name, steps }: { name: string; steps: readonly string[] }): string[] {
  return steps.length === 0 ? [] : ["", `${name}:`, ...steps.map((step) => `  ${step}`)];
}

export function reportText(outcomes: readonly RotationOutcome[]): string {
  return outcomes.flatMap((outcome) => [headline(outcome), ...details(outcome)]).join("\n");
}

function headline({ name, along, outcome, generation }: RotationOutcome): string {
  const which = [name, ...along].join(" + ");
  if (outcome === "renewed") return `${which}: renewed, generation ${generation}.`;
  return outcome === "waits" ? `${which}: waits for a new value.` : `${which}: not renewed.`;
}

function details({ evidence, old, windowMs, steps }: RotationOutcome): string[] {
  const proofs = evidence.map(({ consumer, by, processes, because }) =>
    by === "fingerprint"
      ? `  ${consumer}: runs with it (${processes} ${processes === 1 ? "process says" : "processes say"} so)`
      : `  ${consumer}: was deployed with it, which is weaker evidence: ${because}`,
  );
  const window = windowMs === undefined ? [] : [`  the API was not ready for ${windowMs} ms`];
  return [...proofs, ...(old ? [`  old value: ${old.how}`] : []), ...window, ...steps.map((step) => `  ${step}`)];
}
