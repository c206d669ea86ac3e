/** A secret shorter than this is not searched for: it would blank out ordinary words. */
export const SHORTEST_SECRET = 6;

/** Replaces each secret in a text, also where it stands base64- or URL-encoded or JSON-escaped. */
export function redact(text: string, secrets: Iterable<string>): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue;
    for (const form of forms(secret)) if (result.includes(form)) result = result.replaceAll(form, "[secret]");
  }
  return result;
}

function forms(secret: string): Set<string> {
  const base64 = Buffer.from(secret).toString("base64");
  const base64url = Buffer.from(secret).toString("base64url");
  return new Set([
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/=+$/, ""),
    base64url,
  ]);
}
