import {
  ApiError,
  type Call,
  type CreateCall,
  defineResource,
  type Found,
  orAbsent,
  Refused,
} from "@mais/provider-kit";
import { z } from "zod";
import type { StripeApi } from "./client.ts";
import { findMetadataProblems, markersOf, metadataChanges, resourceMarker } from "./markers.ts";
import { type ProductInputs, productInputs } from "./product-inputs.ts";
import { EVERYTHING, liveProduct, ProductAnswer, toWireChanges, toWireProduct } from "./product-wire.ts";

const LIST = { attempt: "GET /v1/products", answer: z.object({ data: z.array(ProductAnswer), has_more: z.boolean() }) };
const CREATE = { attempt: "POST /v1/products", answer: ProductAnswer };
const READ = { attempt: "GET /v1/products/{id}", answer: ProductAnswer };
const UPDATE = { attempt: "POST /v1/products/{id}", answer: ProductAnswer };
const DELETE = { attempt: "DELETE /v1/products/{id}", answer: z.unknown() };

/** Something that is sold. Deleting one that has prices archives it, because Stripe keeps whatever was priced. */
export const Product = defineResource("stripe:index/product:Product", {
  inputs: productInputs,
  outputs: {
    /** Id of the price that is offered by default. */
    defaultPrice: z.string().optional(),
    created: z.number(),
    livemode: z.boolean(),
    object: z.string(),
  },
  replaceOn: ["productId", "type", "defaultPriceDatas"],
  writeOnly: ["defaultPriceDatas"],
  autoName: { property: "name", maxLength: 250 },
  check: ({ metadata }) => findMetadataProblems(metadata),

  /** Names are not unique at Stripe: without an id of ours, only a product that bears our mark can be the one. */
  async find(api: StripeApi, { productId, name }, call) {
    const found =
      productId === undefined ? await findMarked(api, name, call) : await orAbsent(retrieve(api, productId, call));
    const present = [found ?? []].flat().filter((product) => !isArchivedByUs(product));
    return present.map(({ id, name: label, created, metadata }): Found => {
      const nonce = markersOf(metadata).mais_nonce;
      return { id, label, createdAt: created * 1000, ...(nonce ? { nonce } : {}) };
    });
  },

  async create(api, inputs, call) {
    const { productId, metadata } = inputs;
    const archived = productId === undefined ? undefined : await orAbsent(retrieve(api, productId, call));
    if (archived && isArchivedByUs(archived)) return revive(api, archived, inputs, call);
    const made = await api.create(CREATE, call, {
      send: (stripe, options) =>
        stripe.products.create({ ...toWireProduct(inputs), metadata: { ...metadata, ...markers(call) } }, options),
      exists: (id) => retrieve(api, id, call),
    });
    return { ...liveProduct(made, inputs), id: made.id };
  },

  async read(api, id, call) {
    const product = await orAbsent(retrieve(api, id, call));
    return product && !isArchivedByUs(product) ? liveProduct(product, call.inputs) : undefined;
  },

  async update(api, id, inputs, { changed, olds, signal }) {
    const metadata = changed.has("metadata") ? metadataChanges(olds.metadata, inputs.metadata) : undefined;
    const changes = { ...toWireChanges(inputs, changed), metadata };
    return liveProduct(await api.call(UPDATE, signal, (stripe) => stripe.products.update(id, changes)), inputs);
  },

  async delete(api, id, { inputs, signal, note }) {
    try {
      await orAbsent(api.call(DELETE, signal, (stripe) => stripe.products.del(id)));
    } catch (error) {
      // 400 is Stripe's answer while prices refer to the product, archived ones included.
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      const archived = { active: false, metadata: { mais_archived: "true" } };
      await orAbsent(api.call(UPDATE, signal, (stripe) => stripe.products.update(id, archived)));
      note(`Stripe deletes no product that has had prices: "${inputs.name}" (${id}) is archived`);
    }
  },
});
export type Product = InstanceType<typeof Product>;

function markers({ nonce, urn }: CreateCall) {
  return { mais_nonce: nonce, mais_resource: resourceMarker(urn) };
}

function retrieve(api: StripeApi, id: string, { signal }: Pick<Call, "signal">): Promise<ProductAnswer> {
  return api.call(READ, signal, (stripe) => stripe.products.retrieve(id));
}

/** Stripe's search lags behind by a minute, so this walks the list of active products. */
async function findMarked(api: StripeApi, name: string, call: Call): Promise<ProductAnswer[]> {
  const ours = resourceMarker(call.urn);
  const marked: ProductAnswer[] = [];
  let after: string | undefined;
  do {
    const page = await api.call(LIST, call.signal, (stripe) =>
      stripe.products.list({ active: true, limit: 100, starting_after: after }),
    );
    marked.push(...page.data.filter((one) => one.name === name && markersOf(one.metadata).mais_resource === ours));
    after = page.has_more ? page.data.at(-1)?.id : undefined;
  } while (after !== undefined);
  return marked;
}

/** A product with an id of ours cannot be made twice: the archived one comes back, as it is wanted now. */
async function revive(api: StripeApi, archived: ProductAnswer, inputs: ProductInputs, call: CreateCall) {
  if (inputs.type !== undefined && inputs.type !== archived.type)
    throw new Refused(
      `The archived product ${archived.id} is of type ${archived.type}, which Stripe cannot change. Choose another productId, or that type`,
    );
  if (inputs.defaultPriceDatas?.length)
    call.warn(
      `The archived product ${archived.id} is active again with the first price that it had; no new one was made`,
    );
  const gone = Object.fromEntries(Object.keys(archived.metadata ?? {}).map((key) => [key, ""]));
  const metadata = { ...gone, ...inputs.metadata, ...markers(call) };
  const changes = { ...toWireChanges(inputs, EVERYTHING), metadata };
  const product = await api.call(UPDATE, call.signal, (stripe) => stripe.products.update(archived.id, changes));
  return { ...liveProduct(product, inputs), id: product.id };
}

function isArchivedByUs(product: ProductAnswer): boolean {
  return !product.active && markersOf(product.metadata).mais_archived !== undefined;
}
