import type { Price } from "../../../src/sandbox/stripe/catalog.ts";
import { erase, type InputSample, type Made, type ResourceSample, type SampleLab, set, stored } from "./sample.ts";

const FIXED = "Stripe lets nobody change it";
const onPrice =
  (change: (price: Price) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<Price>(lab, ["stripe", "test/prices", `:${id}`]));

/** Amounts and other terms, which a price keeps for good. */
function fixedTerms(product: unknown, other: unknown): Record<string, InputSample> {
  const month = { interval: "month", intervalCount: 1, usageType: "licensed" };
  const tiers = [
    { unitAmount: 900, upTo: "10" },
    { unitAmountDecimal: "80.5", upTo: "inf" },
  ];
  const flat = { unitAmount: undefined, transformQuantity: undefined, currencyOptions: undefined };
  const tiered = { ...flat, billingScheme: "tiered", tiersMode: "graduated", tiers };
  const fixed = { replaces: true as const, outside: FIXED };
  return {
    currency: { value: "eur", to: "usd", ...fixed },
    unitAmount: { value: 990, to: 1190, ...fixed },
    unitAmountDecimal: { value: "9.50", to: "9.25", instead: { unitAmount: undefined }, ...fixed },
    customUnitAmounts: {
      ...{ value: [{ enabled: true, minimum: 100, preset: 500 }], to: [{ enabled: true, minimum: 200, preset: 500 }] },
      ...{ instead: { ...flat, recurrings: undefined }, ...fixed },
    },
    product: { value: product, to: other, ...fixed },
    productDatas: {
      ...{ value: [{ name: "Made along" }], to: [{ name: "Made along too" }], instead: { product: undefined } },
      ...fixed,
    },
    recurrings: { value: [month], to: [{ ...month, intervalCount: 3, trialPeriodDays: 14 }], ...fixed },
    billingScheme: { value: "per_unit", to: "tiered", refused: /tiers/, ...fixed },
    tiers: { value: tiers, to: [{ flatAmount: 500, upTo: "inf" }], instead: tiered, ...fixed },
    tiersMode: { value: "graduated", to: "volume", instead: tiered, ...fixed },
    transformQuantity: { value: { divideBy: 10, round: "up" }, to: { divideBy: 10, round: "down" }, ...fixed },
  };
}

const USD = { key: "usd", unitAmount: 1090 };
const GBP = { key: "gbp", unitAmount: 890 };

export const price: ResourceSample = {
  async prepare(lab) {
    const kind = "stripe:index/product:Product";
    const [one, two] = [await lab.make(kind, "one", { name: "One" }), await lab.make(kind, "two", { name: "Two" })];
    return { one: one.id, two: two.id };
  },
  inputs: ({ one, two }) => ({
    ...fixedTerms(one, two),
    active: { value: false, to: true, outside: onPrice((found) => set(found, { active: true })) },
    lookupKey: {
      ...{ value: "monthly-a", to: "monthly-b" },
      outside: [
        onPrice((found) => set(found, { lookup_key: "theirs" })),
        onPrice((found) => set(found, { lookup_key: null })),
      ],
    },
    transferLookupKey: { value: true, to: false, outside: "it says how the price is made, and is kept nowhere" },
    nickname: { value: "A", to: "B", outside: onPrice((found) => set(found, { nickname: null })) },
    metadata: {
      ...{ value: { plan: "a" }, to: { tariff: "b" } },
      outside: onPrice(({ metadata }) => set(metadata, { plan: "theirs" })),
    },
    taxBehavior: {
      ...{ value: "unspecified", to: "exclusive" },
      outside: "once set, Stripe lets nobody change it, so nothing could put it right",
    },
    currencyOptions: {
      value: [USD, GBP],
      to: [{ ...USD, unitAmount: 1290 }, GBP, { key: "chf", unitAmountDecimal: "995.5" }],
      outside: onPrice(({ currency_options }) =>
        set(currency_options.usd, { unit_amount: 1, unit_amount_decimal: "1" }),
      ),
    },
  }),
  vanish: (lab, { id }) => erase(lab, ["stripe", "test/prices", `:${id}`]),
  createBeforeDelete: true,
  unordered: ["currencyOptions"],
  clash: { transferLookupKey: undefined },
  // "unspecified" is what Stripe says of a price that names none.
  importDiffers: ["taxBehavior", "transferLookupKey"],
  // The bridge names the types of lists' elements in the singular, and takes a key to be a secret by its name.
  officialDiffers: [
    ...["currencyOptions", "customUnitAmounts", "productDatas", "recurrings", "tiers", "transferLookupKey"],
  ],
};
