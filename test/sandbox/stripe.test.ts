import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { client, endpoint, plan } from "./stripe-caller.ts";

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

test("odd forms are refused by every route, never a fault of the sandbox", async () => {
  await using sandbox = await startSandbox(["stripe"], { contract: "unchecked" });
  const stripe = client(sandbox);
  const { json: hook } = await stripe("POST", "/v1/webhook_endpoints", endpoint);
  const { json: product } = await stripe("POST", "/v1/products", { name: "Booking" });
  const { json: price } = await stripe("POST", "/v1/prices", { ...plan, product: product.id });
  const paths = [
    "webhook_endpoints",
    `webhook_endpoints/${hook.id}`,
    "products",
    `products/${product.id}`,
    "prices",
    `prices/${price.id}`,
  ];
  const forms: Record<string, string>[] = [
    { ["__proto__"]: "x", "constructor[prototype]": "x" },
    { "metadata[": "x", "a[b": "x", "[]": "x" },
    { "metadata[a][b]": "x" },
    { "expand[0][x]": "1" },
    { "url[x]": "1", "name[0]": "1", "currency[]": "eur", "lookup_key[a]": "1" },
    { "enabled_events[x]": "y", "images[a][b]": "c", "tiers[0]": "1", "currency_options[usd]": "1" },
  ];
  for (const path of paths)
    for (const form of forms) {
      const { status, json } = await stripe("POST", `/v1/${path}`, form);
      expect([status, json.error?.type], `${path} ${JSON.stringify(form)}`).toEqual([400, "invalid_request_error"]);
    }
  for (const query of ["limit=x", "limit[a]=1", "starting_after=nowhere", "created[x]=1", "expand[]=everything"])
    expect((await stripe("GET", `/v1/prices?${query}`)).status, query).toBe(400);
  expect(sandbox.failures()).toEqual([]);
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
