import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { type Product, pricesOf, productsOf, showProduct } from "./catalog.ts";
import { idempotent } from "./idempotency.ts";
import { defaultPriceData, newPrice } from "./new-price.ts";
import { addProduct, changeProduct, productFields } from "./new-product.ts";
import { answerPage, created, expansions, isWithin, paging, queryOf, seconds } from "./objects.ts";
import { clearable, flag, list, oneOf, readParameters, text } from "./parameters.ts";
import { invalid, refuse } from "./refusals.ts";

const PAGE = "https://docs.stripe.com/api/products";
const EXPANDABLE = ["default_price"];

const createProduct = defineRoute("POST /v1/products", {
  evidence: "documented",
  source: `${PAGE}/create`,
  handle: idempotent((call) => {
    const { expand, default_price_data, ...given } = readParameters(
      {
        ...productFields,
        default_price_data: defaultPriceData.optional(),
        id: text().optional(),
        name: text(),
        type: oneOf("good", "service").optional(),
      },
      call.body,
    );
    const expanded = expansions(expand, EXPANDABLE);
    const price = default_price_data && newPrice(call, given.id ?? "", default_price_data);
    const product = addProduct(call, given);
    if (price) {
      pricesOf(call).add({ ...price, product: product.id });
      product.default_price = price.id;
    }
    return { status: 200, json: showProduct(call, product, expanded) };
  }),
});

const readProduct = defineRoute("GET /v1/products/{id}", {
  evidence: "documented",
  source: `${PAGE}/retrieve`,
  handle(call) {
    const { expand } = readParameters({}, queryOf(call));
    return { status: 200, json: showProduct(call, productOf(call), expansions(expand, EXPANDABLE)) };
  },
});

const listProducts = defineRoute("GET /v1/products", {
  evidence: "documented",
  source: `${PAGE}/list`,
  handle(call) {
    const given = readParameters(
      {
        ...paging,
        active: flag.optional(),
        created,
        ids: list(z.string()).optional(),
        shippable: flag.optional(),
        type: z.string().optional(),
        url: z.string().optional(),
      },
      queryOf(call),
    );
    const expanded = expansions(given.expand, EXPANDABLE, true);
    const matching = productsOf(call)
      .newestFirst()
      .filter(
        (product) =>
          (given.active === undefined || product.active === given.active) &&
          isWithin(product.created, given.created) &&
          (!given.ids || given.ids.includes(product.id)) &&
          (given.shippable === undefined || product.shippable === given.shippable) &&
          (given.type === undefined || product.type === given.type) &&
          (given.url === undefined || product.url === given.url),
      );
    return answerPage(call, matching, (product) => showProduct(call, product, expanded));
  },
});

const updateProduct = defineRoute("POST /v1/products/{id}", {
  evidence: "documented",
  source: `${PAGE}/update`,
  handle: idempotent((call) => {
    const product = productOf(call);
    const { expand, default_price, ...given } = readParameters(
      { ...productFields, name: text().optional(), default_price: clearable(z.string()) },
      call.body,
    );
    const expanded = expansions(expand, EXPANDABLE);
    if (default_price) checkDefaultPrice(call, product, default_price);
    const { name, ...rest } = given;
    changeProduct(product, name === undefined ? rest : { ...rest, name });
    if (default_price !== undefined) product.default_price = default_price;
    product.updated = seconds(call.now);
    return { status: 200, json: showProduct(call, product, expanded) };
  }),
});

const deleteProduct = defineRoute("DELETE /v1/products/{id}", {
  evidence: "documented",
  source: `${PAGE}/delete`,
  handle(call) {
    const { id } = productOf(call);
    if (
      pricesOf(call)
        .newestFirst()
        .some((price) => price.product === id)
    )
      throw refuse(400, { message: "This product cannot be deleted because it has one or more user-created prices." });
    productsOf(call).remove(id);
    return { status: 200, json: { id, object: "product", deleted: true } };
  },
});

function productOf(call: Call): Product {
  return productsOf(call).get(call.params.id ?? "", "product");
}

function checkDefaultPrice(call: Call, product: Product, id: string): void {
  const price = pricesOf(call).find(id);
  if (price?.product !== product.id) throw invalid("default_price", `No such price: '${id}'`, "resource_missing");
  if (!price.active)
    throw invalid("default_price", "The price specified is inactive. This field only accepts active prices.");
}

export const productRoutes = [createProduct, readProduct, listProducts, updateProduct, deleteProduct];
