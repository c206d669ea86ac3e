/**
 * How long a vendor asks to wait before the next try, from `Retry-After`: seconds or a date, 0 for a date that has
 * passed. Undefined where it says nothing that can be kept, such as a negative number.
 */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  if (/^[+-]?\d/.test(text) && !text.includes(":")) {
    const seconds = Number(text);
    return seconds >= 0 ? seconds * 1_000 : undefined;
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
