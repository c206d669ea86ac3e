import { z } from "zod";

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 };
const FORM = /^(\d+h)?(\d+m)?(\d+s)?$/;

/** `10m`, `1h30m`, `90s`. */
export const duration = z.string().refine((text) => text !== "" && FORM.test(text), {
  error: 'must be a duration such as "10m", "1h30m" or "90s"',
});

/** How long creating and updating may wait, as in the official provider. */
export const timeouts = z.object({ create: duration.optional(), update: duration.optional() }).optional();

export function milliseconds(text: string): number {
  const parts = text.match(/\d+[hms]/g) ?? [];
  return parts.reduce((sum, part) => sum + Number.parseInt(part, 10) * (UNITS[part.at(-1) ?? ""] ?? 0), 0);
}
