import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

// Typed by hand: only what the tests look at.
interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a vendor's answer of any shape, judged by the contract
  json: any;
}

function client(sandbox: Sandbox, key = "sandbox_stripe_test") {
  return async (
    method: string,
    path: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${sandbox.url("stripe")}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    return { status: response.status, headers: response.headers, json: await response.json() };
  };
}

const endpoint = { url: "https://api.mais.example/hook", "enabled_events[]": "charge.captured" };
const plan = { currency: "eur", unit_amount: "990", "recurring[interval]": "month" };

test("a key is needed, and Bearer and Basic both carry it", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const url = `${sandbox.url("stripe")}/v1/account`;
  const statuses = [];
  for (const authorization of [
    "",
    "Bearer sk_test_1",
    "Bearer sandbox_stripe_test",
    `Basic ${btoa("sandbox_stripe_live:")}`,
  ])
    statuses.push((await fetch(url, { headers: { authorization } })).status);
  expect(statuses).toEqual([401, 401, 200, 200]);
  const stranger = await client(sandbox)("GET", "/v1/account", undefined, { "stripe-account": "acct_other" });
  expect(stranger.json.error.code).toBe("account_invalid");
});

test("an endpoint shows its signing secret once, and afterwards never", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const stripe = client(sandbox);
  const made = await stripe("POST", "/v1/webhook_endpoints", { ...endpoint, connect: "true", description: "orders" });
  expect(made.json.secret).toMatch(/^whsec_[0-9A-Za-z]{32}$/);
  expect(made.headers.get("request-id")).toMatch(/^req_/);
  const read = await stripe("GET", `/v1/webhook_endpoints/${made.json.id}`);
  const { secret: _secret, ...rest } = made.json;
  expect(read.json).toEqual(rest);
  expect(read.json).not.toHaveProperty("connect");
  const disabled = await stripe("POST", `/v1/webhook_endpoints/${made.json.id}`, { disabled: "true", description: "" });
  expect(disabled.json).toMatchObject({ status: "disabled", description: null });
  expect((await stripe("DELETE", `/v1/webhook_endpoints/${made.json.id}`)).json.deleted).toBe(true);
  expect((await stripe("GET", `/v1/webhook_endpoints/${made.json.id}`)).json.error.code).toBe("resource_missing");
});

test("parameters are judged as Stripe judges them", async () => {
  // Requests that break the contract on purpose.
  await using sandbox = await startSandbox(["stripe"], { contract: "unchecked" });
  const stripe = client(sandbox);
  const faults: [Record<string, string>, string, string | undefined][] = [
    [{ url: endpoint.url }, "enabled_events", "parameter_missing"],
    [{ ...endpoint, colour: "red" }, "colour", "parameter_unknown"],
    [{ ...endpoint, connect: "yes" }, "connect", "parameter_invalid_boolean"],
    [{ ...endpoint, "enabled_events[]": "charge.*" }, "enabled_events[0]", undefined],
    [{ ...endpoint, url: "mais.example" }, "url", "url_invalid"],
    [{ ...endpoint, url: "http://localhost:3001/hook" }, "url", "url_invalid"],
    [{ ...endpoint, "metadata[a[b]]": "1" }, "metadata[a][b]", undefined],
  ];
  for (const [form, param, code] of faults) {
    const { status, json } = await stripe("POST", "/v1/webhook_endpoints", form);
    expect([status, json.error.type, json.error.code], param).toEqual([400, "invalid_request_error", code]);
  }
  const live = await client(sandbox, "sandbox_stripe_live")("POST", "/v1/webhook_endpoints", {
    ...endpoint,
    url: "http://mais.example/hook",
  });
  expect(live.json.error.message).toContain("https");
  expect((await stripe("GET", "/v1/webhook_endpoints")).json.data).toEqual([]);
});

