import { z } from "zod";
import type { Call } from "../emulator.ts";
import type { CurrencyOption, CustomUnitAmount, Price, Recurring, Tier } from "./catalog.ts";
import { newId, seconds } from "./objects.ts";
import { decimal, flag, group, integer, list, mergeMetadata, metadata, oneOf, text } from "./parameters.ts";
import { invalid } from "./refusals.ts";

/** Parameters that say what a price costs; also those of a product's `default_price_data`. */
export const taxBehavior = oneOf("exclusive", "inclusive", "unspecified");

const customUnitAmount = group({
  enabled: flag,
  maximum: integer.optional(),
  minimum: integer.optional(),
  preset: integer.optional(),
});

const tier = group({
  flat_amount: integer.optional(),
  flat_amount_decimal: decimal.optional(),
  unit_amount: integer.optional(),
  unit_amount_decimal: decimal.optional(),
  up_to: z.string().superRefine((value, context) => {
    if (!/^(inf|[1-9]\d*)$/.test(value))
      context.addIssue({ code: "custom", message: "must be a positive integer or inf" });
  }),
});

const amounts = {
  unit_amount: integer.optional(),
  unit_amount_decimal: decimal.optional(),
  custom_unit_amount: customUnitAmount.optional(),
};

const currencyOption = group({ ...amounts, tax_behavior: taxBehavior.optional(), tiers: list(tier).optional() });

export const currencyOptions = z
  .preprocess((value) => ({ ...Object(value) }), z.record(z.string(), currencyOption))
  .optional();

export const recurring = group({
  interval: oneOf("day", "week", "month", "year"),
  interval_count: integer.optional(),
  meter: z.string().optional(),
  trial_period_days: integer.optional(),
  usage_type: oneOf("licensed", "metered").optional(),
});

export const defaultPriceData = group({
  ...amounts,
  currency: z.string(),
  currency_options: currencyOptions,
  metadata,
  recurring: recurring.optional(),
  tax_behavior: taxBehavior.optional(),
});

export const priceTerms = {
  ...amounts,
  currency: z.string(),
  currency_options: currencyOptions,
  metadata,
  recurring: recurring.optional(),
  tax_behavior: taxBehavior.optional(),
  active: flag.optional(),
  billing_scheme: oneOf("per_unit", "tiered").optional(),
  lookup_key: text(200).optional(),
  nickname: text().optional(),
  tiers: list(tier).optional(),
  tiers_mode: oneOf("graduated", "volume").optional(),
  transform_quantity: group({ divide_by: integer, round: oneOf("up", "down") }).optional(),
};

const _terms = z.object(priceTerms);
export type PriceTerms = z.output<typeof _terms>;

/** Judges the terms and makes the price; the caller adds it once everything else has been judged too. */
export function newPrice(call: Call, product: string, terms: PriceTerms): Price {
  checkCurrency(terms.currency);
  checkAmounts(terms);
  const period = terms.recurring ? recurringOf(terms.recurring) : null;
  const main = optionOf(terms);
  const others = Object.entries(terms.currency_options ?? {}).map(
    ([code, option]) => [code, optionOf(option)] as const,
  );
  return {
    ...{ id: newId(call, "price"), object: "price", active: terms.active ?? true, created: seconds(call.now) },
    ...{
      livemode: call.identity === "live",
      billing_scheme: terms.billing_scheme ?? "per_unit",
      currency: terms.currency,
    },
    currency_options: { [terms.currency]: main, ...Object.fromEntries(others) },
    ...{
      lookup_key: terms.lookup_key ?? null,
      metadata: mergeMetadata({}, terms.metadata),
      nickname: terms.nickname ?? null,
    },
    ...{
      product,
      recurring: period,
      tiers_mode: terms.tiers_mode ?? null,
      transform_quantity: terms.transform_quantity ?? null,
    },
    ...main,
    type: period ? "recurring" : "one_time",
  };
}

