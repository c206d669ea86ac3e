import { expect, test } from "vitest";
import { provider } from "../../packages/stripe/provider.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { apiOf, inDashboard, PRICE, PRODUCT, price, product, start, urn } from "./stripe-run.ts";

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

test("a product that Stripe answers as deleted is gone, and so is one that it does not know", async () => {
  await using run = await start();
  const made = await run.stripe.create(PRODUCT, product);
  const stub = JSON.stringify({ id: made.id, object: "product", deleted: true });
  const api = apiOf(run.sandbox, "sandbox_stripe_test", async () => new Response(stub));
  expect(await runProvider(provider, api, `${run.folder.path}/other`).refresh(made)).toBeUndefined();
  await inDashboard(run.sandbox, (stripe) => stripe.products.del(made.id));
  expect(await run.stripe.refresh(made)).toBeUndefined();
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
