import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Stripe } from "stripe";
import { expect, test } from "vitest";
import { findApplication } from "../../src/sandbox/find-application.ts";
import { openSandbox } from "../../src/sandbox/sandbox.ts";
import type { RunningService } from "../../src/sandbox/service-host.ts";
import { emulator } from "../../src/sandbox/stripe/index.ts";
import { RememberedServices, type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { ask, createApi } from "./render-requests.ts";
import { client } from "./stripe-caller.ts";

interface Received {
  path: string | undefined;
  host: string | undefined;
  signature: string;
  body: string;
}

/** An application on this machine that keeps what it is sent and answers that status. */
async function receiver(status: number, headers: Record<string, string> = {}) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { host, "stripe-signature": signature } = request.headers;
    let body = "";
    for await (const chunk of request) body += String(chunk);
    received.push({ path: request.url, host, signature: String(signature), body });
    response.writeHead(status, headers).end("thanks");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // an IP server's address is never a path
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, received, [Symbol.asyncDispose]: close };
}

/** What is said to run. */
class Running extends RememberedServices {
  readonly services: RunningService[] = [];

  override list(): RunningService[] {
    return this.services;
  }

  put(vendor: string, id: string, localUrl: string): void {
    this.services.push({ id, name: id, vendor, type: "web", kind: "file", healthCheckPath: undefined, localUrl });
  }
}

async function emit(sandbox: Sandbox, given: Record<string, unknown>) {
  const applications = { world: sandbox.world, store: (vendor: string) => sandbox.store(vendor) };
  const reply = await emulator.emit?.(given, {
    ...{ store: sandbox.store("stripe"), world: sandbox.world },
    findApplication: (host) => findApplication(host, applications),
  });
  // biome-ignore lint/suspicious/noExplicitAny: looked at field by field, as a client would
  return { status: reply?.status, json: JSON.parse(JSON.stringify(reply?.json)) as any };
}

