import { provider } from "../../../packages/stripe/provider.ts";
import type { Product } from "../../../src/sandbox/stripe/catalog.ts";
import { apiOf } from "../../providers/stripe-run.ts";
import { apiObjects } from "./api-objects.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored, type VendorSample } from "./sample.ts";
import { price } from "./stripe-price.ts";

const on =
  <T>(kind: string, change: (object: T) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<T>(lab, ["stripe", `test/${kind}`, `:${id}`]));

interface Endpoint {
  url: string;
  status: string;
  description: string | null;
  enabled_events: string[];
  metadata: Record<string, string>;
}
const onEndpoint = (change: (endpoint: Endpoint) => void) => on("webhook_endpoints", change);
const onProduct = (change: (product: Product) => void) => on("products", change);
const metadata = { value: { team: "mais", part: "a" }, to: { team: "mais", stage: "b" } };
const FIXED = "Stripe lets nobody change it";
const FORBIDDEN_METADATA = [
  { inputs: { metadata: { mais_nonce: "1" } }, property: "metadata.mais_nonce", reason: /marks our own keys/ },
  { inputs: { metadata: { empty: "" } }, property: "metadata.empty", reason: /1 to 500 characters/ },
];

const webhookEndpoint: ResourceSample = {
  importHides: ["secret"],
  importDiffers: ["besides"],
  forbidden: FORBIDDEN_METADATA,
  inputs: () => ({
    url: {
      ...{ value: "https://api.mais.example/a", to: "https://api.mais.example/b" },
      outside: onEndpoint((one) => set(one, { url: "https://theirs.example" })),
    },
    enabledEvents: {
      ...{ value: ["charge.captured", "charge.refunded"], to: ["charge.refunded", "account.updated"] },
      outside: onEndpoint((one) => set(one, { enabled_events: ["charge.captured"] })),
    },
    apiVersion: { value: "2024-06-20", to: "2023-10-16", replaces: true, outside: FIXED },
    connect: { value: true, to: false, replaces: true, outside: FIXED },
    description: {
      ...{ value: "for a", to: "for b" },
      outside: [
        onEndpoint((one) => set(one, { description: "theirs" })),
        onEndpoint((one) => set(one, { description: null })),
      ],
    },
    metadata: { ...metadata, outside: onEndpoint((one) => set(one.metadata, { team: "theirs" })) },
    disabled: { value: true, to: false, outside: onEndpoint((one) => set(one, { status: "enabled" })) },
    besides: { value: ["we_1"], to: ["we_2"], outside: "Stripe does not keep it" },
  }),
  secrets: ["secret"],
  unordered: ["enabledEvents"],
  vanish: (lab, { id }) => erase(lab, ["stripe", "test/webhook_endpoints", `:${id}`]),
};

const dimensions = { height: 1, length: 2, weight: 3, width: 4 };
const product: ResourceSample = {
  named: "name",
  forbidden: FORBIDDEN_METADATA,
  inputs: () => ({
    name: { value: "Booking", to: "Visit", outside: onProduct((one) => set(one, { name: "theirs" })) },
    productId: { value: "booking", to: "visit", replaces: true, outside: FIXED },
    active: { value: false, to: true, outside: onProduct((one) => set(one, { active: true })) },
    description: {
      ...{ value: "One hour", to: "Two hours" },
      outside: [
        onProduct((one) => set(one, { description: "theirs" })),
        onProduct((one) => set(one, { description: null })),
      ],
    },
    images: {
      ...{ value: ["https://mais.example/a.png", "https://mais.example/b.png"], to: ["https://mais.example/b.png"] },
      outside: [onProduct((one) => set(one, { images: [] })), onProduct(({ images }) => images.reverse())],
    },
    marketingFeatures: {
      ...{ value: [{ name: "Quick" }], to: [{ name: "Quick" }, { name: "Kind" }] },
      outside: onProduct((one) => set(one, { marketing_features: [] })),
    },
    metadata: { ...metadata, outside: onProduct((one) => set(one.metadata, { part: "theirs" })) },
    packageDimensions: {
      ...{ value: [dimensions], to: [{ ...dimensions, height: 9 }] },
      outside: [
        onProduct((one) => set(one, { package_dimensions: null })),
        onProduct((one) => set(one, { package_dimensions: { ...dimensions, width: 9 } })),
      ],
    },
    shippable: { value: true, to: false, outside: onProduct((one) => set(one, { shippable: false })) },
    statementDescriptor: {
      ...{ value: "MAIS A", to: "MAIS B" },
      outside: onProduct((one) => set(one, { statement_descriptor: "THEIRS" })),
    },
    taxCode: {
      ...{ value: "txcd_10000000", to: "txcd_20000000" },
      outside: onProduct((one) => set(one, { tax_code: null })),
    },
    type: { value: "good", to: "service", replaces: true, outside: FIXED },
    unitLabel: { value: "seat", to: "hour", outside: onProduct((one) => set(one, { unit_label: null })) },
    url: {
      ...{ value: "https://mais.example/a", to: "https://mais.example/b" },
      outside: onProduct((one) => set(one, { url: "https://theirs.example" })),
    },
    defaultPriceDatas: {
      value: [{ currency: "eur", unitAmount: 990, recurrings: [{ interval: "month", intervalCount: 1 }] }],
      to: [{ currency: "eur", unitAmountDecimal: "9.5" }],
      // An import cannot know it, and would be replaced.
      ...{ replaces: true, instead: {} },
      outside: "it says how the first price is made; that price is an object of its own",
    },
  }),
  vanish: (lab, { id }) => erase(lab, ["stripe", "test/products", `:${id}`]),
  // The bridge names the types of lists' elements in the singular.
  officialDiffers: ["defaultPriceDatas", "marketingFeatures", "packageDimensions"],
};

/** Stripe over the sandbox, with a test key. */
export const stripe: VendorSample = {
  vendor: "stripe",
  provider: provider as never,
  connect: (sandbox) => apiOf(sandbox),
  resources: {
    "stripe:index/webhookEndpoint:WebhookEndpoint": webhookEndpoint,
    "stripe:index/product:Product": product,
    "stripe:index/price:Price": price,
    "stripe:index/apiObject:ApiObject": apiObjects.stripe,
  },
};
