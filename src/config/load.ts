import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { EnvFile } from "./env-file.ts";
import type { StateBackend } from "./state-backend.ts";

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

/**
 * The state backend that the engine would use here, in its own order: the environment, the project file, the last login.
 * Undefined if none is chosen.
 */
export function currentBackend(
  env: Readonly<Record<string, string | undefined>>,
  checkout: string,
): StateBackend | undefined {
  const backendUrl = env.PULUMI_BACKEND_URL || projectBackend(checkout) || loginBackend(env);
  return backendUrl ? { backendUrl, checkout } : undefined;
}

/** `backend.url` of Pulumi.yaml, without the cost of a YAML parser: the file is short and of one form. */
function projectBackend(checkout: string): string | undefined {
  const text = readIfThere(join(checkout, "Pulumi.yaml")) ?? "";
  return /^backend:[ \t]*(?:#.*)?\n[ \t]+url:[ \t]*["']?([^\s"'#]+)/m.exec(text)?.[1];
}

/** https://www.pulumi.com/docs/iac/cli/environment-variables/ (PULUMI_HOME) */
function loginBackend(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const text = readIfThere(join(env.PULUMI_HOME ?? join(env.HOME ?? homedir(), ".pulumi"), "credentials.json"));
  try {
    const { current } = JSON.parse(text ?? "{}") as { current?: unknown };
    return typeof current === "string" && current !== "" ? current : undefined;
  } catch {
    // The engine judges its own file.
    return undefined;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
