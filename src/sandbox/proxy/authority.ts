import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { issueAuthority, issueLeaf, nameConstraints, toPem } from "./certificate.ts";
import { PERMITTED_NAMES } from "./hosts.ts";

const DAY_MS = 86_400_000;
const LIFE_MS = 7 * DAY_MS;
/** With less than this left a new one is made. */
const RENEWAL_MS = 2 * DAY_MS;
/** For clients whose clock is a little behind. */
const BACKDATED_MS = 3_600_000;
/** Host names are the callers' to choose; past this many the oldest certificate is forgotten. */
const MAX_LEAVES = 500;

interface Pair {
  certificate: X509Certificate;
  privateKey: KeyObject;
}

export interface AuthorityOptions {
  /** Made for its owner alone. */
  folder: string;
  /** A file with another authority that the tools need beside it: that of the real databases. */
  besides?: string | undefined;
  /** The machine's time, which the certificates' readers go by, not the sandbox's. */
  now?(): Date;
}

/**
 * The proxy's own certificate authority: short-lived, on disk for its owner only, and able to vouch for the emulated
 * hosts and nothing else. It is never put into a trust store. Certificates of hosts are made on demand and live in memory.
 */
export class Authority {
  readonly #folder: string;
  readonly #besides: string | undefined;
  readonly #now: () => Date;
  readonly #leaves = new Map<string, SecureContext>();
  #pair: Pair;

  private constructor({ folder, besides, now = () => new Date() }: AuthorityOptions) {
    this.#folder = folder;
    this.#besides = besides;
    this.#now = now;
    const found = readPair(folder);
    this.#pair = found && isUsable(found, now()) ? found : makePair(folder, now());
    this.#publish();
  }

  /** The one in the folder, or a new one if there is none, it is near its end, or others could have read its key. */
  static open(options: AuthorityOptions): Authority {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    // The mode above is for a new folder only.
    chmodSync(options.folder, 0o700);
    return new Authority(options);
  }

  /** The certificate, for the tools to trust, with the other authority's if there is one. */
  get file(): string {
    return this.#besides === undefined ? certificateFile(this.#folder) : join(this.#folder, "trust.pem");
  }

  get expires(): Date {
    return this.#pair.certificate.validToDate;
  }

  /** Makes a new authority if this one is near its end. Programs that read the file before it must be started again. */
  renew(): void {
    if (isUsable(this.#pair, this.#now())) return;
    this.#pair = makePair(this.#folder, this.#now());
    this.#publish();
    this.#leaves.clear();
  }

  /** What a TLS server for that host needs. */
  contextFor(host: string): SecureContext {
    this.renew();
    const known = this.#leaves.get(host);
    if (known) return known;
    const [oldest] = this.#leaves.keys();
    if (oldest !== undefined && this.#leaves.size >= MAX_LEAVES) this.#leaves.delete(oldest);
    const context = this.#makeContext(host);
    this.#leaves.set(host, context);
    return context;
  }

  #publish(): void {
    if (this.#besides === undefined) return;
    const files = [certificateFile(this.#folder), this.#besides];
    replaceFile(this.file, files.map((file) => readFileSync(file, "utf8")).join(""));
  }

  #makeContext(host: string): SecureContext {
    const { certificate, privateKey } = this.#pair;
    const leaf = newKeyPair();
    const validity = { from: certificate.validFromDate, to: certificate.validToDate };
    const issuer = { commonName: commonNameOf(certificate), privateKey };
    const cert = toPem(issueLeaf({ host, publicKey: leaf.publicKey, validity, issuer }));
    return createSecureContext({ cert, key: toPkcs8(leaf.privateKey), minVersion: "TLSv1.2" });
  }
}

function makePair(folder: string, now: Date): Pair {
  const { privateKey } = newKeyPair();
  const validity = { from: new Date(now.getTime() - BACKDATED_MS), to: new Date(now.getTime() + LIFE_MS) };
  // A name of its own: a reader that still trusts the one before must not take them for the same.
  const commonName = `mais sandbox proxy ${randomBytes(4).toString("hex")}`;
  const certificate = toPem(issueAuthority({ commonName, privateKey, validity, permitted: PERMITTED_NAMES }));
  // The key first: a certificate without its key is not usable and is made anew.
  replaceFile(keyFile(folder), toPkcs8(privateKey));
  replaceFile(certificateFile(folder), certificate);
  return { certificate: new X509Certificate(certificate), privateKey };
}

/** What is there and fits together; whatever is wrong with it, a new one is as good. */
function readPair(folder: string): Pair | undefined {
  try {
    if (!isPrivate(keyFile(folder))) return undefined;
    const privateKey = createPrivateKey(readFileSync(keyFile(folder), "utf8"));
    const certificate = new X509Certificate(readFileSync(certificateFile(folder), "utf8"));
    return certificate.checkPrivateKey(privateKey) ? { certificate, privateKey } : undefined;
  } catch {
    return undefined;
  }
}

function isPrivate(file: string): boolean {
  const { mode, uid } = lstatSync(file);
  return (mode & 0o077) === 0 && uid === (process.getuid?.() ?? uid);
}

/** It has days left, and vouches for just the hosts that this version serves. */
function isUsable({ certificate }: Pair, now: Date): boolean {
  const left = certificate.validToDate.getTime() - now.getTime();
  const begun = certificate.validFromDate <= now;
  return begun && left > RENEWAL_MS && left <= LIFE_MS && certificate.raw.includes(nameConstraints(PERMITTED_NAMES));
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
  renameSync(temporary, file);
}

function commonNameOf({ subject }: X509Certificate): string {
  return subject.replace(/^CN=/, "");
}

function newKeyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function toPkcs8(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function keyFile(folder: string): string {
  return join(folder, "ca-key.pem");
}

function certificateFile(folder: string): string {
  return join(folder, "ca.pem");
}
