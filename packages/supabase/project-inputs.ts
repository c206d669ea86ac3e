import type { InputProblem } from "@mais/provider-kit";
import { z } from "zod";
import { timeouts } from "./duration.ts";
import { INSTANCE_SIZES, REGIONS, SERVICES } from "./placement.ts";

export const inputs = {
  /** The organization's slug, as in `https://supabase.com/dashboard/org/<slug>`. A project cannot be moved by its settings. */
  organizationId: z.string().min(1),
  /** Shown in the dashboard; can be changed at any time. */
  name: z.string().min(1).max(256).optional(),
  /** Of the user `postgres`; a change resets it. Supabase never returns it. */
  databasePassword: z.string().min(4),
  /** Raise it to set the same password again, for one that somebody changed elsewhere: no refresh can see that. */
  databasePasswordGeneration: z.number().int().min(1).optional(),
  /** Where the database lives, for good: `eu-central-1`. */
  region: z.enum(REGIONS),
  /** Compute size. Leave it out on the free plan, which refuses one; on paid plans Supabase then takes the smallest. */
  instanceSize: z.enum(INSTANCE_SIZES).optional(),
  /**
   * How many days back a point-in-time restore may go; it takes the place of daily backups, costs extra and needs compute
   * from small on. 0 has none; left out, it is not managed here.
   */
  pointInTimeDays: z.union([z.literal(0), z.literal(7), z.literal(14), z.literal(28)]).optional(),
  /** Gives the direct host an IPv4 address, for a price: without, it answers on IPv6 alone. Left out, it is not managed here. */
  dedicatedIpv4: z.boolean().optional(),
  /** Whether the JWT keys `anon` and `service_role` work. Supabase has announced their end. */
  legacyApiKeysEnabled: z.boolean().optional(),
  /** The services that must be healthy before the project counts as ready. @defaultValue all of them */
  waitForServices: z.array(z.enum(SERVICES)).min(1).optional(),
  /** How long to wait for a healthy project: 10 minutes unless said otherwise. */
  timeouts,
};

export const outputs = {
  /** `https://<ref>.supabase.co`, the base of the Data, Auth and Storage APIs. */
  url: z.string(),
  /** Direct connections; IPv6 only, unless `dedicatedIpv4` is on. */
  databaseHost: z.string(),
  databasePort: z.number(),
  databaseUser: z.string(),
  databaseName: z.string(),
  /** The shared pooler. `poolerPort` is transaction mode (no prepared statements), `sessionPoolerPort` session mode. */
  poolerHost: z.string(),
  poolerPort: z.number(),
  sessionPoolerPort: z.number(),
  poolerUser: z.string(),
  /** Legacy JWT keys; absent where Supabase no longer makes them. */
  anonKey: z.string().optional(),
  serviceRoleKey: z.string().optional(),
  /** The keys that replace them. */
  publishableKey: z.string().optional(),
  secretKey: z.string().optional(),
};

export type Inputs = z.output<z.ZodObject<typeof inputs>>;
export type Outputs = z.output<z.ZodObject<typeof outputs>>;

const TOO_SMALL_FOR_POINT_IN_TIME: readonly unknown[] = [undefined, "nano", "micro"];

/** Source: https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery */
export function check({ pointInTimeDays, instanceSize }: Inputs): InputProblem[] {
  if (!pointInTimeDays || !TOO_SMALL_FOR_POINT_IN_TIME.includes(instanceSize)) return [];
  const reason = `needs instanceSize small or larger, and it is ${instanceSize ?? "left out"}: raise it, or set 0`;
  return [{ property: "pointInTimeDays", reason }];
}