test("the seventeenth endpoint of a mode is refused, and lists come newest first in pages", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const stripe = client(sandbox);
  const ids: string[] = [];
  for (let index = 1; index <= 16; index++)
    ids.unshift(
      (await stripe("POST", "/v1/webhook_endpoints", { ...endpoint, url: `https://mais.example/${index}` })).json.id,
    );
  expect((await stripe("POST", "/v1/webhook_endpoints", endpoint)).status).toBe(400);
  expect((await client(sandbox, "sandbox_stripe_live")("POST", "/v1/webhook_endpoints", endpoint)).status).toBe(200);
  const first = await stripe("GET", "/v1/webhook_endpoints");
  expect(first.json.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 10));
  expect(first.json.has_more).toBe(true);
  const second = await stripe("GET", `/v1/webhook_endpoints?starting_after=${ids[9]}`);
  expect(second.json.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(10));
  expect(second.json.has_more).toBe(false);
  const back = await stripe("GET", `/v1/webhook_endpoints?limit=3&ending_before=${ids[10]}`);
  expect(back.json.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(7, 10));
  expect(back.json.has_more).toBe(true);
});

test("live and test objects do not see each other, and the refusal says so", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const { json } = await client(sandbox)("POST", "/v1/products", { name: "Booking" });
  const live = await client(sandbox, "sandbox_stripe_live")("GET", `/v1/products/${json.id}`);
  expect(live.status).toBe(404);
  expect(live.json.error.message).toContain("exists in test mode");
});

test("a request sent again under its key is replayed for a day, and only with the same parameters", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const stripe = client(sandbox);
  const key = { "idempotency-key": "k1" };
  const first = await stripe("POST", "/v1/webhook_endpoints", endpoint, key);
  const again = await stripe("POST", "/v1/webhook_endpoints", endpoint, key);
  expect(again.json).toEqual(first.json);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const other = await stripe("POST", "/v1/webhook_endpoints", { ...endpoint, description: "x" }, key);
  expect(other.json.error.type).toBe("idempotency_error");
  await stripe("DELETE", `/v1/webhook_endpoints/${first.json.id}`);
  expect((await stripe("POST", "/v1/webhook_endpoints", endpoint, key)).json).toEqual(first.json);
  sandbox.clock.advance(25 * 60 * 60 * 1000);
  const later = await stripe("POST", "/v1/webhook_endpoints", endpoint, key);
  expect(later.json.id).not.toBe(first.json.id);
});

test("a product with prices cannot be deleted, one without can", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const stripe = client(sandbox);
  const product = await stripe("POST", "/v1/products", {
    id: "booking",
    name: "Booking",
    "images[0]": "https://mais.example/a.png",
  });
  expect(product.json).toMatchObject({ id: "booking", images: ["https://mais.example/a.png"], default_price: null });
  expect((await stripe("POST", "/v1/products", { id: "booking", name: "B" })).json.error.code).toBe(
    "resource_already_exists",
  );
  await stripe("POST", "/v1/prices", { ...plan, product: "booking" });
  expect((await stripe("DELETE", "/v1/products/booking")).status).toBe(400);
  const bare = await stripe("POST", "/v1/products", { name: "Other" });
  expect((await stripe("DELETE", `/v1/products/${bare.json.id}`)).json).toEqual({
    id: bare.json.id,
    object: "product",
    deleted: true,
  });
});

test("a product's default price is made with it, expands, and cannot be archived", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const stripe = client(sandbox);
  const { json } = await stripe("POST", "/v1/products", {
    ...{ name: "Booking", "default_price_data[currency]": "eur", "default_price_data[unit_amount_decimal]": "9.50" },
    "expand[]": "default_price",
  });
  expect(json.default_price).toMatchObject({
    unit_amount: null,
    unit_amount_decimal: "9.5",
    product: json.id,
    type: "one_time",
  });
  const archived = await stripe("POST", `/v1/prices/${json.default_price.id}`, { active: "false" });
  expect(archived.json.error.message).toContain("default price");
});

