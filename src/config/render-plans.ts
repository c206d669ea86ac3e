import type { RENDER_PLANS } from "./vendor-terms.ts";

/** What one instance of a plan has. */
export interface PlanSize {
  cpus: number;
  memoryMb: number;
}

/** When the table was last compared with its source. */
export const RENDER_SIZES_AS_OF = "2026-06";

/** https://render.com/pricing */
export const RENDER_SIZES: Readonly<Record<(typeof RENDER_PLANS)[number], PlanSize>> = {
  starter: { cpus: 0.5, memoryMb: 512 },
  standard: { cpus: 1, memoryMb: 2_048 },
  pro: { cpus: 2, memoryMb: 4_096 },
  pro_plus: { cpus: 4, memoryMb: 8_192 },
  pro_max: { cpus: 4, memoryMb: 16_384 },
  pro_ultra: { cpus: 8, memoryMb: 32_768 },
};

/** A row of the table in docs/settings.md. */
export function planRow(plan: keyof typeof RENDER_SIZES): string {
  const { cpus, memoryMb } = RENDER_SIZES[plan];
  const memory = memoryMb < 1_024 ? `${memoryMb} MB` : `${memoryMb / 1_024} GB`;
  return `| \`${plan}\` | ${cpus} | ${memory} |`;
}
