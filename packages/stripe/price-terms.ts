import type { Stripe } from "stripe";
import { z } from "zod";

/** The parts of a price, as programs write them and as Stripe does. Single blocks are lists of one, as in the official provider. */
const decimal = z.string().regex(/^\d+(\.\d{1,12})?$/, 'must be a decimal with at most 12 places, such as "9.5"');
const amount = z.number().int().min(0);

export const currency = z.string().regex(/^[a-z]{3}$/, 'must be a three-letter ISO code in lower case, such as "eur"');
export const taxBehavior = z.enum(["exclusive", "inclusive", "unspecified"]);

const customUnitAmount = z.object({
  enabled: z.literal(true),
  maximum: amount.optional(),
  minimum: amount.optional(),
  preset: amount.optional(),
});

export const amounts = {
  /** In the currency's smallest unit: 990 is 9.90 euro. */
  unitAmount: amount.optional(),
  /** As `unitAmount`, with fractions of the smallest unit. */
  unitAmountDecimal: decimal.optional(),
  /** The customer chooses the amount. */
  customUnitAmounts: z.array(customUnitAmount).max(1).optional(),
};

const tier = z.object({
  flatAmount: amount.optional(),
  flatAmountDecimal: decimal.optional(),
  unitAmount: amount.optional(),
  unitAmountDecimal: decimal.optional(),
  /** The last unit that this tier covers; `inf` on the last tier. */
  upTo: z.string().regex(/^([1-9]\d*|inf)$/, 'must be a whole number or "inf"'),
});

export const tiers = z.array(tier).min(1).optional();

const flatOption = z.object({
  ...amounts,
  /** The currency. */
  key: currency,
  taxBehavior: taxBehavior.optional(),
});
const currencyOption = flatOption.extend({ tiers });

/** For a price that has no tiers. */
export const flatOptions = z.array(flatOption).optional();
export const currencyOptions = z.array(currencyOption).optional();

/** Stripe's own defaults are written out, so that what it answers equals what the program says. */
const recurring = z.object({
  interval: z.enum(["day", "week", "month", "year"]),
  /** At most three years in all. */
  intervalCount: z.number().int().min(1).default(1),
  meter: z.string().optional(),
  trialPeriodDays: z.number().int().min(1).optional(),
  usageType: z.enum(["licensed", "metered"]).default("licensed"),
});

export const recurrings = z.array(recurring).max(1).optional();

type Amounts = z.output<z.ZodObject<typeof amounts>>;

export function toWireAmounts({ unitAmount, unitAmountDecimal, customUnitAmounts }: Amounts) {
  return {
    unit_amount: unitAmount,
    unit_amount_decimal: asDecimal(unitAmountDecimal),
    custom_unit_amount: customUnitAmounts?.[0],
  };
}

export function toWireTier(step: z.output<typeof tier>) {
  return {
    flat_amount: step.flatAmount,
    flat_amount_decimal: asDecimal(step.flatAmountDecimal),
    unit_amount: step.unitAmount,
    unit_amount_decimal: asDecimal(step.unitAmountDecimal),
    up_to: step.upTo === "inf" ? ("inf" as const) : Number(step.upTo),
  };
}

export function toWireCurrencies(options: z.output<typeof currencyOptions> = []) {
  return Object.fromEntries(
    options.map(({ key, taxBehavior: tax, tiers: steps, ...rest }) => [
      key,
      { ...toWireAmounts(rest), tax_behavior: tax, tiers: steps?.map(toWireTier) },
    ]),
  );
}

export function toWireRecurring(period: z.output<typeof recurring>) {
  const { interval, intervalCount, meter, trialPeriodDays, usageType } = period;
  return { interval, interval_count: intervalCount, meter, trial_period_days: trialPeriodDays, usage_type: usageType };
}

/** Decimals travel as text; the SDK types them as objects that print themselves. */
function asDecimal(text: string | undefined): Stripe.Decimal | undefined {
  return text as unknown as Stripe.Decimal | undefined;
}