test("a price's amount is fixed, its lookup key moves only when asked", async () => {
  await using sandbox = await startSandbox(["stripe"], { contract: "unchecked" });
  const stripe = client(sandbox);
  await stripe("POST", "/v1/products", { id: "booking", name: "Booking" });
  const old = await stripe("POST", "/v1/prices", { ...plan, product: "booking", lookup_key: "monthly" });
  expect(old.json.recurring).toEqual({
    interval: "month",
    interval_count: 1,
    meter: null,
    trial_period_days: null,
    usage_type: "licensed",
  });
  expect((await stripe("POST", `/v1/prices/${old.json.id}`, { unit_amount: "1" })).json.error.code).toBe(
    "parameter_unknown",
  );
  const next = { ...plan, unit_amount: "1290", product: "booking", lookup_key: "monthly" };
  expect((await stripe("POST", "/v1/prices", next)).json.error.message).toContain("already uses that lookup key");
  const made = await stripe("POST", "/v1/prices", { ...next, transfer_lookup_key: "true" });
  expect(made.json.lookup_key).toBe("monthly");
  expect((await stripe("GET", `/v1/prices/${old.json.id}`)).json.lookup_key).toBeNull();
  const found = await stripe("GET", "/v1/prices?lookup_keys[]=monthly&expand[]=data.currency_options");
  expect(found.json.data.map(({ id }: { id: string }) => id)).toEqual([made.json.id]);
  expect(Object.keys(found.json.data[0].currency_options)).toEqual(["eur"]);
});

test("a price needs exactly one amount and one product, and a refused one leaves nothing behind", async () => {
  await using sandbox = await startSandbox(["stripe"], { contract: "unchecked" });
  const stripe = client(sandbox);
  await stripe("POST", "/v1/products", { id: "booking", name: "Booking" });
  const faults = [
    { ...plan, product: "booking", unit_amount_decimal: "1.5" },
    { ...plan },
    { ...plan, product: "nowhere" },
    { ...plan, product: "booking", currency: "EUR" },
    { ...plan, "product_data[id]": "booking", "product_data[name]": "Twin" },
    { ...plan, "product_data[name]": "New", "recurring[interval_count]": "37" },
  ];
  for (const form of faults) expect((await stripe("POST", "/v1/prices", form)).status, JSON.stringify(form)).toBe(400);
  expect((await stripe("GET", "/v1/prices")).json.data).toEqual([]);
  expect((await stripe("GET", "/v1/products")).json.data).toHaveLength(1);
});

test("tiers are kept in order and shown only when expanded", async () => {
  await using sandbox = await startSandbox(["stripe"]);
  const stripe = client(sandbox);
  const { json } = await stripe("POST", "/v1/prices", {
    ...{
      currency: "eur",
      billing_scheme: "tiered",
      tiers_mode: "volume",
      "recurring[interval]": "month",
      "product_data[name]": "Seats",
    },
    ...{
      "tiers[0][up_to]": "10",
      "tiers[0][unit_amount]": "500",
      "tiers[1][up_to]": "inf",
      "tiers[1][unit_amount]": "400",
    },
  });
  expect(json).not.toHaveProperty("tiers");
  const read = await stripe("GET", `/v1/prices/${json.id}?expand[]=tiers`);
  expect(read.json.tiers.map((tier: { up_to: number | null }) => tier.up_to)).toEqual([10, null]);
});

test("what is not emulated answers 501 and says so", async () => {
  await using sandbox = await startSandbox(["stripe"], { contract: "unchecked" });
  const stripe = client(sandbox);
  expect((await stripe("GET", "/v1/products/search?query=name:'Booking'")).status).toBe(501);
  const { status, json } = await stripe("GET", "/v2/core/event_destinations");
  expect([status, json.error.message]).toEqual([
    501,
    "The sandbox does not emulate GET /v2/core/event_destinations of Stripe.",
  ]);
});
