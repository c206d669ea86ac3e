import Stripe from "stripe";

const stripe = new Stripe(process.env.STRIPE_API_KEY, { httpClient: Stripe.createFetchHttpClient() });

const product = await stripe.products.create({ name: "From the SDK" });
const price = await stripe.prices.create({ product: product.id, currency: "eur", unit_amount: 1500 });
const renamed = await stripe.products.update(product.id, { name: "Renamed" });
const archived = await stripe.products.update(product.id, { active: false });
const endpoint = { url: "https://example.com/hooks", enabled_events: ["invoice.paid"] };
const webhook = await stripe.webhookEndpoints.create(endpoint);
const gone = await stripe.webhookEndpoints.del(webhook.id);

const result = {
  product: product.name,
  price: price.unit_amount,
  renamed: renamed.name,
  active: archived.active,
  webhook: webhook.secret.startsWith("whsec_"),
  gone: gone.deleted,
};
console.log(JSON.stringify(result));
