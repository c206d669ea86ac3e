import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition on another process, with a bound; answers what the condition gave. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > end) throw new Error(`waited ${limitMs / 1_000} s for: ${what}`);
    await sleep(10);
  }
}
