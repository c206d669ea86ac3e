/**
 * By kind and break: why the changed definition behaves as the true one does, so that no proof can tell them apart. A
 * name that ends in `*` stands for all that begin so.
 */
const equivalents: Record<string, Record<string, string>> = {
  GeneratedSecret: {
    "read: *": "its value lives in the state alone, so reading gives back what is there",
    "update: *": "its value is made anew by create or kept",
    "delete: *": "there is nothing outside of the state",
  },
  MessageStream: { "update: forgets serverToken": "which of a server's valid tokens asks changes nothing at Postmark" },
  Webhook: { "update: forgets serverToken": "which of a server's valid tokens asks changes nothing at Postmark" },
};

/** Why a break changes nothing, or undefined where it must be noticed. */
export function equivalenceOf(kind: string, name: string): string | undefined {
  const known = Object.entries(equivalents[kind] ?? {});
  return known.find(([key]) => key === name || (key.endsWith("*") && name.startsWith(key.slice(0, -1))))?.[1];
}
