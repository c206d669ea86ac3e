import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** What one run of vitest counted. */
export interface Counts {
  passed: number;
  failed: number;
  /** `test/engine/up.test.ts: the whole stack comes up` */
  skipped: string[];
}

/** Vitest's JSON report as far as we read it. */
interface Report {
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

const SKIPPED = new Set(["skipped", "pending", "todo", "disabled"]);

/** Reads a report. A run that left none counts as one failure, whatever its exit code; so does a file that broke. */
export async function readCounts(file: string, root: string, code: number): Promise<Counts> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1, skipped: [] };
  // Written by the vitest that the lock file pins.
  const counts = countTests(JSON.parse(text) as Report, root);
  // Unhandled errors outside of any test fail the run and no test.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function countTests(report: Report, root: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for (const { name, status, assertionResults } of report.testResults) {
    if (status === "failed" && assertionResults.every((test) => test.status !== "failed")) counts.failed++;
    for (const test of assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") counts.failed++;
      else if (SKIPPED.has(test.status)) counts.skipped.push(`${relative(root, name)}: ${test.fullName}`);
    }
  }
  return counts;
}

export function addCounts(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.flatMap(({ skipped }) => skipped),
  };
}

/** The line that ends every run, alone. */
export function summaryLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}
