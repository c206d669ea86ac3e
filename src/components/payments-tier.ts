import * as pulumi from "@pulumi/pulumi";
import { Price, Product, WebhookEndpoint } from "@pulumi/stripe";

export interface WebhookArgs {
  url: string;
  events: string[];
}

export interface ProductArgs {
  name: string;
  description?: string | undefined;
  prices: Record<string, { currency: string; unitAmount: number; interval?: "day" | "week" | "month" | "year" | undefined }>;
}

export interface PaymentsTierArgs {
  /** Events of the platform's own account. */
  platform: WebhookArgs;
  /** Events of connected accounts, which reach only an endpoint of their own. */
  connect?: WebhookArgs | undefined;
  products: Record<string, ProductArgs>;
}

/** Webhook endpoints and the catalogue on Stripe. */
export class PaymentsTier extends pulumi.ComponentResource {
  readonly webhookSecret: pulumi.Output<string>;
  readonly connectWebhookSecret: pulumi.Output<string> | undefined;

  constructor(name: string, { platform, connect, products }: PaymentsTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:PaymentsTier", name, {}, opts);
    const endpoint = (part: string, { url, events }: WebhookArgs, isConnect: boolean) =>
      new WebhookEndpoint(`${name}-${part}`, { url, enabledEvents: events, connect: isConnect }, { parent: this });
    this.webhookSecret = endpoint("platform", platform, false).secret;
    this.connectWebhookSecret = connect && endpoint("connect", connect, true).secret;
    for (const [key, { prices, ...product }] of Object.entries(products)) {
      const made = new Product(key, product, { parent: this });
      for (const [plan, price] of Object.entries(prices)) this.#price(`${key}-${plan}`, made.id, price);
    }
    this.registerOutputs({});
  }

  /** The application finds a price by its lookup key, which moves to the successor when an amount changes. */
  #price(lookupKey: string, product: pulumi.Output<string>, price: ProductArgs["prices"][string]): void {
    const { interval, ...amount } = price;
    const recurrings = interval ? [{ interval }] : undefined;
    new Price(lookupKey, { ...amount, product, recurrings, lookupKey }, { parent: this });
  }
}
