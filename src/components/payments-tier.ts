import * as pulumi from "@pulumi/pulumi";
import { Price, Product, WebhookEndpoint } from "@pulumi/stripe";

export interface WebhookArgs {
  url: string;
  events: string[];
  /** Which endpoint of this stack's making delivers now. Raise it by one, with `overlap`, for a new secret. @defaultValue 1 */
  generation?: number | undefined;
  /** The endpoint of the generation before delivers too, and goes in the run that takes this away. */
  overlap?: boolean | undefined;
}

/** What an endpoint signs with, and what the one before it signs with while both deliver (else the same). */
export interface WebhookSecrets {
  secret: pulumi.Output<string>;
  previousSecret: pulumi.Output<string>;
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
  readonly platform: WebhookSecrets;
  readonly connect: WebhookSecrets | undefined;

  constructor(name: string, args: PaymentsTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:PaymentsTier", name, {}, opts);
    const { platform, connect, besides, products, lookupPrefix } = args;
    this.platform = this.#webhook(`${name}-platform`, platform, { connect: false, besides });
    this.connect = connect && this.#webhook(`${name}-connect`, connect, { connect: true, besides });
    for (const [key, { prices, ...product }] of Object.entries(products)) {
      const made = new Product(key, product, { parent: this });
      for (const [plan, price] of Object.entries(prices))
        this.#price(`${key}-${plan}`, { ...price, product: made.id, lookupPrefix });
    }
    this.registerOutputs({});
  }

  /**
   * Each generation is an endpoint of its own, because Stripe gives a secret with a new endpoint only. The engine deletes
   * last: when the overlap ends, the services no longer ask for the old secret before its endpoint goes.
   */
  #webhook(name: string, args: WebhookArgs, { connect, besides = [] }: Beside): WebhookSecrets {
    const { url, events: enabledEvents, generation = 1, overlap = false } = args;
    const endpoint = (number: number, others: pulumi.Input<string>[]) =>
      new WebhookEndpoint(
        endpointName(name, number),
        { url, enabledEvents, connect, besides: others.length > 0 ? others : undefined },
        { parent: this },
      );
    const before = overlap && generation > 1 ? endpoint(generation - 1, besides) : undefined;
    const { secret } = endpoint(generation, before ? [...besides, before.id] : besides);
    if (!before) return { secret, previousSecret: secret };
    // Of an imported endpoint nobody knows the secret.
    const previousSecret = pulumi
      .all([before.secret as pulumi.Output<string | undefined>, secret])
      .apply(([old, now]) => old ?? now);
    return { secret, previousSecret };
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

interface Beside {
  connect: boolean;
  besides?: string[] | undefined;
}

/** `payments-platform`, then `payments-platform-2`: the first is what stacks had before there were generations. */
export function endpointName(name: string, generation: number): string {
  return generation === 1 ? name : `${name}-${generation}`;
}
