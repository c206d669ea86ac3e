import * as pulumi from "@pulumi/pulumi";
import { Price, Product, WebhookEndpoint } from "@pulumi/stripe";

export interface WebhookArgs {
  url: string;
  events: string[];
}

export interface ProductArgs {
  name: string;
  description?: string | undefined;
  prices: Record<
    string,
    { currency: string; unitAmount: number; interval?: "day" | "week" | "month" | "year" | undefined }
  >;
}

export interface PaymentsTierArgs {
  /** Events of the platform's own account. */
  platform: WebhookArgs;
  /** Events of connected accounts, which reach only an endpoint of their own. */
  connect?: WebhookArgs | undefined;
  /** Endpoints (`we_…`) at the same addresses that these follow: both deliver until the old ones are deleted. */
  besides?: string[] | undefined;
  products: Record<string, ProductArgs>;
  /** Stands before each lookup key: stacks that share an account and mode need different ones. */
  lookupPrefix: string;
}

/** Webhook endpoints and the catalogue on Stripe. */
export class PaymentsTier extends pulumi.ComponentResource {
  readonly webhookSecret: pulumi.Output<string>;
  readonly connectWebhookSecret: pulumi.Output<string> | undefined;

  constructor(name: string, args: PaymentsTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:PaymentsTier", name, {}, opts);
    const { platform, connect, besides, products, lookupPrefix } = args;
    const endpoint = (part: string, { url, events }: WebhookArgs, isConnect: boolean) =>
      new WebhookEndpoint(
        `${name}-${part}`,
        { url, enabledEvents: events, connect: isConnect, besides },
        { parent: this },
      );
    this.webhookSecret = endpoint("platform", platform, false).secret;
    this.connectWebhookSecret = connect && endpoint("connect", connect, true).secret;
    for (const [key, { prices, ...product }] of Object.entries(products)) {
      const made = new Product(key, product, { parent: this });
      for (const [plan, price] of Object.entries(prices))
        this.#price(`${key}-${plan}`, { ...price, product: made.id, lookupPrefix });
    }
    this.registerOutputs({});
  }

  /** The application finds a price by its lookup key, which moves to the successor when an amount changes. */
  #price(
    name: string,
    price: ProductArgs["prices"][string] & { product: pulumi.Output<string>; lookupPrefix: string },
  ): void {
    const { interval, lookupPrefix, ...inputs } = price;
    const recurrings = interval ? [{ interval }] : undefined;
    new Price(name, { ...inputs, recurrings, lookupKey: lookupPrefix + name }, { parent: this });
  }
}
