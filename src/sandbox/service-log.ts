import type { LogLine } from "./service-host.ts";

const LONGEST = 2_000;

/** The last lines of a service: what its builds and all its versions printed. */
export class ServiceLog {
  readonly #lines: LogLine[] = [];
  readonly #now: () => Date;
  readonly #limit: number;

  constructor(now: () => Date, limit = 1_000) {
    this.#now = now;
    this.#limit = limit;
  }

  add(type: LogLine["type"], text: string): void {
    this.#lines.push({ at: this.#now(), type, text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text });
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }

  lines(): LogLine[] {
    return [...this.#lines];
  }

  last(count = 200): string[] {
    return this.#lines.slice(-count).map(({ text }) => text);
  }
}

/** A service may print what it was given; its log shows the variable's name instead. */
export function hider(variables: Record<string, string>): (line: string) => string {
  const long = Object.entries(variables)
    .filter(([, value]) => value.length >= 8)
    .sort(([, a], [, b]) => b.length - a.length);
  return (line) => long.reduce((text, [name, value]) => text.replaceAll(value, `$${name}`), line);
}

/** What went wrong with a command, and the end of what it printed. */
export function withLastLines(what: string, printed: readonly string[]): string {
  const lines = printed.length > 0 ? printed.map((line) => `  | ${line}`) : ["  (it printed nothing)"];
  return [`${what}. Its last lines:`, ...lines].join("\n");
}
