import { createHash } from "node:crypto";
import type { InputProblem } from "@mais/provider-kit";

/** Metadata keys that we write into objects to recognise them; never shown as the user's. */
const OURS = "mais_";

export interface Markers {
  /** The nonce of the create that made it. */
  mais_nonce?: string;
  /** Which resource of which stack it belongs to. */
  mais_resource?: string;
  /** `true` once a delete of ours has archived it. */
  mais_archived?: string;
  /** Whether an endpoint listens to connected accounts, which no answer of Stripe's tells. */
  mais_connect?: string;
}

type Metadata = Record<string, string>;

/** The markers in an object's metadata. */
export function markersOf(metadata: Metadata | null | undefined): Markers {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => key.startsWith(OURS)));
}

/** The user's own metadata. */
export function ownMetadata(metadata: Metadata | null | undefined): Metadata {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !key.startsWith(OURS)));
}

/** A stable, short name for a resource: URNs are longer than a metadata value may be. */
export function resourceMarker(urn: string): string {
  return createHash("sha256").update(urn).digest("hex").slice(0, 32);
}

/** Stripe merges metadata: a key that is no longer wanted must be emptied. */
export function metadataChanges(olds: Metadata | undefined, news: Metadata | undefined): Metadata {
  const gone = Object.keys(olds ?? {}).filter((key) => !(key in (news ?? {})));
  return { ...Object.fromEntries(gone.map((key) => [key, ""])), ...news };
}

/** https://docs.stripe.com/api/metadata, less the room for our own keys. */
export function findMetadataProblems(metadata: Metadata | undefined): InputProblem[] {
  const problems: InputProblem[] = [];
  const entries = Object.entries(metadata ?? {});
  if (entries.length > 46)
    problems.push({ property: "metadata", reason: "may have at most 46 keys (Stripe's 50, less 4 of ours)" });
  for (const [key, value] of entries) {
    const property = `metadata.${key}`;
    if (key.startsWith(OURS))
      problems.push({ property, reason: `may not start with ${OURS}, which marks our own keys` });
    if (key.length > 40 || /[[\]]/.test(key))
      problems.push({ property, reason: "must be a key of at most 40 characters without square brackets" });
    if (value === "" || value.length > 500) problems.push({ property, reason: "must have 1 to 500 characters" });
  }
  return problems;
}