function checkCurrency(currency: string): void {
  // Which three letters exist is the vendor's to know; that they are lower-case is documented.
  if (!/^[a-z]{3}$/.test(currency))
    throw invalid("currency", `Invalid currency: ${currency}. Use a three-letter ISO code in lower case.`);
}

function checkAmounts(terms: PriceTerms): void {
  const tiered = terms.billing_scheme === "tiered";
  const given = [terms.unit_amount, terms.unit_amount_decimal, terms.custom_unit_amount].filter(
    (amount) => amount !== undefined,
  );
  if (tiered) {
    if (given.length > 0) throw invalid("unit_amount", "You may not specify an amount when `billing_scheme=tiered`.");
    if (!terms.tiers?.length) throw invalid("tiers", "Missing required param: tiers.", "parameter_missing");
    if (!terms.tiers_mode) throw invalid("tiers_mode", "Missing required param: tiers_mode.", "parameter_missing");
    if (terms.tiers.at(-1)?.up_to !== "inf") throw invalid("tiers", "The last tier must have `up_to` set to `inf`.");
    if (!terms.recurring) throw invalid("recurring", "Tiered prices must be recurring.");
    return;
  }
  if (terms.tiers ?? terms.tiers_mode) throw invalid("tiers", "Tiers need `billing_scheme=tiered`.");
  if (given.length !== 1)
    throw invalid(
      "unit_amount",
      "You must specify exactly one of `unit_amount`, `unit_amount_decimal` and `custom_unit_amount`.",
    );
  if ((terms.unit_amount ?? 0) < 0)
    throw invalid("unit_amount", "Invalid non-negative integer", "parameter_invalid_integer");
}

/** "Maximum of three years interval allowed." */
const LONGEST = { day: 1095, week: 156, month: 36, year: 3 };

function recurringOf(given: z.output<typeof recurring>): Recurring {
  const count = given.interval_count ?? 1;
  if (count < 1 || count > LONGEST[given.interval])
    throw invalid(
      "recurring[interval_count]",
      `Invalid interval_count: must be 1 to ${LONGEST[given.interval]} for ${given.interval}.`,
    );
  const { interval, meter = null, trial_period_days = null, usage_type = "licensed" } = given;
  return { interval, interval_count: count, meter, trial_period_days, usage_type };
}

export function optionOf(given: z.output<typeof currencyOption>): CurrencyOption {
  const { unit_amount, unit_amount_decimal } = bothForms(given.unit_amount, given.unit_amount_decimal);
  const tiers = given.tiers ? { tiers: given.tiers.map(tierOf) } : {};
  const custom = given.custom_unit_amount ? customOf(given.custom_unit_amount) : null;
  return {
    custom_unit_amount: custom,
    tax_behavior: given.tax_behavior ?? "unspecified",
    ...tiers,
    unit_amount,
    unit_amount_decimal,
  };
}

function customOf({ maximum, minimum, preset }: z.output<typeof customUnitAmount>): CustomUnitAmount {
  return { maximum: maximum ?? null, minimum: minimum ?? null, preset: preset ?? null };
}

function tierOf(given: z.output<typeof tier>): Tier {
  const flat = bothForms(given.flat_amount, given.flat_amount_decimal);
  return {
    ...{ flat_amount: flat.unit_amount, flat_amount_decimal: flat.unit_amount_decimal },
    ...bothForms(given.unit_amount, given.unit_amount_decimal),
    up_to: given.up_to === "inf" ? null : Number(given.up_to),
  };
}

/** The integer is null when the decimal has fractions; the decimal is always there when an amount is. */
function bothForms(
  amount: number | undefined,
  exact: string | undefined,
): Pick<Tier, "unit_amount" | "unit_amount_decimal"> {
  if (amount !== undefined) return { unit_amount: amount, unit_amount_decimal: String(amount) };
  if (exact === undefined) return { unit_amount: null, unit_amount_decimal: null };
  const canonical = exact.includes(".") ? exact.replace(/\.?0+$/, "") : exact;
  return { unit_amount: /^-?\d+$/.test(canonical) ? Number(canonical) : null, unit_amount_decimal: canonical };
}
