import type { Finding } from "../../ops/repair-findings.ts";
import { type Context, defineCommand, shared } from "../command.ts";
import { confirm } from "../confirm.ts";
import { type ExitCode, exit } from "../exit.ts";

export const repair = defineCommand({
  name: "repair",
  about: "Show what interrupted runs left open, and settle it with what the vendors have",
  details:
    "Looks up every pending operation of the state and every entry of the intent journal. Nothing at a vendor is ever\n" +
    "changed: an object that is provably ours is left for the next up to adopt, what was never made is forgotten, and what\n" +
    "somebody else made is named. Ends with 4 when something stays open for a person to look at.",
  examples: ["mais repair --stack dev --dry-run", "mais repair --stack prod --yes"],
  options: {
    stack: { ...shared.stack, required: true },
    "dry-run": { type: "boolean", about: "Only show; change nothing" },
    yes: { type: "boolean", short: "y", about: "Settle without asking" },
  },
  async run({ stack, "dry-run": dryRun, yes }, context) {
    const { out, place, sandbox } = context;
    const { planRepair } = await import("../../ops/repair.ts");
    const { target, findings, apply } = await planRepair(stack, place);
    const mais = `mais ${sandbox ? "--sandbox " : ""}`;
    const up = `Next: ${mais}pulumi up --stack ${stack}`;
    const report = (applied: boolean, next: string) =>
      out.result(
        { schema: "mais.repair/1", stack, target, dryRun, applied, findings },
        findings.length > 0 ? `${describe(findings)}\n\n${next}` : `Nothing is open on stack ${stack}.`,
      );
    const isClearing = findings.some(({ drops }) => drops.operations || drops.entry);
    if (dryRun || !isClearing) {
      report(false, isClearing ? `Settle it: ${mais}repair --stack ${stack}` : up);
      return code(findings);
    }
    if (!yes) await askFirst(findings, context, `${mais}repair --stack ${stack} --yes`);
    await apply();
    const left = findings.filter(({ verdict }) => verdict === "unclear").length;
    report(true, `${findings.length - left} of ${findings.length} settled. ${up}`);
    return code(findings);
  },
});

async function askFirst(findings: readonly Finding[], context: Context, otherwise: string): Promise<void> {
  context.out.note(describe(findings));
  await confirm("Settle these? Nothing at a vendor is changed.", context, `Settle it with: ${otherwise}`);
}

function code(findings: readonly Finding[]): ExitCode {
  return findings.some(({ verdict }) => verdict === "unclear") ? exit.deploy : exit.ok;
}

function describe(findings: readonly Finding[]): string {
  // The journal's entries of a run that went well, which the next run drops by itself: a list of them would hide the rest.
  const arrived = findings.filter(({ open, verdict }) => verdict === "settled" && open.join() === "journal");
  const rows = findings.filter((finding) => !arrived.includes(finding)).map(describeOne);
  const count = arrived.length === 1 ? "One create" : `${arrived.length} creates`;
  const bookkeeping = `${count} in the journal arrived in state: nothing is open there.`;
  return [...rows, ...(arrived.length > 0 ? [bookkeeping] : [])].join("\n");
}

function describeOne({ vendor, kind, name, open, vendorHas, meaning, next }: Finding): string {
  const what = open.map((word) => (word === "journal" ? "create in the journal" : word)).join(", ");
  return [
    `${vendor} ${kind} ${name}: ${what}`,
    `    vendor has  ${vendorHas}`,
    `    so          ${meaning}`,
    ...(next ? [`    next        ${next}`] : []),
  ].join("\n");
}
