import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { type Price, pricesOf, productsOf, showPrice } from "./catalog.ts";
import { idempotent } from "./idempotency.ts";
import { currencyOptions, newPrice, optionOf, priceTerms, taxBehavior } from "./new-price.ts";
import { addProduct, productData } from "./new-product.ts";
import { answerPage, created, expansions, isWithin, paging, queryOf } from "./objects.ts";
import { clearable, flag, group, list, mergeMetadata, metadata, oneOf, readParameters, text } from "./parameters.ts";
import { invalid, refuse } from "./refusals.ts";

const PAGE = "https://docs.stripe.com/api/prices";
const EXPANDABLE = ["product", "tiers", "currency_options"];

const createPrice = defineRoute("POST /v1/prices", {
  evidence: "documented",
  source: `${PAGE}/create`,
  handle: idempotent((call) => {
    const given = readParameters(
      {
        ...priceTerms,
        product: z.string().optional(),
        product_data: productData.optional(),
        transfer_lookup_key: flag.optional(),
      },
      call.body,
    );
    const expanded = expansions(given.expand, EXPANDABLE);
    if ((given.product === undefined) === (given.product_data === undefined))
      throw invalid("product", "You must specify exactly one of `product` and `product_data`.");
    if (given.product !== undefined && !productsOf(call).find(given.product))
      throw refuse(400, { code: "resource_missing", message: `No such product: '${given.product}'`, param: "product" });
    const holder = lookupKeyHolder(call, given.lookup_key, given.transfer_lookup_key);
    const price = newPrice(call, given.product ?? "", given);
    if (given.product_data) price.product = addProduct(call, given.product_data).id;
    pricesOf(call).add(price);
    if (holder) holder.lookup_key = null;
    return { status: 200, json: showPrice(call, price, expanded) };
  }),
});

const readPrice = defineRoute("GET /v1/prices/{id}", {
  evidence: "documented",
  source: `${PAGE}/retrieve`,
  handle(call) {
    const { expand } = readParameters({}, queryOf(call));
    return { status: 200, json: showPrice(call, priceOf(call), expansions(expand, EXPANDABLE)) };
  },
});

const listPrices = defineRoute("GET /v1/prices", {
  evidence: "documented",
  source: `${PAGE}/list`,
  handle(call) {
    const given = readParameters(
      {
        ...paging,
        active: flag.optional(),
        created,
        currency: z.string().optional(),
        lookup_keys: list(z.string()).optional(),
        product: z.string().optional(),
        recurring: group({
          interval: z.string().optional(),
          meter: z.string().optional(),
          usage_type: z.string().optional(),
        }).optional(),
        type: oneOf("one_time", "recurring").optional(),
      },
      queryOf(call),
    );
    if ((given.lookup_keys?.length ?? 0) > 10) throw invalid("lookup_keys", "You can specify up to 10 lookup_keys.");
    const expanded = expansions(given.expand, EXPANDABLE, true);
    const { interval, meter, usage_type } = given.recurring ?? {};
    const matching = pricesOf(call)
      .newestFirst()
      .filter(
        (price) =>
          is(given.active, price.active) &&
          isWithin(price.created, given.created) &&
          is(given.currency, price.currency) &&
          (!given.lookup_keys || (price.lookup_key !== null && given.lookup_keys.includes(price.lookup_key))) &&
          is(given.product, price.product) &&
          is(given.type, price.type) &&
          is(interval, price.recurring?.interval) &&
          is(meter, price.recurring?.meter) &&
          is(usage_type, price.recurring?.usage_type),
      );
    return answerPage(call, matching, (price) => showPrice(call, price, expanded));
  },
});

const updatePrice = defineRoute("POST /v1/prices/{id}", {
  evidence: "documented",
  source: `${PAGE}/update`,
  handle: idempotent((call) => {
    const price = priceOf(call);
    const given = readParameters(
      {
        active: flag.optional(),
        currency_options: clearable(currencyOptions),
        lookup_key: clearable(text(200)),
        metadata,
        nickname: clearable(text()),
        tax_behavior: taxBehavior.optional(),
        transfer_lookup_key: flag.optional(),
      },
      call.body,
    );
    const expanded = expansions(given.expand, EXPANDABLE);
    checkArchival(call, price, given.active);
    if (given.tax_behavior && price.tax_behavior !== "unspecified" && given.tax_behavior !== price.tax_behavior)
      throw invalid(
        "tax_behavior",
        "Once specified as either `inclusive` or `exclusive`, `tax_behavior` cannot be changed.",
      );
    const holder = lookupKeyHolder(call, given.lookup_key ?? undefined, given.transfer_lookup_key, price);
    price.metadata = mergeMetadata(price.metadata, given.metadata);
    if (holder) holder.lookup_key = null;
    if (given.lookup_key !== undefined) price.lookup_key = given.lookup_key;
    if (given.active !== undefined) price.active = given.active;
    if (given.nickname !== undefined) price.nickname = given.nickname;
    if (given.tax_behavior) price.tax_behavior = given.tax_behavior;
    if (given.currency_options !== undefined) changeCurrencies(price, given.currency_options ?? {});
    return { status: 200, json: showPrice(call, price, expanded) };
  }),
});

function is<T>(wanted: T | undefined, seen: T | undefined): boolean {
  return wanted === undefined || wanted === seen;
}

function priceOf(call: Call): Price {
  return pricesOf(call).get(call.params.id ?? "", "price");
}

/** The price that must give the key away; refuses where that was not asked for. */
function lookupKeyHolder(
  call: Call,
  key: string | undefined,
  transfer: boolean | undefined,
  self?: Price,
): Price | undefined {
  if (key === undefined) return undefined;
  const holder = pricesOf(call)
    .newestFirst()
    .find((price) => price.lookup_key === key && price !== self);
  if (!holder || transfer) return holder;
  throw invalid("lookup_key", `A price (\`${holder.id}\`) already uses that lookup key.`);
}

function checkArchival(call: Call, price: Price, active: boolean | undefined): void {
  if (active !== false || productsOf(call).find(price.product)?.default_price !== price.id) return;
  throw invalid("active", "This price cannot be archived because it is the default price of its product.");
}

/** A given currency is added or changed; whether one that is not given goes away is unknown, so it stays. */
function changeCurrencies(price: Price, given: NonNullable<(typeof currencyOptions)["_output"]>): void {
  for (const [code, option] of Object.entries(given)) price.currency_options[code] = optionOf(option);
}

export const priceRoutes = [createPrice, readPrice, listPrices, updatePrice];
