import { setTimeout as sleep } from "node:timers/promises";
import { Refused, Unsettled } from "./errors.ts";
import { reasonOf } from "./stopping.ts";

/** Looks again and again, with growing pauses, until `look` answers something; stops with the signal or the limit. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined>,
  options: { signal: AbortSignal; limitMs: number; firstPauseMs?: number; longestPauseMs?: number },
): Promise<T> {
  const { signal, limitMs, firstPauseMs = 250, longestPauseMs = 10_000 } = options;
  const until = Date.now() + limitMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() + pause > until) throw new Refused(`${what} did not finish within ${Math.round(limitMs / 1000)} s`);
    await sleep(pause, undefined, { signal }).catch(() => {
      throw new Unsettled(`${what} was not waited for to its end: ${reasonOf(signal)}`, { cause: signal.reason });
    });
  }
}
