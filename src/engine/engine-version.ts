/** The engine that everything here was measured and tested with; also the SDK's version and that of `tools/engine`. */
export const ENGINE_VERSION = "3.259.0";

/**
 * An engine found on the path may be newer, never older: the SDK asks for calls that an older one may lack. A new major
 * version is somebody's decision, not a fallback.
 */
export function isSupportedEngine(version: string): boolean {
  const found = numbers(version);
  const wanted = numbers(ENGINE_VERSION);
  if (!found || !wanted || found[0] !== wanted[0]) return false;
  for (const index of [1, 2] as const) {
    if (found[index] !== wanted[index]) return found[index] > wanted[index];
  }
  return true;
}

/** How messages name the range. */
export const SUPPORTED_ENGINES = `${ENGINE_VERSION} or newer, below 4`;

function numbers(version: string): [number, number, number] | undefined {
  // A pre-release of a newer minor version counts as that version.
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(version.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}
