import { readdirSync } from "node:fs";
import { PartialFailure } from "@mais/provider-kit";
import { WebhookEndpoint } from "@pulumi/stripe";
import type { Stripe } from "stripe";
import { expect, test } from "vitest";
import { z } from "zod";
import { StripeApi } from "../../packages/stripe/client.ts";
import { provider } from "../../packages/stripe/provider.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox, type Sandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::shop::stripe:index/${type}::${name}`;
const ENDPOINT = urn("webhookEndpoint:WebhookEndpoint", "platform");
const PRODUCT = urn("product:Product", "booking");
const PRICE = urn("price:Price", "monthly");

const endpoint = { url: "https://api.mais.example/hook", enabledEvents: ["charge.captured", "charge.refunded"] };
const product = { name: "Booking", productId: "booking" };
const price = {
  currency: "eur",
  unitAmount: 990,
  product: "booking",
  lookupKey: "monthly",
  recurrings: [{ interval: "month" }],
};

function apiOf(sandbox: Sandbox, key = "sandbox_stripe_test") {
  return new StripeApi({ baseUrl: sandbox.url("stripe"), key, pause: async () => {} });
}

async function start() {
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

test("an endpoint is made, reads back unchanged with its secret kept, changes in place and goes", async () => {
  await using run = await start();
  const made = await run.stripe.create(ENDPOINT, { ...endpoint, metadata: { tier: "api" } });
  expect(made.outputs).toMatchObject({ secret: expect.stringMatching(/^whsec_/), status: "enabled", livemode: false });
  expect(await run.stripe.refresh(made)).toEqual(made);
  const changed = { ...endpoint, enabledEvents: ["charge.refunded"], disabled: true, description: "orders" };
  expect(run.stripe.diff(made, changed)).toMatchObject({
    ...{ changed: ["description", "disabled", "enabledEvents", "metadata"], replaces: false },
  });
  const updated = await run.stripe.update(made, changed);
  expect(updated.outputs).toMatchObject({ secret: made.outputs.secret, status: "disabled" });
  expect(await run.stripe.refresh(updated)).toEqual(updated);
  await run.stripe.delete(updated);
  await run.stripe.delete(updated);
  expect(await run.stripe.refresh(updated)).toBeUndefined();
});

test("the order of an endpoint's events is no change; another sort or API version is a new endpoint", async () => {
  await using run = await start();
  const made = await run.stripe.create(ENDPOINT, endpoint);
  const reordered = { ...endpoint, enabledEvents: [...endpoint.enabledEvents].reverse() };
  expect(run.stripe.diff(made, reordered).changed).toEqual([]);
  expect(run.stripe.diff(made, { ...endpoint, connect: true })).toMatchObject({ changed: ["connect"], replaces: true });
  expect(run.stripe.diff(made, { ...endpoint, apiVersion: "2025-12-15.clover" }).replaces).toBe(true);
});

test("what a person changed in the Dashboard shows at the next refresh, our own metadata never", async () => {
  await using run = await start();
  const made = await run.stripe.create(ENDPOINT, { ...endpoint, description: "orders", metadata: { tier: "api" } });
  const ours = { description: "", disabled: true, metadata: { tier: "" } };
  await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.update(made.id, ours));
  const seen = await run.stripe.refresh(made);
  expect(seen?.inputs).toEqual({ ...endpoint, connect: false, disabled: true, metadata: {} });
});

test("a platform endpoint and a Connect endpoint share a URL; a second of the same sort is refused by name", async () => {
  await using run = await start();
  await run.stripe.create(ENDPOINT, endpoint);
  await run.stripe.create(urn("webhookEndpoint:WebhookEndpoint", "connect"), { ...endpoint, connect: true });
  const third = run.stripe.create(urn("webhookEndpoint:WebhookEndpoint", "twin"), endpoint);
  await expect(third).rejects.toThrow(/already exists and was not made by this stack/);
  expect(run.writes()).toHaveLength(2);
});

test("an endpoint whose create was cut off is deleted and made anew, because its secret is lost", async () => {
  await using run = await start();
  const { stripe } = run;
  const cut = apiOf(run.sandbox);
  const create = cut.create.bind(cut);
  cut.create = async (...args) => {
    await create(...args);
    throw new Error("connection cut");
  };
  const broken = runProvider(provider, cut, run.folder.path);
  await expect(broken.create(ENDPOINT, endpoint)).rejects.toThrow("connection cut");
  expect(readdirSync(run.folder.path)).toHaveLength(1);
  const made = await stripe.create(ENDPOINT, endpoint);
  expect(made.outputs.secret).toMatch(/^whsec_/);
  expect(run.writes()).toEqual([
    "POST /v1/webhook_endpoints",
    expect.stringMatching(/^DELETE /),
    "POST /v1/webhook_endpoints",
  ]);
});

