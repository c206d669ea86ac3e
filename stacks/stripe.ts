import { PaymentsTier, type WebhookSecrets } from "../src/components/payments-tier.ts";
import { previousName } from "../src/config/previous.ts";
import type { Context } from "./configure.ts";
import type { Values } from "./wire.ts";

const PLATFORM_SECRET = "STRIPE_WEBHOOK_SECRET";
const CONNECT_SECRET = "STRIPE_CONNECT_WEBHOOK_SECRET";

export function payments({ configuration: { settings }, provider }: Context): Values {
  const { stripe, domains } = settings;
  if (!stripe) return {};
  const { connect } = stripe;
  const webhook = (variable: string, { webhookPath, events }: { webhookPath: string; events: string[] }) => {
    const { generation, overlap } = settings.receipts[variable] ?? {};
    return { url: `https://${domains.api}${webhookPath}`, events, generation, overlap };
  };
  const tier = new PaymentsTier(
    "payments",
    {
      platform: webhook(PLATFORM_SECRET, stripe),
      connect: connect ? webhook(CONNECT_SECRET, connect) : undefined,
      besides: stripe.besides.length > 0 ? stripe.besides : undefined,
      products: stripe.products,
      lookupPrefix: stripe.lookupPrefix,
    },
    { providers: [provider("stripe")] },
  );
  return {
    ...secretsOf(PLATFORM_SECRET, tier.platform),
    ...(tier.connect ? secretsOf(CONNECT_SECRET, tier.connect) : {}),
  };
}

/** The matrix hands the previous one out only while the receipt says that a rotation is under way. */
function secretsOf(variable: string, { secret, previousSecret }: WebhookSecrets): Values {
  return { [variable]: secret, [previousName(variable)]: previousSecret };
}
