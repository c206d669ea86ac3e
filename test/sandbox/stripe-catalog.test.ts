import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { client, plan } from "./stripe-caller.ts";

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