test("the same nonce makes one object; a replayed answer about a deleted one is not believed", async () => {
  await using run = await start();
  const { definition } = WebhookEndpoint;
  const api = apiOf(run.sandbox);
  const inputs = { ...endpoint, connect: false, disabled: false };
  const call = { ...lifecycleCall(), signal: signal() };
  const first = await definition.create(api, inputs, call);
  const again = await definition.create(api, inputs, call);
  expect([again.id, again.secret]).toEqual([first.id, first.secret]);
  await definition.delete(api, first.id, { ...call, inputs, outputs: {} });
  const anew = await definition.create(api, inputs, call);
  expect(anew.id).not.toBe(first.id);
  expect(await definition.read(api, anew.id, { ...call, inputs, outputs: {} })).toMatchObject({ url: endpoint.url });
  // The same nonce for another request is not the same create.
  const other = await definition.create(api, { ...inputs, url: "https://mais.example/other" }, call);
  expect(other.url).toBe("https://mais.example/other");
});

test("an endpoint that could not be disabled stays in state with its secret, and the next run finishes it", async () => {
  await using run = await start();
  const api = apiOf(run.sandbox);
  const send = api.call.bind(api);
  api.call = async (operation, ...rest) => {
    if (operation.attempt === "POST /v1/webhook_endpoints/{id}") throw new Error("connection cut");
    return send(operation, ...rest);
  };
  const { definition } = WebhookEndpoint;
  const inputs = { ...endpoint, connect: false, disabled: true };
  const failure: unknown = await definition.create(api, inputs, lifecycleCall()).catch((error: unknown) => error);
  if (!(failure instanceof PartialFailure)) throw new Error("it did not fail in part");
  expect(failure.live).toMatchObject({ secret: expect.stringMatching(/^whsec_/), status: "enabled" });
  api.call = send;
  const rest = { ...lifecycleCall(), olds: inputs, outputs: {}, changed: new Set<never>() };
  expect(await definition.update?.(api, failure.id, inputs, rest)).toMatchObject({ status: "disabled" });
});

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

test("a product is found by its id, changes in place, and what is left out is cleared", async () => {
  await using run = await start();
  const made = await run.stripe.create(PRODUCT, {
    ...product,
    description: "One month",
    images: ["https://mais.example/a.png"],
  });
  expect(made.id).toBe("booking");
  expect(await run.stripe.refresh(made)).toEqual(made);
  const updated = await run.stripe.update(made, { ...product, name: "Bookings", metadata: { a: "1" } });
  const seen = await run.stripe.refresh(updated);
  expect(seen?.inputs).toEqual({ ...product, name: "Bookings", metadata: { a: "1" }, active: true });
  const raw = await inDashboard(run.sandbox, (stripe) => stripe.products.retrieve("booking"));
  expect(raw).toMatchObject({ description: null, images: [] });
  await expect(run.stripe.create(urn("product:Product", "twin"), product)).rejects.toThrow(
    '"Bookings" (booking) already exists',
  );
});

test("two stacks may sell products of the same name; an interrupted create makes no twin", async () => {
  await using run = await start();
  const made = await run.stripe.create(PRODUCT, { name: "Booking" });
  const other = await run.stripe.create(PRODUCT.replace(":dev::", ":staging::"), { name: "Booking" });
  expect(other.id).not.toBe(made.id);
  // The engine never learned of `made`: its next run creates again.
  const again = await run.stripe.create(PRODUCT, { name: "Booking" });
  expect(again.id).toBe(made.id);
  expect(run.stripe.warnings).toEqual([expect.stringContaining("Adopted Booking")]);
});

test("a product with prices is archived and comes back; one without is deleted", async () => {
  await using run = await start();
  const made = await run.stripe.create(PRODUCT, { ...product, description: "old" });
  const offered = await run.stripe.create(PRICE, price);
  await run.stripe.delete(offered);
  await run.stripe.delete(made);
  expect(await run.stripe.refresh(made)).toBeUndefined();
  const back = await run.stripe.create(PRODUCT, product);
  expect(back.id).toBe("booking");
  expect((await run.stripe.refresh(back))?.inputs).toEqual({ ...product, active: true });
  const bare = await run.stripe.create(urn("product:Product", "bare"), {});
  expect(bare.inputs.name).toBe("shop-dev-bare");
  await run.stripe.delete(bare);
  expect(run.writes().at(-1)).toBe(`DELETE /v1/products/${bare.id}`);
});

test("a price reads back as it was written", async () => {
  await using run = await start();
  await run.stripe.create(PRODUCT, product);
  const variants = [
    price,
    {
      ...price,
      lookupKey: undefined,
      unitAmount: undefined,
      unitAmountDecimal: "990.50",
      nickname: "fine",
      metadata: { a: "1" },
    },
    { ...price, lookupKey: undefined, unitAmount: undefined, unitAmountDecimal: "990.0", taxBehavior: "exclusive" },
    { currency: "eur", product: "booking", customUnitAmounts: [{ enabled: true, minimum: 100 }] },
    {
      ...{
        currency: "eur",
        product: "booking",
        billingScheme: "tiered",
        tiersMode: "graduated",
        recurrings: [{ interval: "year", usageType: "metered" }],
      },
      tiers: [
        { upTo: "10", unitAmount: 500, flatAmountDecimal: "0.5" },
        { upTo: "inf", unitAmountDecimal: "4.250" },
      ],
    },
    {
      ...price,
      lookupKey: undefined,
      currencyOptions: [
        { key: "usd", unitAmount: 1090 },
        { key: "chf", unitAmountDecimal: "950.5" },
      ],
    },
    {
      currency: "eur",
      unitAmount: 5,
      productDatas: [{ name: "Seats" }],
      transformQuantity: { divideBy: 10, round: "up" },
    },
  ];
  for (const [index, inputs] of variants.entries()) {
    const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
    const made = await run.stripe.create(urn("price:Price", `price-${index}`), given);
    expect(await run.stripe.refresh(made), `variant ${index}`).toEqual(made);
  }
});

