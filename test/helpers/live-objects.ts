/** What `GET /_sandbox/state` answers, as far as it is needed here: vendor, kind, id, object. */
export interface SandboxState {
  vendors: Record<string, Record<string, Record<string, unknown>>>;
}

/** Kinds that are no objects of a stack: accounts, counters, remembered answers. */
const BOOKKEEPING = [
  "render/owners",
  "render/cronSchedules",
  "render/events",
  "render/notificationSettings",
  "supabase/organizations",
  "supabase/removedProjects",
  "upstash/auditEntries",
  "postmark/rights",
  "postmark/counters",
  "stripe/test/idempotency",
  "stripe/live/idempotency",
  "stripe/test/account",
  "stripe/live/account",
];

/** Vendors that delete nothing of these kinds: what is archived counts as gone. */
const ARCHIVED: Record<string, (object: Record<string, unknown>) => boolean> = {
  products: ({ active }) => active === false,
  prices: ({ active }) => active === false,
  streams: ({ ArchivedAt }) => Boolean(ArchivedAt),
};

/** Every object at the vendors that is still live, as `vendor/kind id name`. */
export function liveObjects({ vendors }: SandboxState): string[] {
  return Object.entries(vendors).flatMap(([vendor, kinds]) =>
    Object.entries(kinds)
      .filter(([kind]) => !BOOKKEEPING.includes(`${vendor}/${kind}`))
      .flatMap(([kind, objects]) => {
        const archived = ARCHIVED[kind.slice(kind.lastIndexOf("/") + 1)] ?? (() => false);
        const live = Object.entries(objects).filter(([, object]) => !archived(object as Record<string, unknown>));
        return live.map(([id, object]) => `${vendor}/${kind} ${id} ${nameOf(object)}`);
      }),
  );
}

function nameOf(object: unknown): string {
  const { name, Name, database_name, lookup_key, url, Url, key } = object as Record<string, unknown>;
  return String(name ?? Name ?? database_name ?? lookup_key ?? url ?? Url ?? key ?? "");
}
