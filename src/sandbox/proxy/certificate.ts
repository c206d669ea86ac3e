import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import {
  bitString,
  boolean,
  integer,
  objectId,
  octetString,
  retagged,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from "./der.ts";

/** From RFC 5280 and RFC 5758. */
const OID = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Places in a GeneralName. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

export interface Validity {
  from: Date;
  to: Date;
}

export interface AuthorityRequest {
  commonName: string;
  /** The authority's own pair; it signs itself. */
  privateKey: KeyObject;
  validity: Validity;
  /** It can vouch for these names and what is below them and for nothing else; `loopback` is 127.0.0.0/8 alone. */
  permitted: readonly string[] | "loopback";
}

export interface LeafRequest {
  /** A name, or an IPv4 address. */
  host: string;
  publicKey: KeyObject;
  validity: Validity;
  issuer: { commonName: string; privateKey: KeyObject };
}

/** A certificate authority that may issue server certificates for some names only, and no further authority. */
export function issueAuthority({ commonName, privateKey, validity, permitted }: AuthorityRequest): Buffer {
  const publicKey = createPublicKey(privateKey);
  return issue({
    ...{ publicKey, validity, issuer: { commonName, privateKey }, subject: nameOf(commonName) },
    extensions: [
      extension(OID.basicConstraints, { critical: true }, sequence(boolean(true), integer(0))),
      // keyCertSign alone, the sixth bit.
      extension(OID.keyUsage, { critical: true }, bitString(Buffer.from([0x04]), 2)),
      extension(OID.extendedKeyUsage, { critical: false }, sequence(objectId(OID.serverAuth))),
      permitted === "loopback" ? loopbackConstraints() : nameConstraints(permitted),
      extension(OID.subjectKeyId, { critical: false }, octetString(keyId(publicKey))),
    ],
  });
}

/** A server's certificate for one host name. */
export function issueLeaf({ host, publicKey, validity, issuer }: LeafRequest): Buffer {
  const authorityId = keyId(createPublicKey(issuer.privateKey));
  return issue({
    // Without a subject the names below are all there is, and that extension is critical.
    ...{ publicKey, validity, issuer, subject: sequence() },
    extensions: [
      extension(OID.basicConstraints, { critical: true }, sequence()),
      // digitalSignature, the first bit.
      extension(OID.keyUsage, { critical: true }, bitString(Buffer.from([0x80]), 7)),
      extension(OID.extendedKeyUsage, { critical: false }, sequence(objectId(OID.serverAuth))),
      extension(OID.subjectAltName, { critical: true }, sequence(isIPv4(host) ? address(host) : dnsName(host))),
      extension(OID.authorityKeyId, { critical: false }, sequence(retagged(0, authorityId))),
      extension(OID.subjectKeyId, { critical: false }, octetString(keyId(publicKey))),
    ],
  });
}

/** Permits the names, and excludes every IPv4 and IPv6 address: a kind of name that is not mentioned would be free. */
export function nameConstraints(permitted: readonly string[]): Buffer {
  const names = permitted.map((name) => sequence(dnsName(name)));
  // An address and its mask, both all zeros: everything.
  const addresses = [Buffer.alloc(8), Buffer.alloc(32)].map((range) => sequence(retagged(IP_ADDRESS, range)));
  return extension(OID.nameConstraints, { critical: true }, sequence(tagged(0, ...names), tagged(1, ...addresses)));
}

/** Permits the addresses of this machine itself, and excludes every name and every IPv6 address. */
function loopbackConstraints(): Buffer {
  const loopback = sequence(retagged(IP_ADDRESS, Buffer.from([127, 0, 0, 0, 255, 0, 0, 0])));
  const others = [sequence(retagged(IP_ADDRESS, Buffer.alloc(32))), sequence(dnsName(""))];
  return extension(OID.nameConstraints, { critical: true }, sequence(tagged(0, loopback), tagged(1, ...others)));
}

export function toPem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

interface Content {
  publicKey: KeyObject;
  validity: Validity;
  issuer: LeafRequest["issuer"];
  subject: Buffer;
  extensions: readonly Buffer[];
}

function issue({ publicKey, validity, issuer, subject, extensions }: Content): Buffer {
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const content = sequence(
    // Version 3.
    tagged(0, integer(2)),
    integer(serialNumber()),
    algorithm,
    nameOf(issuer.commonName),
    sequence(time(validity.from), time(validity.to)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...extensions)),
  );
  return sequence(content, algorithm, bitString(sign("sha256", content, issuer.privateKey)));
}

/** Positive, and never shorter for a zero at its front. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(objectId(OID.commonName), utf8String(commonName))));
}

function dnsName(name: string): Buffer {
  return retagged(DNS_NAME, Buffer.from(name, "ascii"));
}

function address(host: string): Buffer {
  return retagged(IP_ADDRESS, Buffer.from(host.split(".").map(Number)));
}

function extension(oid: string, { critical }: { critical: boolean }, value: Buffer): Buffer {
  return sequence(objectId(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** Method 1 of RFC 7093: the first 160 bits of the SHA-256 of the key. */
function keyId(publicKey: KeyObject): Buffer {
  const { x, y } = publicKey.export({ format: "jwk" });
  const point = [Buffer.from([0x04]), Buffer.from(x ?? "", "base64url"), Buffer.from(y ?? "", "base64url")];
  return createHash("sha256").update(Buffer.concat(point)).digest().subarray(0, 20);
}
