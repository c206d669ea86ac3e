import { randomInt } from "node:crypto";
import { defineResource, Refused } from "@mais/provider-kit";
import { z } from "zod";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

const ALPHABETS = {
  hex: `${DIGITS}abcdef`,
  base64url: `${LETTERS}${DIGITS}-_`,
  alphanumeric: `${LETTERS}${DIGITS}`,
};

/** Below this a secret can be guessed with enough hardware. */
const FEWEST_BITS = 128;

/** Inputs that give a new value when they change. */
const RENEWING = ["length", "charset", "generation", "keepers"] as const;

type Api = Record<string, never>;

/**
 * A random secret that is made once and kept in state, encrypted. Nothing outside the state holds it: whoever loses the
 * state loses the secret.
 */
export const GeneratedSecret = defineResource("mais:index/generatedSecret:GeneratedSecret", {
  inputs: {
    /** How many characters. */
    length: z.number().int().max(4096),
    /** Which characters: `hex` for keys that are parsed as bytes. */
    charset: z.enum(["hex", "base64url", "alphanumeric"]).default("alphanumeric"),
    /** Raise it to replace the value, in place: whatever uses the secret then gets the new one in the same run. */
    generation: z.number().int().min(1).default(1),
    /** Keeps the value before the present one beside it, for as long as this is true: both are to work for a while. */
    overlap: z.boolean().optional(),
    /** Any values: when one changes, the secret does too. */
    keepers: z.record(z.string(), z.string()).optional(),
  },
  outputs: {
    /** The secret itself. */
    value: z.string(),
    /** The one before it while `overlap` is on, else the value itself. */
    previousValue: z.string().optional(),
  },
  secrets: ["value", "previousValue"],
  recomputed: { value: [...RENEWING], previousValue: [...RENEWING, "overlap"] },
  check({ length, charset }) {
    const fewest = Math.ceil(FEWEST_BITS / Math.log2(ALPHABETS[charset].length));
    if (length >= fewest) return [];
    return [
      { property: "length", reason: `must be at least ${fewest} for ${charset}, which gives ${FEWEST_BITS} bits` },
    ];
  },
  async create(_api: Api, { length, charset }, { urn }) {
    const value = generate(length, ALPHABETS[charset]);
    return { id: nameOf(urn), value, previousValue: value };
  },
  async read(_api, _id, { inputs, outputs }) {
    if (inputs && outputs?.value !== undefined) {
      const { value, previousValue = value } = outputs;
      return { ...inputs, value, previousValue };
    }
    throw new Refused(
      "A generated secret lives in the state alone, so there is nothing to import. Let the program make a new one",
    );
  },
  async update(_api, _id, { length, charset, overlap }, { changed, outputs }) {
    const { value: present, previousValue: before = present } = outputs;
    const isRenewed = present === undefined || RENEWING.some((input) => changed.has(input));
    const value = isRenewed ? generate(length, ALPHABETS[charset]) : present;
    return { value, previousValue: (overlap ? (isRenewed ? present : before) : undefined) ?? value };
  },
  async delete() {},
});
export type GeneratedSecret = InstanceType<typeof GeneratedSecret>;

/** `randomInt` draws again instead of wrapping round, so every character is equally likely. */
function generate(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
