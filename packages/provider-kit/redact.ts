/** A secret shorter than this is not searched for: it would blank out ordinary words. */
export const SHORTEST_SECRET = 6;

/** A line of a secret of several lines that is shorter says nothing, and stands in other texts too. */
const SHORTEST_LINE = 16;

/** Replaces each secret in a text, also where it stands base64- or URL-encoded, JSON-escaped, or line by line. */
export function redact(text: string, secrets: Iterable<string>): string {
  let result = text;
  for (const secret of [...secrets].flatMap(withLines)) {
    if (secret.length < SHORTEST_SECRET) continue;
    for (const form of forms(secret)) if (result.includes(form)) result = result.replaceAll(form, "[secret]");
  }
  return result;
}

/** A key or a file is printed line by line. */
function withLines(secret: string): string[] {
  const lines = secret.split(/\r?\n/);
  return lines.length === 1 ? [secret] : [secret, ...lines.filter((line) => line.length >= SHORTEST_LINE)];
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
