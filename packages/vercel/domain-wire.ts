import { z } from "zod";

/** Where a domain leads: to production when empty. */
export interface DomainTarget {
  redirect?: string | undefined;
  redirectStatusCode?: number | undefined;
  gitBranch?: string | undefined;
  customEnvironmentId?: string | undefined;
}

export const verification = z.object({
  /** `TXT` */
  type: z.string(),
  /** The name of the DNS record: `_vercel.example.com`. */
  domain: z.string(),
  value: z.string(),
  reason: z.string(),
});

export const DomainAnswer = z.object({
  name: z.string(),
  projectId: z.string(),
  redirect: z.string().nullish(),
  redirectStatusCode: z.number().nullish(),
  gitBranch: z.string().nullish(),
  customEnvironmentId: z.string().nullish(),
  createdAt: z.number().optional(),
  verified: z.boolean(),
  /** Only while it is not verified. */
  verification: z.array(verification).nullish(),
});
export type DomainAnswer = z.output<typeof DomainAnswer>;

export const DomainConfigAnswer = z.object({ misconfigured: z.boolean() });

export function domainTargetToWire(target: DomainTarget): Record<string, unknown> {
  return Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined));
}
