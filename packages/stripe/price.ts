import { ApiError, type Call, defineResource, type Found, orAbsent, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { StripeApi } from "./client.ts";
import { sameDecimal } from "./like-given.ts";
import { findMetadataProblems, markersOf, metadataChanges, resourceMarker } from "./markers.ts";
import { findPriceProblems, priceInputs } from "./price-inputs.ts";
import { toWireCurrencies } from "./price-terms.ts";
import { livePrice, PriceAnswer, toWirePrice } from "./price-wire.ts";

const LIST = { attempt: "GET /v1/prices", answer: z.object({ data: z.array(PriceAnswer) }) };
const CREATE = { attempt: "POST /v1/prices", answer: PriceAnswer };
const READ = { attempt: "GET /v1/prices/{id}", answer: PriceAnswer };
const UPDATE = { attempt: "POST /v1/prices/{id}", answer: PriceAnswer };
const EXPANDED = ["tiers", "currency_options"];

/**
 * What a product costs. Stripe fixes the amount: changing it makes a new price, which takes the lookup key over, and
 * archives the old one. Subscriptions keep the price that they were made with.
 */
export const Price = defineResource("stripe:index/price:Price", {
  inputs: priceInputs,
  outputs: {
    /** `one_time` or `recurring` */
    type: z.string(),
    created: z.number(),
    livemode: z.boolean(),
    object: z.string(),
  },
  replaceOn: [
    ...(["currency", "product", "productDatas", "unitAmount", "unitAmountDecimal", "customUnitAmounts"] as const),
    ...(["recurrings", "billingScheme", "tiers", "tiersMode", "transformQuantity"] as const),
  ],
  unordered: ["currencyOptions"],
  equal: { unitAmountDecimal: (old, next) => next !== undefined && sameDecimal(old, next) },
  writeOnly: ["productDatas", "transferLookupKey"],
  createBeforeDelete: true,
  check: (inputs) => [...findPriceProblems(inputs), ...findMetadataProblems(inputs.metadata)],

  /** The natural key is the lookup key. Our own predecessor, and what we archived, give it up without a refusal. */
  async find(api: StripeApi, { lookupKey, transferLookupKey }, call) {
    if (lookupKey === undefined || transferLookupKey) return [];
    const holders = await holdersOf(api, lookupKey, call);
    const others = holders.filter((price) => !yields(price, call.urn));
    return others.map(({ id, created, metadata }): Found => {
      const nonce = markersOf(metadata).mais_nonce;
      return { id, label: lookupKey, createdAt: created * 1000, ...(nonce ? { nonce } : {}) };
    });
  },

  async create(api, inputs, call) {
    const { lookupKey, transferLookupKey, metadata } = inputs;
    const holders = lookupKey === undefined ? [] : await holdersOf(api, lookupKey, call);
    const markers = { mais_nonce: call.nonce, mais_resource: resourceMarker(call.urn) };
    const transfer = transferLookupKey || holders.some((price) => yields(price, call.urn));
    const made =
      holders.find((price) => markersOf(price.metadata).mais_nonce === call.nonce) ??
      (await api.create(CREATE, call, {
        send: (stripe, options) =>
          stripe.prices.create(
            {
              ...toWirePrice(inputs),
              ...{ metadata: { ...metadata, ...markers }, expand: EXPANDED },
              transfer_lookup_key: transfer || undefined,
            },
            options,
          ),
        exists: async (id) => present(await retrieve(api, id, call)),
      }));
    return { id: made.id, ...livePrice(made, inputs) };
  },

  async read(api, id, call) {
    const price = present(await orAbsent(retrieve(api, id, call)));
    return price && livePrice(price, call.inputs);
  },

  async update(api, id, inputs, { changed, olds, signal }) {
    const { active, lookupKey, nickname, metadata, taxBehavior, currencyOptions } = inputs;
    const price = await api.call(UPDATE, signal, (stripe) =>
      stripe.prices.update(id, {
        expand: EXPANDED,
        active: changed.has("active") ? active : undefined,
        lookup_key: changed.has("lookupKey") ? (lookupKey ?? "") : undefined,
        transfer_lookup_key: changed.has("lookupKey") ? inputs.transferLookupKey : undefined,
        nickname: changed.has("nickname") ? (nickname ?? "") : undefined,
        metadata: changed.has("metadata") ? metadataChanges(olds.metadata, metadata) : undefined,
        tax_behavior: changed.has("taxBehavior") ? taxBehavior : undefined,
        currency_options: changed.has("currencyOptions") ? toWireCurrencies(currencyOptions) : undefined,
      }),
    );
    return livePrice(price, inputs);
  },

  /** Stripe never deletes a price: it is archived, and marked so that a later create knows its lookup key is free. */
  async delete(api, id, { inputs, signal, note }) {
    const archived = { active: false, metadata: { mais_archived: "true" } };
    try {
      await orAbsent(api.call(UPDATE, signal, (stripe) => stripe.prices.update(id, archived)));
      note(`Stripe deletes no prices: ${inputs.lookupKey ?? id} (${id}) is archived`);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.message.includes("default price")) throw error;
      throw new Refused(`${error.message} Give the product another default price first`, { cause: error });
    }
  },
});
export type Price = InstanceType<typeof Price>;

function retrieve(api: StripeApi, id: string, { signal }: Pick<Call, "signal">): Promise<PriceAnswer> {
  return api.call(READ, signal, (stripe) => stripe.prices.retrieve(id, { expand: EXPANDED }));
}

async function holdersOf(api: StripeApi, key: string, { signal }: Pick<Call, "signal">): Promise<PriceAnswer[]> {
  const { data } = await api.call(LIST, signal, (stripe) => stripe.prices.list({ lookup_keys: [key] }));
  return data;
}

/** A price that we archived is gone to us; one that a person archived is there, and inactive. */
function present(price: PriceAnswer | undefined): PriceAnswer | undefined {
  return price && !price.active && markersOf(price.metadata).mais_archived ? undefined : price;
}

/** Gives its lookup key up to this resource's next price: its own predecessor, or what we archived. */
function yields(price: PriceAnswer, urn: string): boolean {
  return present(price) === undefined || markersOf(price.metadata).mais_resource === resourceMarker(urn);
}
