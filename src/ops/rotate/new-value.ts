import { randomInt } from "node:crypto";
import { parseEnvFile } from "../../config/env-file.ts";
import type { Environment } from "../../config/environments.ts";
import type { Row } from "../../config/variable.ts";

const ALPHABETS = {
  hex: "0123456789abcdef",
  base64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

/** What a given value of one's own making is replaced by: as the stack would have made it. */
export function makeUp(row: Row | undefined): string {
  const { length, charset } = row?.generated ?? { length: 64, charset: "base64url" as const };
  const alphabet = ALPHABETS[charset];
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** New values as they were handed over: lines `NAME=value`; for one variable also the bare value. */
export function handedValues(text: string, names: readonly string[]): ReadonlyMap<string, string> {
  const { values } = parseEnvFile(text);
  const [name] = names;
  const known = new Map([...values].filter(([, value]) => value.trim() !== ""));
  if (name === undefined || names.length > 1 || known.has(name)) return known;
  return new Map([[name, text.replace(/\r?\n$/, "")]]);
}

/** What is wrong with values that were handed over, in words that hold none of them. */
export function handedProblems(
  handed: ReadonlyMap<string, string>,
  { rows, environment }: { rows: ReadonlyMap<string, Row>; environment: Environment },
): string[] {
  return [...handed].flatMap(([name, value]) => {
    const row = rows.get(name);
    if (!row) return [`${name}: no such variable.`];
    const fault = row[environment].shape.judge(value);
    return fault ? [`${name}: ${fault.rule}.`] : [];
  });
}
