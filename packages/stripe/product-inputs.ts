import { z } from "zod";
import { amounts, currency, flatOptions, taxBehavior } from "./price-terms.ts";

const defaultPriceData = z.object({
  ...amounts,
  currency,
  currencyOptions: flatOptions,
  metadata: z.record(z.string(), z.string()).optional(),
  recurrings: z
    .array(
      z.object({
        interval: z.enum(["day", "week", "month", "year"]),
        intervalCount: z.number().int().min(1).optional(),
      }),
    )
    .max(1)
    .optional(),
  taxBehavior: taxBehavior.optional(),
});

export const productInputs = {
  /** What customers see. */
  name: z.string().min(1).max(5000),
  /** An id of your choosing, by which applications find the product; by default Stripe makes one up. */
  productId: z
    .string()
    .regex(/^[\w.-]{1,255}$/, "must have letters, digits, dots, hyphens and underscores only")
    .optional(),
  /** An inactive product cannot be bought any more. */
  active: z.boolean().default(true),
  description: z.string().min(1).max(40_000).optional(),
  /** Addresses of at most eight pictures. */
  images: z.array(z.url()).max(8).optional(),
  marketingFeatures: z
    .array(z.object({ name: z.string().min(1).max(80) }))
    .max(15)
    .optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  /** In inches and ounces. */
  packageDimensions: z
    .array(z.object({ height: z.number(), length: z.number(), weight: z.number(), width: z.number() }))
    .max(1)
    .optional(),
  shippable: z.boolean().optional(),
  /** On card statements. */
  statementDescriptor: z
    .string()
    .max(22)
    .regex(/^[^<>\\'"*]*[a-zA-Z][^<>\\'"*]*$/, "must hold a letter and none of < > \\ ' \" *")
    .optional(),
  /** `txcd_…` */
  taxCode: z.string().startsWith("txcd_").optional(),
  type: z.enum(["service", "good"]).optional(),
  unitLabel: z.string().min(1).max(12).optional(),
  url: z.url().optional(),
  /** Makes a first price along with the product. A `Price` of its own can change later, this one cannot. */
  defaultPriceDatas: z.array(defaultPriceData).max(1).optional(),
};

export type ProductInputs = z.output<z.ZodObject<typeof productInputs>>;
