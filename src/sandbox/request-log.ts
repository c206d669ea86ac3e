import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { ExchangeFile } from "./exchange-file.ts";
import type { Exchange } from "./server.ts";
import { isAbsent } from "./storage.ts";

/** One request as it may be kept: no bodies, no headers, no values of the query. */
export interface LogEntry {
  /** Counts from 1 at the sandbox's start. */
  number: number;
  time: string;
  vendor: string;
  method: string;
  path: string;
  /** The names in the query. */
  query?: string[];
  status: number;
  ms: number;
  /** A method that changes things, whatever came of it. */
  write: boolean;
  /** `POST /v1/services`, or that nothing here answers to it. */
  route: string;
  /** The kind of the fault that hit it. */
  fault?: string;
}

export interface Counts {
  reads: number;
  writes: number;
  notEmulated: number;
}

export const NOT_EMULATED = "not emulated";

const REMEMBERED = 2_000;
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** `requests.log`: one JSON line for each request, and the newest of them in memory. */
export class RequestLog {
  readonly #file: number;
  readonly #entries: LogEntry[] = [];
  readonly #counts = new Map<string, Counts>();
  readonly #exchanges: ExchangeFile | undefined;
  #next = 1;

  /** With a folder for exchanges each is also written there, whole. */
  constructor(file: string, exchanges?: string) {
    keepOneGeneration(file);
    this.#exchanges = exchanges === undefined ? undefined : new ExchangeFile(exchanges);
    this.#file = openSync(file, "a", 0o600);
  }

  add(exchange: Exchange): void {
    const entry = toEntry(exchange, this.#next++);
    this.#entries.push(entry);
    if (this.#entries.length > REMEMBERED) this.#entries.shift();
    count(this.#counts, entry);
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    this.#exchanges?.add(exchange);
  }

  /** Those after `number`, oldest first, as far as they are remembered. */
  since(number: number): LogEntry[] {
    return this.#entries.filter((entry) => entry.number > number);
  }

  /** How many since the start. */
  get total(): number {
    return this.#next - 1;
  }

  counts(): Record<string, Counts> {
    return Object.fromEntries(this.#counts);
  }

  close(): void {
    closeSync(this.#file);
    this.#exchanges?.close();
  }
}

function toEntry(exchange: Exchange, number: number): LogEntry {
  const { time, vendor, method, status, ms, route, fault } = exchange;
  const query = [...new Set(exchange.query.keys())];
  return {
    ...{ number, time: time.toISOString(), vendor, method, path: publicPath(exchange) },
    ...(query.length > 0 ? { query } : {}),
    ...{ status, ms: Math.round(ms * 10) / 10, write: isWrite(method), route: route ?? NOT_EMULATED },
    ...(fault === undefined ? {} : { fault }),
  };
}

export function isWrite(method: string): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(method);
}

/** Some vendors put a credential into the path. Its place in the route is named for it, or the segment before it is. */
function publicPath({ path, route }: Exchange): string {
  const template = route?.split(" ")[1]?.split("/");
  const isCredential = (segments: string[], index: number) =>
    template
      ? /^\{.*(token|secret|password).*\}$/i.test(template[index] ?? "")
      : /^(tokens?|secrets?|passwords?)$/i.test(segments[index - 1] ?? "");
  return path
    .split("/")
    .map((segment, index, segments) => (isCredential(segments, index) ? "…" : segment))
    .join("/");
}

function count(counts: Map<string, Counts>, { vendor, write, route }: LogEntry): void {
  const mine = counts.get(vendor) ?? { reads: 0, writes: 0, notEmulated: 0 };
  counts.set(vendor, mine);
  if (route === NOT_EMULATED) mine.notEmulated += 1;
  else if (write) mine.writes += 1;
  else mine.reads += 1;
}

function keepOneGeneration(file: string): void {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) renameSync(file, `${file}.1`);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
