import type { Stripe } from "stripe";
import { z } from "zod";
import { ownMetadata } from "./markers.ts";
import { toWireAmounts, toWireCurrencies } from "./price-terms.ts";
import type { ProductInputs } from "./product-inputs.ts";

/** Absent where Stripe says null. */
const text = z.preprocess((value) => value ?? undefined, z.string().optional());
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]).nullish();

export const ProductAnswer = z.object({
  ...{ id: z.string(), object: z.string(), active: z.boolean(), created: z.number(), livemode: z.boolean() },
  ...{ name: z.string(), description: text, images: z.array(z.string()).nullish(), shippable: z.boolean().nullish() },
  ...{
    statement_descriptor: text,
    type: text,
    unit_label: text,
    url: text,
    default_price: reference,
    tax_code: reference,
  },
  metadata: z.record(z.string(), z.string()).nullish(),
  marketing_features: z.array(z.object({ name: z.string().nullish() })).nullish(),
  package_dimensions: z
    .object({ height: z.number(), length: z.number(), weight: z.number(), width: z.number() })
    .nullish(),
});
export type ProductAnswer = z.output<typeof ProductAnswer>;

/** What can change at any time, by Stripe's names. */
const CHANGEABLE = {
  name: "name",
  active: "active",
  description: "description",
  images: "images",
  marketingFeatures: "marketing_features",
  packageDimensions: "package_dimensions",
  shippable: "shippable",
  statementDescriptor: "statement_descriptor",
  taxCode: "tax_code",
  unitLabel: "unit_label",
  url: "url",
} as const;

/** Stripe has no way to say "neither yes nor no" again. */
const NEVER_CLEARED: readonly string[] = ["name", "active", "shippable"];

export const EVERYTHING: ReadonlySet<string> = new Set(Object.keys(CHANGEABLE));

export function toWireProduct(given: ProductInputs): Stripe.ProductCreateParams {
  const [price] = given.defaultPriceDatas ?? [];
  return {
    ...{ name: given.name, active: given.active, description: given.description, images: given.images },
    ...{ marketing_features: given.marketingFeatures, package_dimensions: given.packageDimensions?.[0] },
    ...{ shippable: given.shippable, statement_descriptor: given.statementDescriptor, tax_code: given.taxCode },
    ...{ unit_label: given.unitLabel, url: given.url, id: given.productId, type: given.type },
    default_price_data: price && {
      ...toWireAmounts(price),
      ...{ currency: price.currency, metadata: price.metadata, tax_behavior: price.taxBehavior },
      currency_options: price.currencyOptions && toWireCurrencies(price.currencyOptions),
      recurring: price.recurrings?.map(({ interval, intervalCount }) => ({
        interval,
        interval_count: intervalCount,
      }))[0],
    },
  };
}

/** The changed fields; one that is not given any more is cleared with the empty text. */
export function toWireChanges(given: ProductInputs, changed: ReadonlySet<string>): Stripe.ProductUpdateParams {
  const whole = toWireProduct(given);
  const fields = Object.entries(CHANGEABLE).filter(([property]) => changed.has(property));
  return Object.fromEntries(
    fields.map(([, field]) => [field, whole[field] ?? (NEVER_CLEARED.includes(field) ? undefined : "")]),
  );
}

/**
 * The product as a program would write it. What is not there has the value undefined; what Stripe filled in by itself
 * shows only where the program says it too.
 */
export function liveProduct(product: ProductAnswer, given: Partial<ProductInputs> = {}) {
  const { images, marketing_features: features, package_dimensions: dimensions, default_price, tax_code } = product;
  const metadata = ownMetadata(product.metadata);
  const ownId = given.productId !== undefined || !product.id.startsWith("prod_");
  return {
    ...{ name: product.name, active: product.active, description: product.description, url: product.url },
    images: images?.length ? images : given.images && [],
    marketingFeatures: features?.length
      ? features.map(({ name }) => ({ name: name ?? "" }))
      : given.marketingFeatures && [],
    packageDimensions: dimensions ? [dimensions] : given.packageDimensions && [],
    ...{ shippable: product.shippable ?? undefined, statementDescriptor: product.statement_descriptor },
    ...{ taxCode: tax_code ?? undefined, unitLabel: product.unit_label, productId: ownId ? product.id : undefined },
    metadata: Object.keys(metadata).length > 0 ? metadata : given.metadata && {},
    // A type that we do not know yet must pass.
    type: given.type !== undefined || product.type !== "service" ? (product.type as ProductInputs["type"]) : undefined,
    ...{ defaultPrice: default_price ?? undefined, created: product.created, livemode: product.livemode },
    object: product.object,
  };
}
