/** The vendors' API hosts and the emulator behind each. What Stripe's other hosts serve is answered 501 in its shape. */
const API_HOSTS: Readonly<Record<string, string>> = {
  "api.render.com": "render",
  "api.vercel.com": "vercel",
  "api.supabase.com": "supabase",
  "api.upstash.com": "upstash",
  "api.stripe.com": "stripe",
  "files.stripe.com": "stripe",
  "connect.stripe.com": "stripe",
  "meter-events.stripe.com": "stripe",
  "api.postmarkapp.com": "postmark",
};

/** Below these each name is a customer's: a project's API, a database, an application. */
const DATA_DOMAINS = ["supabase.co", "upstash.io", "onrender.com", "vercel.app"] as const;

/** What the vendors' tools read beside the APIs: see `answerSidePage`. */
export const SIDE_HOSTS = {
  vercelFrameworks: "api-frameworks.zeit.sh",
  vercelRegions: "dcs.vercel-infra.com",
  supabaseDocumentation: "supabase.com",
} as const;

export type DataDomain = (typeof DATA_DOMAINS)[number];

/** Who answers for a host name. */
export type Destination =
  | { kind: "api"; host: string; vendor: string }
  | { kind: "data"; host: string; domain: DataDomain; label: string }
  | { kind: "side"; host: string };

/** The names that the proxy's certificate authority can vouch for, itself included in its certificate. */
export const PERMITTED_NAMES: readonly string[] = [
  ...Object.keys(API_HOSTS),
  ...DATA_DOMAINS,
  ...Object.values(SIDE_HOSTS),
];

/** One or two labels before a data domain: `<ref>.storage.supabase.co` has two. */
const LABELS = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$/;

/** Who answers for that host; undefined for all the rest of the world. */
export function destinationOf(name: string): Destination | undefined {
  const host = name.toLowerCase();
  const vendor = Object.hasOwn(API_HOSTS, host) ? API_HOSTS[host] : undefined;
  if (vendor !== undefined) return { kind: "api", host, vendor };
  if (Object.values<string>(SIDE_HOSTS).includes(host)) return { kind: "side", host };
  const domain = DATA_DOMAINS.find((candidate) => host.endsWith(`.${candidate}`));
  if (domain === undefined) return undefined;
  const label = host.slice(0, -domain.length - 1);
  return LABELS.test(label) ? { kind: "data", host, domain, label } : undefined;
}
