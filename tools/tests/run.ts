import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createOutput } from "../../src/cli/output.ts";
import { obtainEngine } from "../../src/engine/obtain-engine.ts";
import { UserError } from "../../src/user-error.ts";
import { addCounts, type Counts, readCounts, summaryLine } from "./report.ts";

const root = resolve(import.meta.dirname, "../..");

/** What fails fast goes first. */
const STAGES = [["unit", "components", "providers", "sandbox", "conformance", "state", "cli"], ["engine"], ["chaos"]];

/** `npm test [-- filter…]`: everything, then one line of counts. MAIS_NO_SKIPS=1 makes a skipped test a failure. */
async function main(filters: readonly string[]): Promise<number> {
  const { stdout, stderr, env } = process;
  const out = createOutput({ mode: { json: false }, stdout, stderr, env });
  try {
    await obtainEngine({ root, env, progress: out });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    out.failure(error);
    return error.exit;
  }
  const exchanges = await mkdtemp(join(tmpdir(), "mais-test-exchanges-"));
  const counts: Counts[] = [];
  try {
    for (const projects of STAGES) counts.push(await runStage(projects, filters, exchanges));
    // Where no test ran there is nothing to judge, and no pass to count.
    if (addCounts(counts).passed > 0) counts.push(await judge(exchanges, filters.length === 0));
  } finally {
    await rm(exchanges, { recursive: true, force: true });
  }
  const total = addCounts(counts);
  if (total.skipped.length > 0) stdout.write(`\nSkipped:\n${total.skipped.map((name) => `  ${name}\n`).join("")}`);
  const skipsFail = env.MAIS_NO_SKIPS === "1" && total.skipped.length > 0;
  if (skipsFail) stdout.write("MAIS_NO_SKIPS=1: a skipped test is a failure.\n");
  stdout.write(`\n${summaryLine(total)}\n`);
  return total.failed > 0 || skipsFail || total.passed === 0 ? 1 : 0;
}

async function runStage(projects: readonly string[], filters: readonly string[], exchanges: string): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), "mais-test-report-"));
  const report = join(folder, "report.json");
  const args = [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`, "--passWithNoTests"],
    ...filters,
  ];
  try {
    const code = await runNode(args, { ...process.env, MAIS_SANDBOX_EXCHANGES: exchanges });
    return await readCounts(report, root, code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every sandbox of the run is judged by the vendors' contracts: one more test, which passes or fails. */
async function judge(exchanges: string, isWhole: boolean): Promise<Counts> {
  process.stdout.write("\n");
  const program = join(root, "test", "contracts", "judge.ts");
  const code = await runNode([program, exchanges, ...(isWhole ? ["--whole"] : [])], process.env);
  return code === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] };
}

function runNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit", env });
  return new Promise((settle) => {
    child.once("exit", (exitCode) => settle(exitCode ?? 1));
    child.once("error", () => settle(1));
  });
}

process.exitCode = await main(process.argv.slice(2));
