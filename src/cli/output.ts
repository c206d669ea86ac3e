import type { Progress } from "../progress.ts";
import type { UserError } from "../user-error.ts";

/** What `--json` prints: one document that names its own form. */
export interface JsonDocument {
  /** `mais.validate/1` */
  schema: `mais.${string}/${number}`;
  [field: string]: unknown;
}

/** Where a command's words go: the result to stdout, everything else to stderr. */
export interface Output extends Progress {
  /** The command's result: the document with `--json`, else the text. Called once. */
  result(json: JsonDocument, text: string): void;
  /** Something to know that is not the result. */
  note(text: string): void;
  /** Failure, its rule and the next step. */
  failure(error: Pick<UserError, "message" | "advice">): void;
  /** Styles that are empty where colours are unwanted. */
  style: Style;
  /** People are watching: a terminal, and not a CI job. */
  interactive: boolean;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** A stream as far as output needs it. */
export interface Sink {
  isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface OutputOptions {
  /** Looked at when the result comes: `--json` may stand after the command's name. */
  mode: { json: boolean };
  stdout: Sink;
  stderr: Sink;
  env: Record<string, string | undefined>;
}

/** How often a running step tells its age: in place on a terminal, as a line of its own elsewhere. */
const TERMINAL_TICK = 1_000;
const LOG_TICK = 10_000;
const CLEAR_LINE = "\r\u001b[2K";

export function createOutput({ mode, stdout, stderr, env }: OutputOptions): Output {
  const interactive = Boolean(stderr.isTTY) && !env.CI && env.TERM !== "dumb";
  // A running step holds the terminal's last line; whatever else is said goes above it.
  const terminal = { steps: 0 };
  const line = (text: string) => void stderr.write(`${interactive && terminal.steps > 0 ? CLEAR_LINE : ""}${text}\n`);
  const style = createStyle(interactive && !env.NO_COLOR);
  return {
    style,
    interactive,
    line,
    note: line,
    step: (label, work) => runStep({ label, interactive, stderr, style, terminal }, work),
    result: (document, text) => void stdout.write(mode.json ? `${JSON.stringify(document)}\n` : withNewline(text)),
    failure({ message, advice }) {
      line(`${style.red("error:")} ${message}`);
      for (const next of advice) line(`  ${next}`);
      if (mode.json) stdout.write(`${JSON.stringify({ schema: "mais.error/1", message, advice })}\n`);
    },
  };
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function createStyle(coloured: boolean): Style {
  const code = (open: number, close: number) => (text: string) =>
    coloured ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), yellow: code(33, 39) };
}

interface Step {
  label: string;
  interactive: boolean;
  stderr: Sink;
  style: Style;
  terminal: { steps: number };
}

async function runStep<T>(step: Step, work: (update: (detail: string) => void) => Promise<T>): Promise<T> {
  const { label, interactive, stderr, style, terminal } = step;
  const start = performance.now();
  let detail = "";
  const age = () => `${Math.round((performance.now() - start) / 1000)} s`;
  const show = () => {
    const words = detail ? `${label}: ${detail}` : label;
    const columns = Math.max(20, (process.stderr.columns || 80) - 10);
    stderr.write(interactive ? `${CLEAR_LINE}${words.slice(0, columns)} ${style.dim(age())}` : `${words} … ${age()}\n`);
  };
  stderr.write(interactive ? label : `${label} …\n`);
  terminal.steps++;
  const timer = setInterval(show, interactive ? TERMINAL_TICK : LOG_TICK);
  const finish = (mark: string) => {
    clearInterval(timer);
    terminal.steps--;
    stderr.write(`${interactive ? CLEAR_LINE : ""}${label}: ${mark} (${age()})\n`);
  };
  try {
    const value = await work((text) => {
      detail = text;
    });
    finish(style.green("done"));
    return value;
  } catch (error) {
    finish(style.red("failed"));
    throw error;
  }
}
