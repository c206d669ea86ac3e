import { refuse } from "./refusals.ts";
import type { Plan } from "./state.ts";

/** Sizes that a project can be created with. Source: the contract's enum. */
export const SIZES = [
  "nano",
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
  "24xlarge",
  "24xlarge_optimized_memory",
  "24xlarge_optimized_cpu",
  "24xlarge_high_memory",
  "48xlarge",
  "48xlarge_optimized_memory",
  "48xlarge_optimized_cpu",
  "48xlarge_high_memory",
] as const;

export type Size = (typeof SIZES)[number];

/** The add-on behind a size; the free plan's nano has none. */
export function computeAddon(plan: Plan, wanted: Size | undefined): string | undefined {
  if (plan === "free") {
    // Seen in reports: a free organization that names a size is refused with 402.
    if (wanted) throw refuse(402, "desired_instance_size is not available on the free plan");
    return undefined;
  }
  if (wanted === "nano") return undefined;
  return `ci_${wanted ?? "micro"}`;
}

/** Direct connections and pooler clients. Source: https://supabase.com/docs/guides/platform/compute-and-disk */
export function connectionLimits(addon: string | undefined): { direct: number; pooler: number } {
  const size = addon?.replace("ci_", "") ?? "nano";
  if (size === "nano" || size === "micro") return { direct: 60, pooler: 200 };
  if (size === "small") return { direct: 90, pooler: 400 };
  if (size === "medium") return { direct: 120, pooler: 600 };
  if (size === "large") return { direct: 160, pooler: 800 };
  if (size === "xlarge") return { direct: 240, pooler: 1000 };
  return { direct: 380, pooler: 1500 };
}
