import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { EnvFile } from "./env-file.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "a folder",
  EACCES: "one that may not be read",
};

/** Reads a file of variables. One that cannot be read is for the gate to report, beside all else that is wrong. */
export function readEnvFile(path: string, folder: string): EnvFile {
  try {
    return { path, text: readFileSync(resolve(folder, path), "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { path, text: "", unreadable: REASONS[code ?? ""] ?? `one that cannot be read (${code})` };
  }
}

/** A stack file's `config` as the engine hands it to a program: text as it stands, objects and lists as JSON. */
export function flattenConfig(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? ""),
    ]),
  );
}

/** Keys whose value is encrypted, wholly or in a part. */
export function encryptedKeys(config: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(config).filter((key) => holdsCiphertext(config[key]));
}

function holdsCiphertext(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(holdsCiphertext);
}
