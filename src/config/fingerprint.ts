import { createHmac } from "node:crypto";

/**
 * Tells whether two secrets are equal without showing either: HMAC-SHA-256 of the value with a key per project. Without
 * the key, a fingerprint cannot be tried against a list of likely values.
 */
export function fingerprint(key: string, value: string): string {
  return createHmac("sha256", key).update(value, "utf8").digest("hex");
}

/** What people see of a fingerprint. */
export function shortFingerprint(full: string): string {
  return full.slice(0, 8);
}
