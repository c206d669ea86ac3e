import { setTimeout as sleep } from "node:timers/promises";

export interface SteadyProbe<Result> {
  /** What the work came to. */
  result: Result;
  /** Requests that were answered as wanted. */
  answered: number;
  /** One line per request that was not: when, in milliseconds since the start, and why. */
  failures: { at: number; why: string }[];
  /** From the first failed request to the first good one after the last failed one; 0 where none failed. */
  windowMs: number;
}

export interface SteadyProbeOptions {
  /** @defaultValue 20 */
  perSecond?: number;
  /** What else a request may take before it counts as failed. @defaultValue 5000 */
  timeoutMs?: number;
}

/**
 * Asks an address steadily while the work is under way: each request begins in time, whether the one before is answered or
 * not, as those of many users do. Every answer but a 200 is a failure.
 */
export async function probeDuring<Result>(
  url: string,
  work: () => Promise<Result>,
  { perSecond = 20, timeoutMs = 5_000 }: SteadyProbeOptions = {},
): Promise<SteadyProbe<Result>> {
  const start = performance.now();
  const asked: Promise<Asked>[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      asked.push(ask(url, { at: performance.now() - start, timeoutMs }));
      await sleep(Math.max(0, start + (asked.length * 1_000) / perSecond - performance.now()));
    }
  })();
  try {
    const result = await work();
    isOver = true;
    await asking;
    return { result, ...count(await Promise.all(asked)) };
  } finally {
    isOver = true;
    await Promise.all([asking, ...asked]);
  }
}

interface Asked {
  at: number;
  why: string | undefined;
}

async function ask(url: string, { at, timeoutMs }: { at: number; timeoutMs: number }): Promise<Asked> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" });
    const text = await answer.text();
    return { at, why: answer.status === 200 ? undefined : `${answer.status} ${text.slice(0, 200)}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { at, why: String(cause) };
  }
}

function count(asked: readonly Asked[]) {
  const failures = asked.flatMap(({ at, why }) => (why === undefined ? [] : [{ at: Math.round(at), why }]));
  const [first, last] = [failures[0]?.at, failures.at(-1)?.at];
  const recovered = asked.find(({ at, why }) => why === undefined && last !== undefined && at > last)?.at;
  const end = recovered ?? asked.at(-1)?.at ?? 0;
  return {
    answered: asked.length - failures.length,
    failures,
    windowMs: first === undefined ? 0 : Math.round(end - first),
  };
}
