import type { Call } from "../emulator.ts";
import { Objects, type StripeObject } from "./objects.ts";

/** Wire shapes of products and prices, as kept: whole, also what an answer shows only when expanded. */
export interface Product extends StripeObject {
  object: "product";
  active: boolean;
  default_price: string | null;
  description: string | null;
  images: string[];
  marketing_features: { name: string }[];
  metadata: Record<string, string>;
  name: string;
  package_dimensions: { height: number; length: number; weight: number; width: number } | null;
  shippable: boolean | null;
  statement_descriptor: string | null;
  tax_code: string | null;
  tax_details: { performance_location: string | null; tax_code: string | null } | null;
  type: string;
  unit_label: string | null;
  updated: number;
  url: string | null;
}

export type TaxBehavior = "exclusive" | "inclusive" | "unspecified";

export interface CustomUnitAmount {
  maximum: number | null;
  minimum: number | null;
  preset: number | null;
}

export interface Tier {
  flat_amount: number | null;
  flat_amount_decimal: string | null;
  unit_amount: number | null;
  unit_amount_decimal: string | null;
  up_to: number | null;
}

export interface CurrencyOption {
  custom_unit_amount: CustomUnitAmount | null;
  tax_behavior: TaxBehavior | null;
  tiers?: Tier[];
  unit_amount: number | null;
  unit_amount_decimal: string | null;
}

export interface Recurring {
  interval: "day" | "week" | "month" | "year";
  interval_count: number;
  meter: string | null;
  trial_period_days: number | null;
  usage_type: "licensed" | "metered";
}

export interface Price extends StripeObject {
  object: "price";
  active: boolean;
  billing_scheme: "per_unit" | "tiered";
  currency: string;
  currency_options: Record<string, CurrencyOption>;
  custom_unit_amount: CustomUnitAmount | null;
  lookup_key: string | null;
  metadata: Record<string, string>;
  nickname: string | null;
  product: string;
  recurring: Recurring | null;
  tax_behavior: TaxBehavior | null;
  tiers?: Tier[];
  tiers_mode: "graduated" | "volume" | null;
  transform_quantity: { divide_by: number; round: "up" | "down" } | null;
  type: "one_time" | "recurring";
  unit_amount: number | null;
  unit_amount_decimal: string | null;
}

export function productsOf(call: Call): Objects<Product> {
  return new Objects<Product>(call, "products");
}

export function pricesOf(call: Call): Objects<Price> {
  return new Objects<Price>(call, "prices");
}

export function showPrice(call: Call, price: Price, expanded: ReadonlySet<string>): unknown {
  const { tiers, currency_options, ...rest } = price;
  return {
    ...rest,
    ...(tiers && expanded.has("tiers") ? { tiers } : {}),
    ...(expanded.has("currency_options") ? { currency_options } : {}),
    ...(expanded.has("product") ? { product: productsOf(call).find(price.product) } : {}),
  };
}

export function showProduct(call: Call, product: Product, expanded: ReadonlySet<string>): unknown {
  const price = product.default_price === null ? undefined : pricesOf(call).find(product.default_price);
  if (!price || !expanded.has("default_price")) return product;
  return { ...product, default_price: showPrice(call, price, new Set()) };
}
