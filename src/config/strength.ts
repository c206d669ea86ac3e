/**
 * How many bits a secret seems to hold: H × d. H is Shannon's entropy per character, from how often each character
 * occurs in the value; d is one more than the number of different neighbouring pairs, without those that only carry on
 * a run (`aaa`, `abc`, `321`). Repeating a value, or parts of it, adds nothing. Words are not recognised here.
 */
export function strengthOf(value: string): number {
  const codes = Array.from(value, (character) => character.codePointAt(0) ?? 0);
  return entropyPerCharacter(codes) * (distinctPairs(codes) + 1);
}

/** The least strength of a secret of this length: two bits for each character, and never more than 128. */
export function leastStrength(value: string): number {
  return Math.min(2 * Array.from(value).length, 128);
}

export function isWeak(value: string): boolean {
  return strengthOf(value) < leastStrength(value);
}

function entropyPerCharacter(codes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / codes.length;
    entropy -= share * Math.log2(share);
  }
  return entropy;
}

function distinctPairs(codes: readonly number[]): number {
  const pairs = new Set<string>();
  let previousStep: number | undefined;
  for (const [index, code] of codes.entries()) {
    const next = codes[index + 1];
    if (next === undefined) break;
    const step = next - code;
    const carriesOn = step === previousStep && Math.abs(step) <= 1;
    if (!carriesOn) pairs.add(`${code} ${next}`);
    previousStep = step;
  }
  return pairs.size;
}
