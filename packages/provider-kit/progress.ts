type Tell = (message: string) => void;

const listeners = new WeakMap<AbortSignal, Tell>();

/** Whoever waits on behalf of this signal's operation can say so, without knowing the operation. */
export function tellProgress(signal: AbortSignal, tell: Tell): void {
  listeners.set(signal, tell);
}

/** One progress line in the engine's output; nothing where the signal is nobody's, as in a test. */
export function progressOf(signal: AbortSignal): Tell {
  return listeners.get(signal) ?? (() => {});
}
