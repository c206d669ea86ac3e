import { readdirSync } from "node:fs";
import { PartialFailure } from "@mais/provider-kit";
import { WebhookEndpoint } from "@pulumi/stripe";
import { expect, test } from "vitest";
import { provider } from "../../packages/stripe/provider.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { apiOf, ENDPOINT, endpoint, inDashboard, signal, start, urn } from "./stripe-run.ts";

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
  const raw = await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.retrieve(made.id));
  expect(Object.keys(raw.metadata).sort()).toEqual(["mais_connect", "mais_nonce", "mais_resource"]);
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

test("an endpoint with an unknown secret is followed by a new one beside it, which outlives it", async () => {
  await using run = await start();
  const theirs = { url: endpoint.url, enabled_events: ["charge.captured" as const] };
  const old = await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.create(theirs));
  await expect(run.stripe.create(ENDPOINT, endpoint)).rejects.toThrow(old.id);
  const made = await run.stripe.create(ENDPOINT, { ...endpoint, besides: [old.id] });
  expect(made.outputs.secret).toMatch(/^whsec_/);
  expect(await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.retrieve(old.id))).toMatchObject(theirs);
  expect(await run.stripe.refresh(made)).toEqual(made);
  await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.del(old.id));
  expect(run.stripe.diff(made, endpoint)).toMatchObject({ changed: ["besides"], replaces: false });
  const after = await run.stripe.update(made, endpoint);
  expect(after).toMatchObject({ id: made.id, outputs: { secret: made.outputs.secret } });
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

test("a successor whose create was cut off is made anew; the endpoint that it follows is never touched", async () => {
  await using run = await start();
  const first = await run.stripe.create(ENDPOINT, endpoint);
  const second = urn("webhookEndpoint:WebhookEndpoint", "successor");
  const cut = apiOf(run.sandbox);
  const create = cut.create.bind(cut);
  cut.create = async (...args) => {
    await create(...args);
    throw new Error("connection cut");
  };
  const broken = runProvider(provider, cut, run.folder.path);
  const following = { ...endpoint, besides: [first.id] };
  await expect(broken.create(second, following)).rejects.toThrow("connection cut");
  const nextRun = runProvider(provider, apiOf(run.sandbox), run.folder.path);
  const made = await nextRun.create(second, following);
  expect(made.outputs.secret).not.toBe(first.outputs.secret);
  expect(await run.stripe.refresh(first)).toEqual(first);
  await run.stripe.delete(first);
  const left = await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.list());
  expect(left.data.map(({ id }) => id)).toEqual([made.id]);
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

test("an imported endpoint has no secret, and a warning says what that means", async () => {
  await using run = await start();
  const theirs = { url: endpoint.url, enabled_events: ["charge.captured" as const] };
  const made = await inDashboard(run.sandbox, (stripe) => stripe.webhookEndpoints.create(theirs));
  const imported = await run.stripe.import(ENDPOINT, made.id);
  expect(imported?.outputs).not.toHaveProperty("secret");
  expect(run.stripe.warnings).toEqual([expect.stringContaining("signing secret")]);
});
