import { z } from "zod";

export const TARGETS = ["production", "preview", "development"] as const;

const type = z.enum(["system", "encrypted", "plain", "sensitive"]);

export const NewEnv = z.strictObject({
  key: z.string(),
  value: z.string(),
  type,
  target: z.array(z.enum(TARGETS)).optional(),
  customEnvironmentIds: z.array(z.string()).optional(),
  gitBranch: z.string().max(250).nullable().optional(),
  comment: z.string().max(500).optional(),
  /** Sent by Vercel's command line beside the type that it follows from; what else it does is unknown. */
  visibility: z.enum(["config", "secret"]).optional(),
});
export type NewEnv = z.output<typeof NewEnv>;

export const EnvPatch = NewEnv.partial();
export const EnvIds = z.strictObject({ ids: z.array(z.string()).min(1).max(1000) });