test("a new amount is a new price: it takes the lookup key over before the old one is archived", async () => {
  await using run = await start();
  await run.stripe.create(PRODUCT, product);
  const old = await run.stripe.create(PRICE, price);
  const dearer = { ...price, unitAmount: 1290 };
  expect(run.stripe.diff(old, dearer)).toEqual({ changed: ["unitAmount"], replaces: true, createBeforeDelete: true });
  const made = await run.stripe.create(PRICE, dearer);
  await run.stripe.delete(old);
  expect(made.id).not.toBe(old.id);
  expect((await run.stripe.refresh(made))?.inputs).toMatchObject({
    unitAmount: 1290,
    lookupKey: "monthly",
    active: true,
  });
  expect(await run.stripe.refresh(old)).toBeUndefined();
  await run.stripe.delete(made);
  const anew = await run.stripe.create(PRICE, price);
  expect((await run.stripe.refresh(anew))?.inputs.lookupKey).toBe("monthly");
});

test("a lookup key that another price holds is refused, unless its transfer is asked for", async () => {
  await using run = await start();
  await run.stripe.create(PRODUCT, product);
  const first = await run.stripe.create(PRICE, price);
  const twin = urn("price:Price", "twin");
  await expect(run.stripe.create(twin, price)).rejects.toThrow(`"monthly" (${first.id}) already exists`);
  await run.stripe.create(twin, { ...price, transferLookupKey: true });
  expect((await run.stripe.refresh(first))?.inputs).not.toHaveProperty("lookupKey");
});

test("a price that a person archived shows as a change, one that we archived is gone", async () => {
  await using run = await start();
  await run.stripe.create(PRODUCT, product);
  const made = await run.stripe.create(PRICE, price);
  await inDashboard(run.sandbox, (stripe) => stripe.prices.update(made.id, { active: false }));
  const seen = await run.stripe.refresh(made);
  expect(seen?.inputs.active).toBe(false);
  if (!seen) throw new Error("unreachable");
  const back = await run.stripe.update(seen, price);
  expect((await run.stripe.refresh(back))?.inputs.active).toBe(true);
});

test("a product's default price cannot be archived, and the message says what to do", async () => {
  await using run = await start();
  await run.stripe.create(PRODUCT, product);
  const made = await run.stripe.create(PRICE, price);
  await inDashboard(run.sandbox, (stripe) => stripe.products.update("booking", { default_price: made.id }));
  await expect(run.stripe.delete(made)).rejects.toThrow("Give the product another default price first");
});

test("an imported product and price need no change for the program that describes them", async () => {
  await using run = await start();
  const bare = { name: "Booking" };
  const theirs = await inDashboard(run.sandbox, (stripe) => stripe.products.create(bare));
  const { id } = theirs;
  const offer = { currency: "eur", product: id, unit_amount: 990, recurring: { interval: "month" as const } };
  const cost = await inDashboard(run.sandbox, (stripe) => stripe.prices.create(offer));
  const importedProduct = await run.stripe.import(PRODUCT, id);
  const importedPrice = await run.stripe.import(PRICE, cost.id);
  if (!importedProduct || !importedPrice) throw new Error("not found");
  expect(run.stripe.diff(importedProduct, bare).changed).toEqual([]);
  const { lookupKey: _key, ...program } = { ...price, product: id };
  expect(run.stripe.diff(importedPrice, program).changed).toEqual([]);
});

test("an imported endpoint has no secret, and a warning says what that means", async () => {
  await using run = await start();
  const theirs = { url: endpoint.url, enabled_events: ["charge.captured" as const] };
  const made = await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.create(theirs));
  const imported = await run.stripe.import(ENDPOINT, made.id);
  expect(imported?.outputs).not.toHaveProperty("secret");
  expect(run.stripe.warnings).toEqual([expect.stringContaining("signing secret")]);
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
  const account = (id: string) => provider.verifyAccount?.(apiOf(run.sandbox), { account: id }, signal());
  await account("acct_sandbox");
  await expect(account("acct_1")).rejects.toThrow("STRIPE_API_KEY belongs to acct_sandbox, this stack to acct_1");
});

/** What a person does beside the program. */
function inDashboard<T>(sandbox: Sandbox, act: (stripe: Stripe) => Promise<T>): Promise<T> {
  const answer = z.custom<T>();
  return apiOf(sandbox).call({ attempt: "a person's click", answer }, signal(), act);
}

function signal(): AbortSignal {
  return AbortSignal.timeout(20_000);
}
