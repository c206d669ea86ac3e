import type { JavaScriptValue, Struct as StructType } from "google-protobuf/google/protobuf/struct_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

// Markers of the engine's wire format, from sdk/go/common/resource/{properties,sig}.go of pulumi/pulumi.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that the engine does not know yet (during preview). */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type Path = readonly (string | number)[];
export type PropertyMap = Record<string, unknown>;

/** Plain properties, with what the engine's markers said kept beside them. */
export interface Decoded {
  /** Plain values, with `UNKNOWN` where the engine does not know one; null counts as absent. */
  properties: PropertyMap;
  /** Where secrets stand. */
  secretPaths: Path[];
}

export function decode(message: StructType | undefined): Decoded {
  const secretPaths: Path[] = [];
  const properties = message ? unwrap(message.toJavaScript(), [], secretPaths) : {};
  return { properties: properties as PropertyMap, secretPaths };
}

function unwrap(value: unknown, path: Path, secretPaths: Path[]): unknown {
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item, index) => unwrap(item, [...path, index], secretPaths));
  if (value === null || typeof value !== "object") return value;
  const fields = value as Record<string, unknown>;
  if (fields[SIGNATURE] === SECRET) {
    secretPaths.push(path);
    return unwrap(fields.value, path, secretPaths);
  }
  if (fields[SIGNATURE] === OUTPUT) {
    if (fields.secret === true) secretPaths.push(path);
    return "value" in fields ? unwrap(fields.value, path, secretPaths) : UNKNOWN;
  }
  const entries = Object.entries(fields).filter(([key, item]) => item !== null && key !== "__defaults");
  return Object.fromEntries(entries.map(([key, item]) => [key, unwrap(item, [...path, key], secretPaths)]));
}

/** The inverse: absent values are left out, values at `secretPaths` are wrapped again where they (still) exist. */
export function encode(properties: PropertyMap, secretPaths: readonly Path[]): StructType {
  const secret = new Set(secretPaths.map((path) => JSON.stringify(path)));
  const wrapped = wrap(properties, [], secret) as Record<string, JavaScriptValue>;
  return struct.Struct.fromJavaScript(wrapped);
}

function wrap(value: unknown, path: Path, secret: ReadonlySet<string>): unknown {
  const inner = wrapInside(value, path, secret);
  return path.length > 0 && secret.has(JSON.stringify(path)) ? { [SIGNATURE]: SECRET, value: inner } : inner;
}

function wrapInside(value: unknown, path: Path, secret: ReadonlySet<string>): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map((item, index) => wrap(item, [...path, index], secret));
  if (value === null || typeof value !== "object") return value;
  const present = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(present.map(([key, item]) => [key, wrap(item, [...path, key], secret)]));
}

export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (at === null || typeof at !== "object") return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

/** Every text that stands at or below one of the paths. */
export function secretTexts({ properties, secretPaths }: Decoded): string[] {
  return secretPaths.flatMap((path) => textsIn(valueAt(properties, path)));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}
