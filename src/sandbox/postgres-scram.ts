import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest();
const hmac = (key: Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/** The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. */
export class Scram {
  readonly #password: string;
  readonly #nonce = randomBytes(18).toString("base64");
  #serverSignature = Buffer.alloc(0);

  constructor(password: string) {
    this.#password = password.normalize("NFKC");
  }

  /** PostgreSQL takes the user's name from the start of the connection, not from here. */
  first(): string {
    return `n,,${this.#bare()}`;
  }

  /** The answer to the server's first message. */
  final(serverFirst: string): string {
    const { r: nonce = "", s: salt = "", i: iterations = "" } = attributes(serverFirst);
    if (!nonce.startsWith(this.#nonce)) throw new Error("The server answered another client's nonce.");
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
    const clientKey = hmac(salted, "Client Key");
    const withoutProof = `c=${Buffer.from("n,,").toString("base64")},r=${nonce}`;
    const signed = `${this.#bare()},${serverFirst},${withoutProof}`;
    const signature = hmac(sha256(clientKey), signed);
    this.#serverSignature = hmac(hmac(salted, "Server Key"), signed);
    const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
    return `${withoutProof},p=${proof.toString("base64")}`;
  }

  /** The server knows the password too. */
  verify(serverFinal: string): void {
    const given = Buffer.from(attributes(serverFinal).v ?? "", "base64");
    const isRight = given.length === this.#serverSignature.length && timingSafeEqual(given, this.#serverSignature);
    if (!isRight) throw new Error("The server does not know the password.");
  }

  #bare(): string {
    return `n=,r=${this.#nonce}`;
  }
}

function attributes(message: string): Record<string, string> {
  return Object.fromEntries(message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}
