import { describeBreaches } from "../helpers/contract.ts";
import { judgeRun, type RunJudgement } from "../helpers/contract-run.ts";

/**
 * `node test/contracts/judge.ts FOLDER [--whole]`: judges by the vendors' contracts what the sandboxes of a test run
 * exchanged. Exit code 1 for a breach, and with `--whole` for a known difference that nothing met.
 */
export function report(run: RunJudgement, isWhole: boolean): { lines: string[]; failed: boolean } {
  const isSilent = isWhole && (run.judged === 0 || run.judgedInTests === 0);
  const unmet = run.unmet.map(({ vendor, operation, where, at }) => `  ${vendor} ${operation}: ${where} ${at ?? ""}`);
  const lines = [
    `Contracts: ${run.judged} exchanges of ${run.processes} sandbox processes judged here, ${run.judgedInTests} in tests.`,
    ...(run.breaches.length > 0 ? [describeBreaches(run.breaches)] : []),
    ...(isSilent ? ["Some sandboxes left nothing to judge: is MAIS_SANDBOX_EXCHANGES handed on to them?"] : []),
    ...(unmet.length > 0 && isWhole ? ["Known differences that nothing met; take them out of differences.ts:"] : []),
    ...(isWhole ? unmet : []),
  ];
  return { lines, failed: run.breaches.length > 0 || isSilent || (isWhole && unmet.length > 0) };
}

if (import.meta.main) {
  const [folder = "", whole] = process.argv.slice(2);
  const { lines, failed } = report(judgeRun(folder), whole === "--whole");
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = failed ? 1 : 0;
}
