import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Exchange } from "./server.ts";

/** An exchange as a line of the file has it. */
export interface WrittenExchange extends Omit<Exchange, "time" | "query"> {
  time: string;
  query: string;
}

/**
 * Every request with its answer, whole, one JSON line each: what tests judge by the vendors' contracts. It holds secrets, so
 * it is written only where somebody names a folder for it, each sandbox a file of its own.
 */
export class ExchangeFile {
  readonly #file: number;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = openSync(join(folder, `${process.pid}-${Date.now()}.jsonl`), "ax", 0o600);
  }

  add(exchange: Exchange): void {
    const written: WrittenExchange = {
      ...exchange,
      time: exchange.time.toISOString(),
      query: exchange.query.toString(),
    };
    writeSync(this.#file, `${JSON.stringify(written)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A line back as the exchange that it was. */
export function readExchange(line: string): Exchange {
  // Written by `add` above.
  const { time, query, ...rest } = JSON.parse(line) as WrittenExchange;
  return { ...rest, time: new Date(time), query: new URLSearchParams(query) } as Exchange;
}
