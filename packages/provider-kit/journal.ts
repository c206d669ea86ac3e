import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { parseUrn } from "./urn.ts";

/** Written before a create is sent, so that an interrupted one is recognised by the next run. Holds no secret. */
export interface Intent {
  urn: string;
  /** The object's natural key as a person would say it. */
  label: string;
  /** 32 hex digits; also written into the object where the vendor has a place for it. */
  nonce: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Ids that already bore the natural key when the create was decided. */
  existing: string[];
  /** Known once the vendor answered; the entry goes when the engine names the object by it. */
  id?: string;
}

/** The intent journal: one small file per create that is not yet known to be in the engine's state. */
export class Journal {
  readonly #folder: string;
  #open: Set<string> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  find(urn: string): Intent | undefined {
    if (!this.#names().has(fileName(urn))) return undefined;
    return JSON.parse(readFileSync(join(this.#folder, fileName(urn)), "utf8")) as Intent;
  }

  /** Every open entry, whatever stack it belongs to. */
  all(): Intent[] {
    return [...this.#names()].map((name) => JSON.parse(readFileSync(join(this.#folder, name), "utf8")) as Intent);
  }

  start(urn: string, label: string, existing: string[], previous?: Intent): Intent {
    const nonce = previous?.nonce ?? randomBytes(16).toString("hex");
    const startedAt = previous?.startedAt ?? Date.now();
    const intent = { urn, label, nonce, startedAt, existing: previous?.existing ?? existing };
    this.write(intent);
    return intent;
  }

  /** Synced to disk before it returns: after a power cut the entry is there, or the create was never sent. */
  write(intent: Intent): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const target = join(this.#folder, fileName(intent.urn));
    const file = openSync(`${target}.new`, "w", 0o600);
    writeSync(file, `${JSON.stringify(intent)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${target}.new`, target);
    const folder = openSync(this.#folder, "r");
    fsyncSync(folder);
    closeSync(folder);
    this.#names().add(fileName(intent.urn));
  }

  /** The engine knows the object by this id: nothing is open any more. */
  settle(urn: string, id: string): void {
    if (this.#names().has(fileName(urn)) && this.find(urn)?.id === id) this.drop(urn);
  }

  /** The vendor refused: nothing was made. */
  drop(urn: string): void {
    rmSync(join(this.#folder, fileName(urn)), { force: true });
    this.#names().delete(fileName(urn));
  }

  #names(): Set<string> {
    this.#open ??= new Set(list(this.#folder));
    return this.#open;
  }
}

function fileName(urn: string): string {
  const { project, stack, name } = parseUrn(urn);
  const readable = `${project}.${stack}.${name}`.replace(/[^\w.-]/g, "_").slice(0, 100);
  return `${readable}.${createHash("sha256").update(urn).digest("hex").slice(0, 12)}.json`;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}
