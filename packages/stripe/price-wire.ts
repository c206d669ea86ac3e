import type { Stripe } from "stripe";
import { z } from "zod";
import { likeGiven } from "./like-given.ts";
import { ownMetadata } from "./markers.ts";
import { type PriceInputs, priceInputs } from "./price-inputs.ts";
import { toWireAmounts, toWireCurrencies, toWireRecurring, toWireTier } from "./price-terms.ts";

/** Absent where Stripe says null; decimals are objects that print themselves. */
const decimal = z.preprocess((value) => (value == null ? undefined : String(value)), z.string().optional());
const integer = z.preprocess((value) => value ?? undefined, z.number().optional());
const text = z.preprocess((value) => value ?? undefined, z.string().optional());

const custom = z.object({ maximum: integer, minimum: integer, preset: integer }).nullish();
const tier = z.object({
  ...{
    flat_amount: integer,
    flat_amount_decimal: decimal,
    unit_amount: integer,
    unit_amount_decimal: decimal,
    up_to: integer,
  },
});
const amounts = { unit_amount: integer, unit_amount_decimal: decimal, custom_unit_amount: custom };
const currencyOption = z.object({ ...amounts, tax_behavior: text, tiers: z.array(tier).optional() });
const recurring = z.object({
  ...{
    interval: z.string(),
    interval_count: z.number(),
    meter: text,
    trial_period_days: integer,
    usage_type: z.string(),
  },
});

/** A price as Stripe answers it, with the parts that need expanding. */
export const PriceAnswer = z.object({
  ...amounts,
  ...{ id: z.string(), object: z.string(), active: z.boolean(), billing_scheme: z.string(), created: z.number() },
  ...{ currency: z.string(), livemode: z.boolean(), lookup_key: text, nickname: text, type: z.string() },
  ...{ tax_behavior: text, tiers: z.array(tier).optional(), tiers_mode: text, recurring: recurring.nullish() },
  currency_options: z.record(z.string(), currencyOption).optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  product: z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]),
  transform_quantity: z.object({ divide_by: z.number(), round: z.string() }).nullish(),
});
export type PriceAnswer = z.output<typeof PriceAnswer>;

export function toWirePrice(inputs: PriceInputs): Stripe.PriceCreateParams {
  const { transformQuantity: quantity, recurrings: [period] = [], productDatas: [data] = [] } = inputs;
  return {
    ...toWireAmounts(inputs),
    ...{
      currency: inputs.currency,
      product: inputs.product,
      active: inputs.active,
      billing_scheme: inputs.billingScheme,
    },
    ...{ tiers: inputs.tiers?.map(toWireTier), tiers_mode: inputs.tiersMode, lookup_key: inputs.lookupKey },
    ...{ nickname: inputs.nickname, tax_behavior: inputs.taxBehavior },
    recurring: period && toWireRecurring(period),
    transform_quantity: quantity && { divide_by: quantity.divideBy, round: quantity.round },
    currency_options: inputs.currencyOptions && toWireCurrencies(inputs.currencyOptions),
    product_data: data && {
      ...{ active: data.active, id: data.id, metadata: data.metadata, name: data.name },
      ...{ statement_descriptor: data.statementDescriptor, tax_code: data.taxCode, unit_label: data.unitLabel },
    },
  };
}

type Outputs = "type" | "created" | "livemode" | "object";

/** The price as a program would write it, what is not there undefined, in the spelling of `given` where both say the same. */
export function livePrice(price: PriceAnswer, given: Partial<PriceInputs> = {}) {
  const {
    currency,
    product,
    billing_scheme,
    active,
    tax_behavior,
    metadata,
    recurring: period,
    transform_quantity,
  } = price;
  const own = Object.keys(ownMetadata(metadata)).length > 0 ? ownMetadata(metadata) : given.metadata && {};
  const live = {
    ...amountsOf(price),
    ...{
      currency,
      product,
      billingScheme: billing_scheme,
      active,
      lookupKey: price.lookup_key,
      nickname: price.nickname,
    },
    ...{ tiers: price.tiers?.map(tierOf), tiersMode: price.tiers_mode, metadata: own },
    taxBehavior: tax_behavior === "unspecified" ? given.taxBehavior && tax_behavior : tax_behavior,
    recurrings: period ? [recurringOf(period)] : undefined,
    transformQuantity: transform_quantity
      ? { divideBy: transform_quantity.divide_by, round: transform_quantity.round }
      : undefined,
    currencyOptions: currenciesOf(price, given),
    ...{ type: price.type, created: price.created, livemode: price.livemode, object: price.object },
  };
  const absent = Object.fromEntries(Object.keys(priceInputs).map((property) => [property, undefined]));
  // Unions of literals are plain text here: a value that we do not know yet must pass.
  const alike = likeGiven(live, given) as Partial<PriceInputs> & Pick<typeof live, Outputs>;
  return { ...absent, ...alike };
}

/** The price's own currency is among them too; only a user who wrote it there sees it. */
function currenciesOf({ currency, currency_options = {} }: PriceAnswer, given: Partial<PriceInputs>) {
  const order = (given.currencyOptions ?? []).map(({ key }) => key);
  const keys = [...order.filter((key) => key in currency_options), ...Object.keys(currency_options)];
  const shown = [...new Set(keys)].filter((key) => key !== currency || order.includes(key));
  if (shown.length === 0) return undefined;
  return shown.flatMap((key) => {
    const option = currency_options[key];
    if (!option) return [];
    const { tax_behavior, tiers } = option;
    const known = tax_behavior === "unspecified" ? {} : { taxBehavior: tax_behavior };
    return [{ key, ...amountsOf(option), ...known, ...(tiers?.length ? { tiers: tiers.map(tierOf) } : {}) }];
  });
}

function amountsOf(wire: z.output<z.ZodObject<typeof amounts>>) {
  if (wire.custom_unit_amount) return { customUnitAmounts: [{ enabled: true, ...wire.custom_unit_amount }] };
  return oneForm("unitAmount", wire.unit_amount, wire.unit_amount_decimal);
}

function tierOf(wire: z.output<typeof tier>) {
  return {
    ...oneForm("flatAmount", wire.flat_amount, wire.flat_amount_decimal),
    ...oneForm("unitAmount", wire.unit_amount, wire.unit_amount_decimal),
    upTo: wire.up_to === undefined ? "inf" : String(wire.up_to),
  };
}

/** Stripe answers both forms of an amount; the decimal tells more only where the integer is null. */
function oneForm(name: string, whole: number | undefined, exact: string | undefined): Record<string, number | string> {
  if (whole !== undefined) return { [name]: whole };
  return exact === undefined ? {} : { [`${name}Decimal`]: exact };
}

function recurringOf({ interval, interval_count, meter, trial_period_days, usage_type }: z.output<typeof recurring>) {
  const rest = { meter, trialPeriodDays: trial_period_days };
  return { interval, intervalCount: interval_count, usageType: usage_type, ...rest };
}
