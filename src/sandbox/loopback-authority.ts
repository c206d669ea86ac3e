import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { AUTHORITY } from "./data-server-choice.ts";
import { issueAuthority, issueLeaf, toPem } from "./proxy/certificate.ts";

const DAY_MS = 86_400_000;
const LIFE_MS = 90 * DAY_MS;
/** With less than this left a new one is made. */
const RENEWAL_MS = 14 * DAY_MS;
const COMMON_NAME = "mais sandbox databases";

/**
 * Vouches for the servers on this machine's loopback addresses and for nothing else, which is why its clients can be told to
 * trust it for long. It is never put into a trust store.
 */
export class LoopbackAuthority {
  readonly file: string;
  readonly #privateKey: KeyObject;

  private constructor(file: string, privateKey: KeyObject) {
    this.file = file;
    this.#privateKey = privateKey;
  }

  /** The one in the sandbox's folder, or a new one if there is none that will do for some days. */
  static open(dir: string, now = new Date()): LoopbackAuthority {
    const file = join(dir, AUTHORITY);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const keyFile = join(dirname(file), "ca-key.pem");
    const known = readKey(file, keyFile, now);
    if (known) return new LoopbackAuthority(file, known);
    const { privateKey } = newKeyPair();
    const certificate = issueAuthority({
      ...{ commonName: COMMON_NAME, privateKey, permitted: "loopback" },
      validity: { from: new Date(now.getTime() - DAY_MS), to: new Date(now.getTime() + LIFE_MS) },
    });
    replaceFile(keyFile, toText(privateKey));
    replaceFile(file, toPem(certificate));
    return new LoopbackAuthority(file, privateKey);
  }

  /** Writes what a server at that address needs. */
  issue(host: string, folder: string): { certificate: string; key: string } {
    const [certificate, key] = [join(folder, "server.pem"), join(folder, "server-key.pem")];
    const made = this.#make(host);
    replaceFile(key, made.key);
    replaceFile(certificate, made.cert);
    return { certificate, key };
  }

  /** The same for a server within this process. */
  contextFor(host: string): SecureContext {
    return createSecureContext({ ...this.#make(host), minVersion: "TLSv1.2" });
  }

  #make(host: string, now = new Date()): { cert: string; key: string } {
    const { publicKey, privateKey } = newKeyPair();
    const leaf = issueLeaf({
      ...{ host, publicKey, issuer: { commonName: COMMON_NAME, privateKey: this.#privateKey } },
      validity: { from: new Date(now.getTime() - DAY_MS), to: new Date(now.getTime() + LIFE_MS) },
    });
    return { cert: toPem(leaf), key: toText(privateKey) };
  }
}

function readKey(file: string, keyFile: string, now: Date): KeyObject | undefined {
  try {
    const privateKey = createPrivateKey(readFileSync(keyFile, "utf8"));
    const certificate = new X509Certificate(readFileSync(file, "utf8"));
    const isLasting = certificate.validToDate.getTime() - now.getTime() > RENEWAL_MS;
    return isLasting && certificate.checkPrivateKey(privateKey) ? privateKey : undefined;
  } catch {
    // Whatever is wrong with it, a new one is as good.
    return undefined;
  }
}

function newKeyPair() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function toText(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
