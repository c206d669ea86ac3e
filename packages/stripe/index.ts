export { getAccount } from "./account.ts";
export { ApiObject } from "./api-object.ts";
export { Price } from "./price.ts";
export { Product } from "./product.ts";
export { WebhookEndpoint } from "./webhook-endpoint.ts";