/** The API on Render with a domain of its own, which the given application answers. */
async function shop(application: { url: string }) {
  const services = new Running();
  const sandbox = await startSandbox(["stripe", "render", "vercel"], { services });
  const { id } = await createApi(sandbox);
  await ask(sandbox, `POST /services/${id}/custom-domains`, { name: "api.dev.mais.example" });
  services.put("render", id, application.url);
  const call = client(sandbox);
  const listen = async (form: Record<string, string>) =>
    (await call("POST", "/v1/webhook_endpoints", { url: "https://api.dev.mais.example/hook?from=stripe", ...form }))
      .json;
  return { sandbox, services, call, listen, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

test("an event is delivered to the application with a signature that the SDK verifies, and that a changed byte breaks", async () => {
  await using application = await receiver(204);
  await using run = await shop(application);
  const { sandbox } = run;
  const { id, secret } = await run.listen({ "enabled_events[]": "charge.refunded", api_version: "2025-09-30.clover" });
  const object = { id: "ch_1", object: "charge", amount_refunded: 990, description: "Zimmer für zwei" };
  const { json } = await emit(sandbox, { type: "charge.refunded", object });
  expect(json.deliveries).toEqual([
    { endpoint: id, url: "https://api.dev.mais.example/hook?from=stripe", status: 204 },
  ]);
  const [{ path, host, signature, body } = { signature: "", body: "" }, ...more] = application.received;
  expect([path, host, more]).toEqual(["/hook?from=stripe", "api.dev.mais.example", []]);
  const verify = (text: string, key: string) =>
    new Stripe("sk_test_unused").webhooks.constructEvent(
      text,
      signature,
      key,
      300,
      undefined,
      sandbox.clock.now().getTime(),
    );
  expect(verify(body, secret)).toMatchObject({
    ...{ id: json.event.id, object: "event", type: "charge.refunded", livemode: false, pending_webhooks: 1 },
    ...{ api_version: "2025-09-30.clover", data: { object } },
  });
  expect(() => verify(body.replace("990", "991"), secret)).toThrow("No signatures found matching");
  expect(() => verify(body, `${secret.slice(0, -1)}_`)).toThrow("No signatures found matching");
});

test("only enabled endpoints of the mode that listen to the type and to that kind of account are told", async () => {
  await using application = await receiver(200);
  await using run = await shop(application);
  const all = await run.listen({ "enabled_events[]": "*" });
  const some = await run.listen({ "enabled_events[]": "account.updated" });
  const connected = await run.listen({ "enabled_events[]": "account.updated", connect: "true" });
  const stopped = await run.listen({ "enabled_events[]": "*" });
  await run.call("POST", `/v1/webhook_endpoints/${stopped.id}`, { disabled: "true" });
  const told = async (given: Record<string, unknown>) =>
    (await emit(run.sandbox, given)).json.deliveries.map(({ endpoint }: { endpoint: string }) => endpoint).sort();
  expect(await told({ type: "charge.refunded" })).toEqual([all.id]);
  expect(await told({ type: "account.updated" })).toEqual([all.id, some.id].sort());
  expect(await told({ type: "account.updated", account: "acct_host" })).toEqual([connected.id]);
  expect(await told({ type: "account.updated", mode: "live" })).toEqual([]);
  expect(JSON.parse(application.received.at(-1)?.body ?? "")).toMatchObject({ account: "acct_host" });
});

test("events are listed, newest first and for 30 days; a connected account's only in its name", async () => {
  await using application = await receiver(500);
  await using run = await shop(application);
  const { sandbox, call } = run;
  await run.listen({ "enabled_events[]": "charge.refunded" });
  await emit(sandbox, { type: "charge.refunded" });
  const { event } = (await emit(sandbox, { type: "payout.paid", account: "acct_host" })).json;
  const { event: last } = (await emit(sandbox, { type: "product.updated", previousAttributes: { name: "a" } })).json;
  const listed = async (query: string, headers = {}) =>
    // biome-ignore lint/suspicious/noExplicitAny: a vendor's answer, judged by the contract
    (await call("GET", `/v1/events${query}`, undefined, headers)).json.data.map(({ type }: any) => type);
  expect(await listed("")).toEqual(["product.updated", "charge.refunded"]);
  expect(await listed("?type=charge.*")).toEqual(["charge.refunded"]);
  expect(await listed("?delivery_success=false")).toEqual(["charge.refunded"]);
  expect(await listed("", { "stripe-account": "acct_host" })).toEqual(["payout.paid"]);
  expect((await call("GET", `/v1/events/${event.id}`)).status).toBe(404);
  expect((await call("GET", "/v1/products", undefined, { "stripe-account": "acct_host" })).status).toBe(403);
  expect((await call("GET", "/v1/events", undefined, { "stripe-account": "acct_other" })).status).toBe(403);
  expect((await call("GET", `/v1/events/${last.id}`)).json.data.previous_attributes).toEqual({ name: "a" });
  sandbox.clock.advance(31 * 86_400_000);
  expect(await listed("")).toEqual([]);
});

test("names of Render and Vercel are found; a redirect is not followed, a stranger not reached", async () => {
  await using elsewhere = await receiver(200);
  await using application = await receiver(307, { location: `${elsewhere.url}/hook` });
  await using run = await shop(application);
  const project = await vercel(run.sandbox, "projects", { name: "web" });
  await vercel(run.sandbox, `projects/${project.id}/domains`, { name: "www.mais.example" });
  run.services.put("vercel", project.id, elsewhere.url);
  for (const url of ["https://api.onrender.com/a", "https://www.mais.example/b", "https://example.org/c"])
    await run.listen({ url, "enabled_events[]": "charge.refunded" });
  const { json } = await emit(run.sandbox, { type: "charge.refunded" });
  expect(json.deliveries).toMatchObject([
    { url: "https://example.org/c", problem: expect.stringContaining("runs nothing under example.org") },
    { url: "https://www.mais.example/b", status: 200 },
    { url: "https://api.onrender.com/a", status: 307 },
  ]);
  expect(elsewhere.received.map(({ path }) => path)).toEqual(["/b"]);
  expect(json.event.pending_webhooks).toBe(2);
});

test("what cannot be delivered says why: an application that is gone, an endpoint without a kept secret", async () => {
  const gone = await receiver(200);
  await gone[Symbol.asyncDispose]();
  await using run = await shop(gone);
  const first = await run.listen({ "enabled_events[]": "charge.refunded" });
  const second = await run.listen({ "enabled_events[]": "charge.refunded" });
  const kept = run.sandbox.store("stripe").collection<{ hidden: object }>("test/webhook_endpoints");
  Object.assign(kept.get(`:${second.id}`) ?? {}, { hidden: { connect: false } });
  const { json } = await emit(run.sandbox, { type: "charge.refunded" });
  expect(json.deliveries).toEqual([
    { endpoint: second.id, url: second.url, problem: expect.stringContaining("Delete it and make it again") },
    { endpoint: first.id, url: first.url, problem: expect.stringMatching(/^No answer: .*ECONNREFUSED/) },
  ]);
  expect(JSON.stringify(json)).not.toContain(first.secret);
});

async function vercel(sandbox: Sandbox, path: string, body: object): Promise<{ id: string }> {
  const answer = await fetch(`${sandbox.url("vercel")}/v10/${path}`, {
    ...{ method: "POST", body: JSON.stringify(body) },
    headers: { authorization: "Bearer sandbox_vercel", "content-type": "application/json" },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { id: string }; // each test knows what it made
}

test("the control plane makes events happen for whoever has its token, and judges them", async () => {
  using folder = temporaryFolder();
  const sandbox = await openSandbox({ dir: folder.path, emulators: [emulator] });
  try {
    const { url, controlToken } = sandbox.address;
    const post = async (body: object, token = controlToken) => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${url}/_sandbox/events`, { method: "POST", headers, body: JSON.stringify(body) });
      return [answer.status, JSON.stringify(await answer.json())] as const;
    };
    expect(await post({ vendor: "stripe", type: "charge.refunded" }, "guess")).toMatchObject([401, {}]);
    expect(await post({ vendor: "stripe", type: "charge.refunded" })).toEqual([
      200,
      expect.stringMatching(/"evt_\w{24}"/),
    ]);
    const [status, problems = ""] = await post({ vendor: "stripe", type: "charge.eaten", account: "me", colour: 1 });
    for (const part of ["no event type", "acct_…", "colour"]) expect(problems).toContain(part);
    expect(status).toBe(400);
    expect(await post({ vendor: "render", type: "deploy" })).toEqual([400, expect.stringContaining("render")]);
  } finally {
    await sandbox.close();
  }
});
