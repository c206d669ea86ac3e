import * as z from "zod";

const shortFingerprint = z.string().regex(/^[0-9a-f]{8}$/, "expected a fingerprint of 8 hex digits");

/**
 * What is known of a secret without its value: written in plain text beside it, so that a run without the passphrase can
 * judge ages, equality and form by what was true when the secret was stored.
 */
const receipt = z.strictObject({
  /** Counts the values that the secret has had, from 1. */
  generation: z.number().int().min(1).default(1),
  /** The day (UTC) on which this value came into force. */
  since: z.iso.date("expected a day, for example 2026-01-31"),
  /** Of a given secret: what its value showed when it was stored. */
  fingerprint: shortFingerprint.optional(),
  /** Of a given secret: the form that its value held when it was stored. */
  shape: z.string().optional(),
  /** A rotation is under way: the value before this one is still accepted. */
  overlap: z.literal(true).optional(),
  /** Values that may not come back: leaked or retired ones. */
  refused: z.array(shortFingerprint).optional(),
});

/** `mais:receipts` of a stack file, by variable. */
export const receipts = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "expected a variable's name"), receipt);

export type Receipt = z.output<typeof receipt>;
export type Receipts = z.output<typeof receipts>;
