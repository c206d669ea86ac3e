import { type Connection, defineProvider, PLUGIN_VERSION, Refused } from "@mais/provider-kit";
import { z } from "zod";
import { getAccount } from "./account.ts";
import { ApiObject } from "./api-object.ts";
import { StripeApi } from "./client.ts";
import { Price } from "./price.ts";
import { Product } from "./product.ts";
import { WebhookEndpoint } from "./webhook-endpoint.ts";

const READ_ACCOUNT = { attempt: "GET /v1/account", answer: z.object({ id: z.string() }) };

interface Config {
  account?: string | undefined;
  mode?: string | undefined;
}

/** Stripe's webhook endpoints and catalog, in one mode of one account. */
export const provider = defineProvider<StripeApi, Config>({
  name: "stripe",
  title: "Stripe",
  version: PLUGIN_VERSION,
  baseUrl: "https://api.stripe.com",
  sandboxPath: "/stripe",
  config: {
    /** `acct_…`; a key of another account is refused. */
    account: z.string().startsWith("acct_").optional(),
    /** Which of the account's two worlds; `test` unless said otherwise. */
    mode: z.enum(["test", "live"]).optional(),
  },
  credentials: {
    STRIPE_API_KEY: {
      about: "manages webhook endpoints, products and prices; not the application's STRIPE_SECRET_KEY",
      getIt:
        "Stripe > Developers > API keys: a restricted key with write access to Webhook Endpoints, Products and Prices, and read access to Account",
      live: /^(sk|rk)_(live|test)_/,
    },
  },
  connect: ({ baseUrl, ...rest }) =>
    new StripeApi({ baseUrl, key: keyOf(rest), livemode: rest.config.mode === "live" }),
  async verifyAccount(api, { account }, signal) {
    if (account === undefined) return;
    const { id } = await api.call(READ_ACCOUNT, signal, (stripe) => stripe.accounts.retrieveCurrent());
    if (id === account) return;
    throw new Refused(
      `STRIPE_API_KEY belongs to ${id}, this stack to ${account}. Use a key of ${account}; nothing was changed`,
    );
  },
  resources: [WebhookEndpoint, Product, Price, ApiObject],
  invokes: [getAccount],
});

/** The sandbox publishes a key for each mode; a live target has one, whose prefix says its mode. */
function keyOf({ sandbox, credentials, config }: Omit<Connection<Config>, "baseUrl" | "http">): string {
  const { mode = "test" } = config;
  if (mode !== "test" && mode !== "live")
    throw new Refused(`The Stripe provider's mode is "test" or "live", not "${mode}". Nothing was sent`);
  const { STRIPE_API_KEY: key = "", STRIPE_API_KEY_LIVE: liveKey = "" } = credentials;
  if (sandbox) return mode === "live" ? liveKey : key;
  const [, modeOfKey] = /^(?:sk|rk)_(live|test)_/.exec(key) ?? [];
  if (modeOfKey === undefined)
    throw new Refused("STRIPE_API_KEY is no secret or restricted key (sk_…, rk_…). Nothing was sent");
  if (modeOfKey !== mode)
    throw new Refused(
      `STRIPE_API_KEY is a ${modeOfKey} key, and this stack works in ${mode} mode. Use a ${mode} key; nothing was sent`,
    );
  return key;
}
