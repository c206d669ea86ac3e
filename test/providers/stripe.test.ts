import { WebhookEndpoint } from "@pulumi/stripe";
import { expect, test } from "vitest";
import { StripeApi } from "../../packages/stripe/client.ts";
import { provider } from "../../packages/stripe/provider.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { apiOf, ENDPOINT, endpoint, PRICE, PRODUCT, product, signal, start } from "./stripe-run.ts";

test("a cancelled run stops a request that hangs", async () => {
  const cancelled = new AbortController();
  const hanging = new StripeApi({
    ...{ baseUrl: "http://127.0.0.1:9/stripe", key: "sandbox_stripe_test" },
    fetch: (_url, init) => {
      setImmediate(() => cancelled.abort(new Error("the engine was cancelled")));
      return new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
      );
    },
  });
  const found = WebhookEndpoint.definition.find?.(
    hanging,
    { ...endpoint, connect: false, disabled: false },
    lifecycleCall(cancelled),
  );
  await expect(found).rejects.toThrow("Stripe: GET /v1/webhook_endpoints was stopped: the engine was cancelled");
});

test("bad inputs are all named at once, before any call", async () => {
  await using run = await start();
  const endpointFaults = { url: "mais.example", enabledEvents: ["charge.*"], metadata: { mais_nonce: "1" } };
  await expect(run.stripe.create(ENDPOINT, { ...endpointFaults, url: endpoint.url })).rejects.toThrow(
    /charge\.\*: Stripe knows no wildcard.*mais_nonce may not start with mais_/,
  );
  await expect(run.stripe.create(ENDPOINT, endpointFaults)).rejects.toThrow("url must be an http or https URL");
  const priceFaults = { currency: "eur", unitAmount: 1, unitAmountDecimal: "1", tiersMode: "volume" };
  await expect(run.stripe.create(PRICE, priceFaults)).rejects.toThrow(/unitAmount .*tiersMode .*product /s);
  expect(run.sandbox.requests()).toEqual([]);
});

test("Stripe's refusal comes with its code and request id, and never with the key", async () => {
  await using run = await start();
  const wrong = runProvider(provider, apiOf(run.sandbox, "sandbox_wrong_key"), run.folder.path);
  const failure = await wrong.create(ENDPOINT, endpoint).catch(String);
  expect(failure).toMatch(/Stripe answered 401 to GET \/v1\/webhook_endpoints: .*request id req_.*Set STRIPE_API_KEY/);
  expect(failure).not.toContain("sandbox_wrong_key");
});

test("a rate limit is waited out, also on a create", async () => {
  await using run = await start();
  const { fetch: real } = globalThis;
  const answers = [429, 429];
  const pauses: number[] = [];
  const limited = new StripeApi({
    ...{ baseUrl: run.sandbox.url("stripe"), key: "sandbox_stripe_test", pause: async (ms) => pauses.push(ms) },
    fetch: async (...args) => (answers.pop() ? new Response("{}", { status: 429 }) : real(...args)),
  });
  await runProvider(provider, limited, run.folder.path).create(PRODUCT, product);
  expect(pauses).toHaveLength(2);
  expect(run.writes()).toEqual(["POST /v1/products"]);
});

test("a key of the other mode or of another account is refused before anything is sent", async () => {
  await using run = await start();
  const connect = (key: string, mode: string | undefined) =>
    provider.connect({
      ...{ baseUrl: "https://api.stripe.com", sandbox: false, credentials: { STRIPE_API_KEY: key }, config: { mode } },
      http: () => {
        throw new Error("unused");
      },
    });
  expect(() => connect("sk_live_1", undefined)).toThrow("is a live key, and this stack works in test mode");
  expect(() => connect("rk_test_1", "live")).toThrow("is a test key, and this stack works in live mode");
  expect(() => connect("sk_test_1", "prod")).toThrow('"test" or "live", not "prod"');
  expect(() => connect("pk_test_1", "test")).toThrow("no secret or restricted key");
  expect(connect("rk_live_1", "live")).toBeInstanceOf(StripeApi);
  expect([connect("rk_live_1", "live").livemode, connect("sk_test_1", "test").livemode]).toEqual([true, false]);
  const account = (id: string) => provider.verifyAccount?.(apiOf(run.sandbox), { account: id }, signal());
  await account("acct_sandbox");
  await expect(account("acct_1")).rejects.toThrow("STRIPE_API_KEY belongs to acct_sandbox, this stack to acct_1");
});
