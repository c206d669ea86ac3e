import { parseEnv } from "node:util";

/** A file of given variables, and how to call it. */
export interface EnvFile {
  /** As the user wrote it. */
  path: string;
  text: string;
  /** Why the file could not be read; `text` is empty then. */
  unreadable?: string;
}

export interface ParsedEnvFile {
  values: ReadonlyMap<string, string>;
  /** Keys that occur more than once, with the lines that they are on. */
  duplicates: readonly { name: string; lines: readonly number[] }[];
}

/** A key at the start of a line, up to the blanks behind its `=`. */
const KEY = /^([ \t]*(?:export[ \t]+)?([^\s=#]+)[ \t]*=)[ \t]*/;

/**
 * Reads the file as Node's `--env-file` does, but for two of its traps: a byte-order mark would become part of the
 * first key, and in `A= ` the blanks would swallow the next line (`A= ⏎B=2` reads as A="B=2").
 */
export function parseEnvFile(text: string): ParsedEnvFile {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .split("\n");
  const seen = new Map<string, number[]>();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const [whole, start, name] = KEY.exec(line) ?? [];
    if (whole === undefined || start === undefined || name === undefined) continue;
    const value = line.slice(whole.length);
    lines[index] = start + value;
    seen.set(name, [...(seen.get(name) ?? []), index + 1]);
    index += linesSpanned(lines, index, value);
  }
  const values = Object.entries(parseEnv(lines.join("\n"))).map(([name, value]): [string, string] => [
    name,
    value ?? "",
  ]);
  const duplicates = [...seen].filter(([, at]) => at.length > 1).map(([name, at]) => ({ name, lines: at }));
  return { values: new Map(values), duplicates };
}

/** How many further lines a quoted value covers (they hold no keys); 0 if it ends on its own line, or never. */
function linesSpanned(lines: readonly string[], start: number, value: string): number {
  const quote = value[0];
  if (quote !== '"' && quote !== "'" && quote !== "`") return 0;
  if (value.indexOf(quote, 1) > 0) return 0;
  const end = lines.findIndex((line, index) => index > start && line.includes(quote));
  return end < 0 ? 0 : end - start;
}
