import { COMMON_WORDS } from "./common-words.ts";

/**
 * How many bits a secret seems to hold: H × d. H is Shannon's entropy per character, from how often each character
 * occurs in the value; d is one more than the number of different neighbouring pairs, without those that only carry on
 * a run (`aaa`, `abc`, `321`). Repeating a value, or parts of it, adds nothing, and a common word counts as a character.
 */
export function strengthOf(value: string): number {
  const codes = symbolsOf(value);
  return entropyPerCharacter(codes) * (distinctPairs(codes) + 1);
}

/** The least strength of a secret of this length: two bits for each character, and never more than 128. */
export function leastStrength(value: string): number {
  return Math.min(2 * Array.from(value).length, 128);
}

export function isWeak(value: string): boolean {
  return strengthOf(value) < leastStrength(value);
}

/** Digits and signs that people write for letters. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", $: "s", "!": "i" },
};

const [SHORTEST, LONGEST] = [4, Math.max(...Array.from(COMMON_WORDS, (word) => word.length))];

/** Past Unicode's last code point, so that a word equals no character. */
const FIRST_WORD = 0x110000;
const WORD_STARTS = new Set(Array.from(COMMON_WORDS, (word) => word.slice(0, SHORTEST)));
const WORD_CODES = new Map(Array.from(COMMON_WORDS, (word, index) => [word, FIRST_WORD + 2 * index]));

/** A code for each character, or for each common word: longer words first, in any case, also in `p4ssw0rd`'s spelling. */
function symbolsOf(value: string): number[] {
  const characters = Array.from(value);
  const plain = characters.map((character) => character.toLowerCase());
  const letters = plain.map((character) => LETTERS[character] ?? character);
  const codes: number[] = [];
  for (let at = 0; at < characters.length; ) {
    const word = wordAt(letters, at) ?? wordAt(plain, at);
    codes.push(word?.code ?? characters[at]?.codePointAt(0) ?? 0);
    at += word?.length ?? 1;
  }
  return codes;
}

function wordAt(letters: readonly string[], at: number): { code: number; length: number } | undefined {
  if (!WORD_STARTS.has(letters.slice(at, at + SHORTEST).join(""))) return undefined;
  for (let length = Math.min(LONGEST, letters.length - at); length >= SHORTEST; length--) {
    const code = WORD_CODES.get(letters.slice(at, at + length).join(""));
    if (code !== undefined) return { code, length };
  }
  return undefined;
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
