/** ASN.1 in its distinguished encoding, as far as certificates are written with it. Nothing here reads any. */

const CLASS_CONTEXT = 0x80;
const CONSTRUCTED = 0x20;
/** Times from this year on do not fit the two-digit form. */
const FIRST_LONG_YEAR = 2050;

export function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

export function set(...parts: readonly Buffer[]): Buffer {
  return element(0x31, Buffer.concat(parts));
}

/** A whole number that is not negative, most significant byte first. */
export function integer(value: number | Buffer): Buffer {
  const bytes = typeof value === "number" ? Buffer.from(toEvenHex(value), "hex") : value;
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  // The highest bit is the sign.
  const isTaken = ((significant[0] ?? 0) & 0x80) !== 0;
  return element(0x02, isTaken ? Buffer.concat([Buffer.from([0]), significant]) : significant);
}

export function boolean(value: boolean): Buffer {
  return element(0x01, Buffer.from([value ? 0xff : 0]));
}

/** `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text, "utf8"));
}

export function octetString(content: Buffer): Buffer {
  return element(0x04, content);
}

/** `unused` is how many bits at the end do not count. */
export function bitString(content: Buffer, unused = 0): Buffer {
  return element(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

/** Precise to the second; what is below is cut off. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, "");
  const isLong = at.getUTCFullYear() >= FIRST_LONG_YEAR;
  return element(isLong ? 0x18 : 0x17, Buffer.from(isLong ? digits : digits.slice(2), "ascii"));
}

/** `[number]` around whole elements. */
export function tagged(number: number, ...parts: readonly Buffer[]): Buffer {
  return element(CLASS_CONTEXT | CONSTRUCTED | number, Buffer.concat(parts));
}

/** `[number]` in place of the content's own tag. */
export function retagged(number: number, content: Buffer): Buffer {
  return element(CLASS_CONTEXT | number, content);
}

function element(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = [...Buffer.from(toEvenHex(length), "hex")];
  return [0x80 | bytes.length, ...bytes];
}

function toEvenHex(value: number): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

/** Seven bits a byte, all but the last with the high bit set. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
