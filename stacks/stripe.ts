import { PaymentsTier } from "../src/components/payments-tier.ts";
import type { Context } from "./configure.ts";
import type { Values } from "./wire.ts";

export function payments({ configuration: { settings }, provider }: Context): Values {
  const { stripe, domains } = settings;
  if (!stripe) return {};
  const { connect } = stripe;
  const url = (path: string) => `https://${domains.api}${path}`;
  const tier = new PaymentsTier(
    "payments",
    {
      platform: { url: url(stripe.webhookPath), events: stripe.events },
      connect: connect ? { url: url(connect.webhookPath), events: connect.events } : undefined,
      besides: stripe.besides.length > 0 ? stripe.besides : undefined,
      products: stripe.products,
      lookupPrefix: stripe.lookupPrefix,
    },
    { providers: [provider("stripe")] },
  );
  const { webhookSecret, connectWebhookSecret } = tier;
  return {
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    ...(connectWebhookSecret ? { STRIPE_CONNECT_WEBHOOK_SECRET: connectWebhookSecret } : {}),
  };
}
