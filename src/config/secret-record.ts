import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "./configuration.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { fingerprint } from "./fingerprint.ts";
import type { OtherEnvironments } from "./shared-secrets.ts";

type Fingerprints = Readonly<Record<string, string>>;

/** `.mais` is ignored by Git: the record knows what this checkout has deployed, and no more. */
const place = (root: string, file: string) => join(root, ".mais", file);
const RECORD = "fingerprints.json";
const KEY = "fingerprint.key";

/** The given secrets of every environment that this checkout brought up, as fingerprints. */
export function otherEnvironments(root: string): OtherEnvironments | undefined {
  const key = read(place(root, KEY));
  if (!key) return undefined;
  const record = readRecord(root);
  return {
    fingerprint: (value) => fingerprint(key, value),
    secrets: ENVIRONMENTS.map((environment) => ({ environment, fingerprints: record[environment] ?? {} })),
  };
}

/** Notes an environment's given secrets, so that the gate of another one can tell whether it is handed the same. */
export function recordSecrets(root: string, { environment, variables }: Configuration): void {
  const key = projectKey(root);
  const given = [...variables.values()].flatMap(({ name, row, source, value }) =>
    source === "given" && row.secret ? [[name, fingerprint(key, value)]] : [],
  );
  const record = { ...readRecord(root), [environment]: Object.fromEntries(given) };
  write(place(root, RECORD), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The key of this project's fingerprints, made on first use. */
export function projectKey(root: string): string {
  mkdirSync(join(root, ".mais"), { recursive: true, mode: 0o700 });
  return read(place(root, KEY)) ?? write(place(root, KEY), randomBytes(32).toString("hex"));
}

function readRecord(root: string): Readonly<Record<string, Fingerprints | undefined>> {
  try {
    return JSON.parse(read(place(root, RECORD)) ?? "{}");
  } catch {
    // Half a record proves nothing, and the next run writes a whole one.
    return {};
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** In one step, so that a run beside us never reads half a file. */
function write(file: string, text: string): string {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
  return text;
}
