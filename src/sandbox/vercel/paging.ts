import { badRequest } from "./refusals.ts";

interface Page<T> {
  items: T[];
  pagination: { count: number; next: number | null; prev: number | null };
}

/**
 * Newest first; `next` is the time stamp to pass as `until` (`from` for projects).
 * https://vercel.com/docs/rest-api#pagination
 */
export function page<T extends { createdAt: number }>(all: readonly T[], query: URLSearchParams, limit = 20): Page<T> {
  const size = numberFrom(query, "limit") ?? limit;
  if (size < 1 || size > 100) throw badRequest("Invalid request: `limit` should be between 1 and 100.");
  const until = numberFrom(query, "until") ?? numberFrom(query, "from");
  const since = numberFrom(query, "since");
  const wanted = all
    .map((item, index) => ({ item, index }))
    .filter(
      ({ item }) => (until === undefined || item.createdAt < until) && (since === undefined || item.createdAt > since),
    )
    .sort((a, b) => b.item.createdAt - a.item.createdAt || b.index - a.index)
    .map(({ item }) => item);
  // The time stamp is the cursor, so objects of one millisecond are never torn apart.
  let end = Math.min(size, wanted.length);
  while (end < wanted.length && wanted[end]?.createdAt === wanted[end - 1]?.createdAt) end++;
  const items = wanted.slice(0, end);
  const more = end < wanted.length;
  return {
    items,
    pagination: {
      count: items.length,
      next: more ? (items.at(-1)?.createdAt ?? null) : null,
      prev: items[0]?.createdAt ?? null,
    },
  };
}

function numberFrom(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw badRequest(`Invalid request: \`${name}\` should be number.`);
  return value;
}
