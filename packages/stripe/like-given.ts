/**
 * Gives a live value the form in which the user wrote it, where both mean the same: an amount written as a decimal stays
 * one, and equal decimals keep their spelling. Properties without a value are left out.
 */
export function likeGiven(live: unknown, given: unknown): unknown {
  if (Array.isArray(live))
    return live.map((item, index) => likeGiven(item, Array.isArray(given) ? given[index] : undefined));
  if (isRecord(live)) {
    const shape = isRecord(given) ? given : {};
    const alike = Object.entries(live).map(([key, value]) => [key, likeGiven(value, shape[key])] as const);
    return asWritten(Object.fromEntries(alike.filter(([, value]) => value !== undefined)), shape);
  }
  return typeof live === "string" && typeof given === "string" && sameDecimal(live, given) ? given : live;
}

/** Stripe answers `unitAmount` 990 to an `unitAmountDecimal` of "990.0". */
function asWritten(live: Record<string, unknown>, given: Record<string, unknown>): Record<string, unknown> {
  const result = { ...live };
  for (const name of ["unitAmount", "flatAmount"]) {
    const whole = live[name];
    const exact = given[`${name}Decimal`];
    if (typeof whole !== "number" || typeof exact !== "string" || !sameDecimal(String(whole), exact)) continue;
    delete result[name];
    result[`${name}Decimal`] = exact;
  }
  return result;
}

/** `9.50` and `9.5` are one amount. */
export function sameDecimal(a: string, b: string): boolean {
  return a === b || (isDecimal(a) && isDecimal(b) && canonical(a) === canonical(b));
}

function isDecimal(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

function canonical(text: string): string {
  const shortened = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return shortened.replace(/^0+(?=\d)/, "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
