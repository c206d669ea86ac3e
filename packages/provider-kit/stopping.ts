/** How long one operation may take. */
export interface TimeLimit {
  /** The resource's `customTimeouts`; 0 stands for none. */
  timeoutSeconds: number;
  /** What the kind takes where there are none. @defaultValue 30 */
  usualMinutes?: number | undefined;
}

const USUAL_MINUTES = 30;
/** A timer with a longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A signal that ends whatever waits when the time is over, and says whose limit that was. */
export function startDeadline({ timeoutSeconds, usualMinutes = USUAL_MINUTES }: TimeLimit): Disposable & {
  signal: AbortSignal;
} {
  const seconds = timeoutSeconds > 0 ? timeoutSeconds : usualMinutes * 60;
  const origin = timeoutSeconds > 0 ? "set by customTimeouts" : "customTimeouts can raise it";
  const limit = new AbortController();
  const end = () =>
    limit.abort(new DOMException(`the time limit of ${inWords(seconds)} is over (${origin})`, "TimeoutError"));
  const timer = setTimeout(end, Math.min(seconds * 1000, LONGEST_TIMER_MS)).unref();
  return { signal: limit.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

function inWords(seconds: number): string {
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** The answer, or the end of waiting for it, whichever is first. */
export async function stoppable<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([stopped.promise, answer]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** An error in words. A stopped pause or request says only that it was aborted; here it says why. */
export function messageIn(error: unknown, signal: AbortSignal): string {
  const isAbort = error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
  return isAbort && signal.aborted ? `stopped: ${reasonOf(signal)}` : messageOf(error);
}

export function reasonOf({ reason }: AbortSignal): string {
  return messageOf(reason);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
