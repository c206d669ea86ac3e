import type { StackFinding } from "../../ops/doctor.ts";
import { defineCommand, shared } from "../command.ts";
import { exit } from "../exit.ts";

export const doctor = defineCommand({
  name: "doctor",
  about: "Judge whether the settings fit the application's repository; changes nothing",
  details:
    "Reads package.json, workspaces and lock file of the checkout that --repo names, and says whether root directories,\n" +
    "build and start commands of the stacks fit Next.js on Vercel and the services on Render. It asks no vendor.",
  examples: ["mais doctor --repo ../app", "mais doctor --repo ../app --stack prod --json"],
  options: {
    repo: { type: "string", value: "PATH", required: true, about: "The checkout of the application" },
    stack: { ...shared.stack, about: "Judge this stack alone: dev, staging or prod (default all)" },
  },
  async run({ repo, stack }, { out, place }) {
    const { examineRepository } = await import("../../ops/doctor.ts");
    const findings = examineRepository(repo, stack, place);
    const wrong = findings.filter(({ verdict }) => verdict === "wrong").length;
    const ok = wrong === 0;
    out.result({ schema: "mais.doctor/1", repo, ok, findings }, [...findings.map(row), "", summary(wrong)].join("\n"));
    return ok ? exit.ok : exit.usage;
  },
});

function row({ verdict, stack = "all", subject, read, rule, fix }: StackFinding): string {
  const head = `${verdict.padEnd(8)} ${stack.padEnd(8)} ${subject.padEnd(24)} ${read}`;
  if (verdict === "ok") return head;
  return [head, rule, ...(fix === undefined ? [] : [fix])].join(`\n${" ".repeat(18)}`);
}

function summary(wrong: number): string {
  if (wrong === 0) return "Nothing is wrong as far as files tell.";
  return `${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong. Nothing was changed.`;
}
