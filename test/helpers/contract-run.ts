import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readExchange } from "../../src/sandbox/exchange-file.ts";
import type { Exchange } from "../../src/sandbox/server.ts";
import { type Difference, differences } from "../contracts/differences.ts";
import { type Judgement, judgeTraffic } from "./contract.ts";

/** The folder in which a whole test run gathers what its sandboxes exchanged, and what was already judged. */
const FOLDER = process.env.MAIS_SANDBOX_EXCHANGES;

const NOTES = "judged-in-tests.jsonl";

interface Note {
  judged: number;
  /** Places in the list of known differences. */
  met: number[];
}

/** Leaves a line about a sandbox that its own test has judged, where a whole run gathers them. */
export function noteJudgement({ judged, met }: Judgement): void {
  if (FOLDER === undefined || judged === 0) return;
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const note: Note = { judged, met: [...met].map((difference) => differences.indexOf(difference)) };
  // One short line in one write: the lines of several processes do not mix.
  appendFileSync(join(FOLDER, NOTES), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

/** What a whole run gathered. */
export interface RunJudgement extends Judgement {
  /** Sandboxes in processes of their own. */
  processes: number;
  /** Exchanges that the tests themselves have judged. */
  judgedInTests: number;
  /** Known differences that nothing met. */
  unmet: Difference[];
}

/** Judges what the sandboxes of a run left in the folder, and adds what its tests have judged before. */
export function judgeRun(folder: string): RunJudgement {
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl") && name !== NOTES);
  const own = judgeTraffic(files.flatMap((name) => [...exchangesOf(join(folder, name))]));
  const notes = linesOf(join(folder, NOTES)).map((line): Note => JSON.parse(line));
  const met = new Set([...own.met, ...notes.flatMap((note) => note.met.map((at) => differences[at]))]);
  return {
    ...own,
    processes: files.length,
    judgedInTests: notes.reduce((sum, { judged }) => sum + judged, 0),
    unmet: differences.filter((difference) => !met.has(difference)),
  };
}

/** What was exchanged without a fault. The last line of a process that was killed may be cut short. */
function* exchangesOf(file: string): Generator<Exchange> {
  const lines = linesOf(file);
  for (const [at, line] of lines.entries()) {
    const exchange = parse(line);
    if (exchange === undefined && at < lines.length - 1) throw new Error(`${file}:${at + 1} is no exchange`);
    if (exchange && exchange.fault === undefined) yield exchange;
  }
}

function parse(line: string): Exchange | undefined {
  try {
    return readExchange(line);
  } catch {
    return undefined;
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
