import { setTimeout as sleep } from "node:timers/promises";

/** What one address answered. */
export interface Probe {
  url: string;
  ok: boolean;
  /** Undefined where nobody answered. */
  status: number | undefined;
  ms: number;
  /** The JSON body's `status`, in the guide's form of a health answer. */
  says: string | undefined;
  /** Why it is not ok. */
  problem: string | undefined;
}

export interface ProbeOptions {
  /** Milliseconds for one answer: the guide's five seconds. */
  timeout?: number;
  /** How often to ask again before giving up. */
  attempts?: number;
  /** Milliseconds between two attempts. */
  pause?: number;
}

/** Asks a health address until it is well, or `attempts` are used up. */
export async function probe(url: string, options: ProbeOptions = {}): Promise<Probe> {
  const { timeout = 5_000, attempts = 1, pause = 500 } = options;
  let last = await ask(url, timeout);
  for (let attempt = 1; attempt < attempts && !last.ok; attempt++) {
    await sleep(pause);
    last = await ask(url, timeout);
  }
  return last;
}

async function ask(url: string, timeout: number): Promise<Probe> {
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: "manual" });
    const says = statusOf(await response.text());
    const problem = response.ok ? undefined : `it answered ${response.status}`;
    return { url, ok: response.ok, status: response.status, ms: ms(), says, problem };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const problem = isLate ? `no answer within ${timeout} ms` : cause;
    return { url, ok: false, status: undefined, ms: ms(), says: undefined, problem };
  }
}

function statusOf(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "status" in body) return String(body.status);
  } catch {
    // A health answer need not be JSON.
  }
  return undefined;
}
