import type { Stripe } from "stripe";
import { z } from "zod";
import { StripeApi } from "../../packages/stripe/client.ts";
import { provider } from "../../packages/stripe/provider.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

export const urn = (type: string, name: string) => `urn:pulumi:dev::shop::stripe:index/${type}::${name}`;
export const ENDPOINT = urn("webhookEndpoint:WebhookEndpoint", "platform");
export const PRODUCT = urn("product:Product", "booking");
export const PRICE = urn("price:Price", "monthly");

export const endpoint = { url: "https://api.mais.example/hook", enabledEvents: ["charge.captured", "charge.refunded"] };
export const product = { name: "Booking", productId: "booking" };
export const price = {
  currency: "eur",
  unitAmount: 990,
  product: "booking",
  lookupKey: "monthly",
  recurrings: [{ interval: "month" }],
};

export function apiOf(sandbox: Sandbox, key = "sandbox_stripe_test", fetch = globalThis.fetch) {
  return new StripeApi({ baseUrl: sandbox.url("stripe"), key, fetch, pause: async () => {} });
}

/** The Stripe provider over a sandbox in this process. */
export async function start() {
  const sandbox = await startSandbox(["stripe"]);
  const folder = temporaryFolder();
  const stripe = runProvider(provider, apiOf(sandbox), folder.path);
  return {
    ...{ sandbox, folder, stripe },
    /** `POST /v1/prices` and the like, without reads. */
    writes: () =>
      sandbox
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ method, path }) => `${method} ${path}`),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** What a person does beside the program. */
export function inDashboard<T>(sandbox: Sandbox, act: (stripe: Stripe) => Promise<T>): Promise<T> {
  const answer = z.custom<T>();
  return apiOf(sandbox).call({ attempt: "a person's click", answer }, signal(), act);
}

export function signal(): AbortSignal {
  return AbortSignal.timeout(20_000);
}
