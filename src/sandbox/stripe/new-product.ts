import { z } from "zod";
import type { Call } from "../emulator.ts";
import { type Product, productsOf } from "./catalog.ts";
import { newId, seconds } from "./objects.ts";
import { clearable, flag, group, list, mergeMetadata, metadata, text } from "./parameters.ts";
import { invalid } from "./refusals.ts";

const measure = z.string().transform((value, context) => {
  const number = Number(value);
  if (value !== "" && number >= 0) return number;
  context.addIssue({
    code: "custom",
    message: `Invalid decimal: ${value}`,
    params: { code: "parameter_invalid_decimal" },
  });
  return z.NEVER;
});

/** Card statements know few characters. https://docs.stripe.com/api/products/create#create_product-statement_descriptor */
const statementDescriptor = text(22).superRefine((value, context) => {
  if (/[<>\\'"*]/.test(value) || !/[a-z]/i.test(value))
    context.addIssue({ code: "custom", message: "must hold a letter and none of < > \\ ' \" *" });
});

export const productFields = {
  active: flag.optional(),
  description: clearable(text(40_000)),
  images: clearable(list(text())),
  marketing_features: clearable(list(group({ name: text(80) }))),
  metadata,
  package_dimensions: clearable(group({ height: measure, length: measure, weight: measure, width: measure })),
  shippable: flag.optional(),
  statement_descriptor: clearable(statementDescriptor),
  tax_code: clearable(text()),
  tax_details: clearable(group({ performance_location: text().optional(), tax_code: text().optional() })),
  unit_label: clearable(text(12)),
  url: clearable(text(2048)),
};

/** What a price may say of a product that it brings along. */
export const productData = group({
  ...{ active: productFields.active, metadata, statement_descriptor: productFields.statement_descriptor },
  ...{ tax_code: productFields.tax_code, tax_details: productFields.tax_details, unit_label: productFields.unit_label },
  id: text().optional(),
  name: text(),
});

const _given = z.object({ ...productFields, id: z.string().optional(), name: z.string(), type: z.string().optional() });
export type GivenProduct = z.output<typeof _given>;

export function addProduct(call: Call, given: Partial<GivenProduct> & { name: string }): Product {
  const products = productsOf(call);
  if (given.id !== undefined && products.find(given.id))
    throw invalid("id", "Product already exists.", "resource_already_exists");
  const at = seconds(call.now);
  const product: Product = {
    ...{ id: given.id ?? newId(call, "prod", 14), object: "product", active: true, created: at, default_price: null },
    ...{
      description: null,
      images: [],
      livemode: call.identity === "live",
      marketing_features: [],
      metadata: {},
      name: given.name,
    },
    ...{ package_dimensions: null, shippable: null, statement_descriptor: null, tax_code: null, tax_details: null },
    ...{ type: given.type ?? "service", unit_label: null, updated: at, url: null },
  };
  changeProduct(product, given);
  return products.add(product);
}

/** Takes over what is given; checks everything first. */
export function changeProduct(product: Product, given: Partial<GivenProduct>): void {
  if ((given.images?.length ?? 0) > 8) throw invalid("images", "You can specify at most 8 images.");
  if ((given.marketing_features?.length ?? 0) > 15)
    throw invalid("marketing_features", "You can specify at most 15 marketing features.");
  if (given.url && !URL.canParse(given.url)) throw invalid("url", "Not a valid URL", "url_invalid");
  product.metadata = mergeMetadata(product.metadata, given.metadata);
  const { id: _id, type: _type, metadata: _metadata, images, marketing_features, tax_details, ...rest } = given;
  Object.assign(product, Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)));
  if (images !== undefined) product.images = images ?? [];
  if (marketing_features !== undefined) product.marketing_features = marketing_features ?? [];
  if (tax_details !== undefined)
    product.tax_details = tax_details && {
      performance_location: tax_details.performance_location ?? null,
      tax_code: tax_details.tax_code ?? null,
    };
}
