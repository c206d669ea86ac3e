/** Render's regions; a service cannot move between them. https://render.com/docs/regions */
export const RENDER_REGIONS = ["frankfurt", "ohio", "oregon", "singapore", "virginia"] as const;

/** What Render sells for services that must not sleep. https://render.com/pricing */
export const RENDER_PLANS = ["starter", "standard", "pro", "pro_plus", "pro_max", "pro_ultra"] as const;

/** https://supabase.com/docs/guides/platform/regions */
export const SUPABASE_REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "ap-east-1",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "ap-northeast-2",
] as const;

/** Smallest first. `nano` is missing on purpose: it cannot be asked for, leaving the size out gives it. */
export const SUPABASE_SIZES = [
  "micro",
  "small",
  "medium",
  "large",
  "xlarge",
  "2xlarge",
  "4xlarge",
  "8xlarge",
  "12xlarge",
  "16xlarge",
] as const;

/** Primary regions of a global database, Amazon's and Google's. https://upstash.com/docs/redis/features/globaldatabase */
export const UPSTASH_REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-west-1",
  "eu-west-2",
  "eu-central-1",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "af-south-1",
  "us-central1",
  "us-east4",
  "europe-west1",
  "asia-northeast1",
] as const;

/** What Upstash sells; the fixed ones do not count commands. */
export const UPSTASH_PLANS = [
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

/** What commands cost, as of August 2026. https://upstash.com/docs/redis/overall/pricing */
export const UPSTASH_TERMS = {
  /** Of the free plan, a month. */
  freeCommands: 500_000,
  /** Of pay as you go. */
  dollarsPer100k: 0.2,
} as const;

/** What one Supabase compute size can hold. */
export interface ConnectionLimits {
  /** Postgres `max_connections`. */
  direct: number;
  /** Clients that the shared pooler accepts. */
  pooler: number;
}

/**
 * As of May 2026. https://supabase.com/docs/guides/platform/compute-and-disk#limits-and-constraints
 *
 * A project without a size is nano or micro, which have the same limits.
 */
export const SUPABASE_CONNECTIONS: Readonly<Record<(typeof SUPABASE_SIZES)[number], ConnectionLimits>> = {
  micro: { direct: 60, pooler: 200 },
  small: { direct: 90, pooler: 400 },
  medium: { direct: 120, pooler: 600 },
  large: { direct: 160, pooler: 800 },
  xlarge: { direct: 240, pooler: 1_000 },
  "2xlarge": { direct: 380, pooler: 1_500 },
  "4xlarge": { direct: 480, pooler: 3_000 },
  "8xlarge": { direct: 490, pooler: 6_000 },
  "12xlarge": { direct: 500, pooler: 9_000 },
  "16xlarge": { direct: 500, pooler: 12_000 },
};
