import { defineApiObject } from "@mais/provider-kit";
import { z } from "zod";
import type { StripeApi } from "./client.ts";

const Paged = z.object({ has_more: z.literal(true) });
/** Stripe remembers an idempotency key for a day; the margin is for clocks. */
const REPLAYS_FOR_MS = 23 * 3_600_000;

/** Any object of Stripe that has no resource of its own: coupons, tax rates, billing portal configurations, … */
export const ApiObject = defineApiObject<StripeApi>("stripe", {
  title: "Stripe",
  isPartial: (answer) => Paged.safeParse(answer).success,
  replaysForMs: REPLAYS_FOR_MS,
});
export type ApiObject = InstanceType<typeof ApiObject>;
