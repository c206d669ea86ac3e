/** Source: https://upstash.com/docs/redis/overall/pricing */
export const PLANS = [
  "free",
  "payg",
  "fixed_250mb",
  "fixed_1gb",
  "fixed_5gb",
  "fixed_10gb",
  "fixed_50gb",
  "fixed_100gb",
  "fixed_500gb",
] as const;

export type Plan = (typeof PLANS)[number];

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/**
 * No limit is 2^63, digit by digit: more than a JavaScript number holds exactly, and than a signed 64-bit integer holds at
 * all. TypeScript's library does not know `rawJSON` yet.
 */
const NO_LIMIT = (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON("9223372036854775808");

/** What a plan allows. Sizes follow its name; the other numbers are inferred. */
export function limitsOf(plan: Plan) {
  const free = plan === "free";
  const fixed = /^fixed_(\d+)(mb|gb)$/.exec(plan);
  const size = fixed ? Number(fixed[1]) * (fixed[2] === "mb" ? MB : GB) : free ? 256 * MB : 100 * GB;
  return {
    type: free ? "free" : plan === "payg" ? "payg" : "paid",
    database_type: free
      ? "Free"
      : plan === "payg"
        ? "Pay as You Go"
        : `Fixed ${fixed?.[1]}${fixed?.[2]?.toUpperCase()}`,
    db_max_clients: free ? 1000 : 10_000,
    db_max_request_size: (free ? 1 : 10) * MB,
    db_max_entry_size: 100 * MB,
    db_memory_threshold: Math.min(size, 3 * GB),
    db_disk_threshold: size,
    db_max_commands_per_second: free ? 1000 : 10_000,
    db_daily_bandwidth_limit: free ? 10 * GB : 200 * GB,
    db_request_limit: free ? 500_000 : NO_LIMIT,
  };
}
