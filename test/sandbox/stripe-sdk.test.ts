import { Stripe } from "stripe";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

/** The vendor's own SDK as it is, told by its options where the sandbox is. */
function connect(sandbox: Sandbox, key = "sandbox_stripe_test", options: Stripe.StripeConfig = {}): Stripe {
  const { hostname, port, host, pathname } = new URL(sandbox.url("stripe"));
  return new Stripe(key, {
    ...{ host: hostname, port, protocol: "http", telemetry: false },
    // Its host takes no path.
    httpClient: Stripe.createFetchHttpClient((url: unknown, init?: RequestInit) =>
      fetch(String(url).replace(host, host + pathname), init),
    ),
    ...options,
  });
}

async function session() {
  const sandbox = await startSandbox(["stripe"]);
  return { sandbox, stripe: connect(sandbox), [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

const hook = { url: "https://api.mais.example/hook", enabled_events: ["charge.refunded" as const] };

test("the official SDK makes products and walks them page by page, changes and deletes one, and lists by filter", async () => {
  await using run = await session();
  const { stripe, sandbox } = run;
  for (const name of ["a", "b", "c", "d", "e"]) await stripe.products.create({ name, metadata: { kind: "room" } });
  const walked: string[] = [];
  await stripe.products.list({ limit: 2 }).autoPagingEach(({ name }) => void walked.push(name));
  expect(walked).toEqual(["e", "d", "c", "b", "a"]);
  expect(sandbox.requests().filter(({ method }) => method === "GET")).toHaveLength(3);
  const page = await stripe.products.list({ limit: 2 });
  const back = await stripe.products.list({ limit: 2, ending_before: page.data[1]?.id });
  expect([page.has_more, back.data.map(({ name }) => name)]).toEqual([true, ["e"]]);
  const id = page.data[0]?.id ?? "";
  expect(await stripe.products.update(id, { active: false, metadata: { kind: "", floor: "2" } })).toMatchObject({
    ...{ active: false, metadata: { floor: "2" } },
  });
  expect((await stripe.products.list({ active: true })).data).toHaveLength(4);
  expect(await stripe.products.del(id)).toEqual({ id, object: "product", deleted: true });
  await expect(stripe.products.retrieve(id)).rejects.toMatchObject({ statusCode: 404, code: "resource_missing" });
});

test("the official SDK makes prices, moves a lookup key and expands what an answer leaves out", async () => {
  await using run = await session();
  const { stripe } = run;
  const { id: product } = await stripe.products.create({ id: "booking", name: "Booking" });
  const monthly = { product, currency: "eur", recurring: { interval: "month" as const }, lookup_key: "monthly" };
  const first = await stripe.prices.create({ ...monthly, unit_amount: 990 });
  const second = await stripe.prices.create({ ...monthly, unit_amount: 1090, transfer_lookup_key: true });
  expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
  const found = await stripe.prices.list({ lookup_keys: ["monthly"], expand: ["data.product"] });
  expect(found.data.map(({ id, product: of }) => [id, (of as Stripe.Product).name])).toEqual([[second.id, "Booking"]]);
  const priced = await stripe.products.update(product, { default_price: second.id, expand: ["default_price"] });
  expect(priced.default_price).toMatchObject({ id: second.id, unit_amount: 1090 });
  const tiered = await stripe.prices.create({
    ...{ product, currency: "eur", recurring: { interval: "month" }, billing_scheme: "tiered", tiers_mode: "volume" },
    tiers: [
      { up_to: 10, unit_amount: 500 },
      { up_to: "inf", unit_amount: 400 },
    ],
    expand: ["tiers"],
  });
  expect(tiered.tiers?.map(({ up_to, unit_amount }) => [up_to, unit_amount])).toEqual([
    [10, 500],
    [null, 400],
  ]);
  expect(await stripe.prices.retrieve(tiered.id)).not.toHaveProperty("tiers");
  await expect(stripe.products.del(product)).rejects.toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
  await stripe.prices.update(first.id, { active: false });
  expect((await stripe.prices.list({ product, active: false })).data.map(({ id }) => id)).toEqual([first.id]);
});

test("the official SDK manages webhook endpoints, whose secret only the creation shows", async () => {
  await using run = await session();
  const { stripe } = run;
  const { id, secret } = await stripe.webhookEndpoints.create({ ...hook, metadata: { team: "pay" } });
  expect(secret).toMatch(/^whsec_\w{32}$/);
  await stripe.webhookEndpoints.create({ ...hook, connect: true });
  const listed = await stripe.webhookEndpoints.list({ limit: 1 }).autoPagingToArray({ limit: 10 });
  expect(listed).toHaveLength(2);
  expect(listed.filter((one) => "secret" in one || "hidden" in one)).toEqual([]);
  const changed = await stripe.webhookEndpoints.update(id, { enabled_events: ["*"], disabled: true });
  expect(changed).toMatchObject({ enabled_events: ["*"], status: "disabled", metadata: { team: "pay" } });
  expect(await stripe.webhookEndpoints.del(id)).toEqual({ id, object: "webhook_endpoint", deleted: true });
  await expect(stripe.webhookEndpoints.retrieve(id)).rejects.toMatchObject({ statusCode: 404 });
});

test("the official SDK reads refusals as its own errors", async () => {
  await using run = await session();
  const { stripe, sandbox } = run;
  const { StripeAuthenticationError, StripeInvalidRequestError, StripePermissionError } = Stripe.errors;
  const misnamed = stripe.webhookEndpoints.create({ ...hook, enabled_events: ["charge.eaten" as never] });
  await expect(misnamed).rejects.toBeInstanceOf(StripeInvalidRequestError);
  await expect(misnamed).rejects.toMatchObject({ statusCode: 400, param: "enabled_events[0]" });
  await expect(connect(sandbox, "sk_test_other").products.list()).rejects.toBeInstanceOf(StripeAuthenticationError);
  const foreign = stripe.products.list({}, { stripeAccount: "acct_other" });
  await expect(foreign).rejects.toBeInstanceOf(StripePermissionError);
  await expect(stripe.prices.list({ limit: 101 })).rejects.toMatchObject({ param: "limit" });
});

test("an idempotency key replays the first answer, and refuses another request", async () => {
  await using run = await session();
  const { stripe } = run;
  const options = { idempotencyKey: "order-1" };
  const first = await stripe.products.create({ name: "Booking" }, options);
  const again = await stripe.products.create({ name: "Booking" }, options);
  expect(again.id).toBe(first.id);
  expect(new Headers(again.lastResponse.headers).get("idempotent-replayed")).toBe("true");
  const other = stripe.products.create({ name: "Other" }, options);
  await expect(other).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  expect((await stripe.products.list()).data).toHaveLength(1);
});

test("test and live mode see nothing of each other; the key decides", async () => {
  await using run = await session();
  const { stripe, sandbox } = run;
  const live = connect(sandbox, "sandbox_stripe_live");
  const tested = await stripe.products.create({ id: "booking", name: "Booking" });
  const sold = await live.products.create({ id: "booking", name: "Booking, live" });
  expect([tested.livemode, sold.livemode]).toEqual([false, true]);
  expect((await live.products.list()).data.map(({ name }) => name)).toEqual(["Booking, live"]);
  const { id } = await stripe.webhookEndpoints.create(hook);
  await expect(live.webhookEndpoints.retrieve(id)).rejects.toThrow("a similar object exists in test mode");
  await expect(live.webhookEndpoints.create({ ...hook, url: "http://mais.example" })).rejects.toThrow("https://");
  expect((await live.accounts.retrieveCurrent()).id).toBe((await stripe.accounts.retrieveCurrent()).id);
});
