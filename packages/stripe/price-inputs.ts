import type { InputProblem } from "@mais/provider-kit";
import { z } from "zod";
import * as terms from "./price-terms.ts";

const productData = z.object({
  active: z.boolean().optional(),
  id: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  name: z.string().min(1),
  statementDescriptor: z.string().max(22).optional(),
  taxCode: z.string().optional(),
  unitLabel: z.string().max(12).optional(),
});

export const priceInputs = {
  ...terms.amounts,
  currency: terms.currency,
  /** Id of the product. */
  product: z.string().optional(),
  /** Makes the product along with the price; it stays when the price goes. */
  productDatas: z.array(productData).max(1).optional(),
  recurrings: terms.recurrings,
  billingScheme: z.enum(["per_unit", "tiered"]).default("per_unit"),
  tiers: terms.tiers,
  tiersMode: z.enum(["graduated", "volume"]).optional(),
  transformQuantity: z.object({ divideBy: z.number().int().min(1), round: z.enum(["up", "down"]) }).optional(),
  /** An inactive price cannot be bought any more. */
  active: z.boolean().default(true),
  /** The name by which the application finds the price; unique in the account. */
  lookupKey: z.string().min(1).max(200).optional(),
  /** Takes the lookup key away from whichever price holds it. Not needed for the price that this one replaces. */
  transferLookupKey: z.boolean().optional(),
  nickname: z.string().min(1).max(5000).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  /** Can be set once. */
  taxBehavior: terms.taxBehavior.optional(),
  /** Amounts in further currencies; a currency that Stripe has once keeps its entry. */
  currencyOptions: terms.currencyOptions,
};

export type PriceInputs = z.output<z.ZodObject<typeof priceInputs>>;

/** https://docs.stripe.com/api/prices/create */
export function findPriceProblems(inputs: PriceInputs): InputProblem[] {
  const { unitAmount, unitAmountDecimal, customUnitAmounts, tiers, tiersMode, billingScheme, recurrings } = inputs;
  const problems: InputProblem[] = [];
  const add = (property: keyof PriceInputs & string, reason: string) => problems.push({ property, reason });
  const tiered = billingScheme === "tiered";
  const given = [unitAmount, unitAmountDecimal, customUnitAmounts].filter((one) => one !== undefined).length;
  if (tiered && given > 0) add("unitAmount", 'cannot stand beside billingScheme "tiered": the tiers hold the amounts');
  if (!tiered && given !== 1)
    add("unitAmount", "is one of unitAmount, unitAmountDecimal and customUnitAmounts; give exactly one of them");
  if (tiered !== (tiers !== undefined)) add("tiers", 'and billingScheme "tiered" belong together');
  if (tiered !== (tiersMode !== undefined)) add("tiersMode", 'and billingScheme "tiered" belong together');
  if (tiers && tiers.at(-1)?.upTo !== "inf") add("tiers", 'must end with a tier whose upTo is "inf"');
  if (tiered && !recurrings?.length) add("recurrings", "is required for a tiered price");
  if ((inputs.product === undefined) === (inputs.productDatas === undefined))
    add("product", "is one of product and productDatas; give exactly one of them");
  return problems;
}
