import { expect, test } from "vitest";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { ask, createApi, type Json, newApi } from "./render-requests.ts";

const ownerId = SANDBOX_OWNER;

test("a registry credential is named by the services that use it, and its token is never shown", async () => {
  await using sandbox = await startSandbox(["render"]);
  const login = { name: "ghcr", registry: "GITHUB", username: "acme", authToken: "ghp_canary" };
  const made = await ask(sandbox, "POST /registrycredentials", { ...login, ownerId });
  expect(made.status).toBe(200);
  const { id } = made.json;
  expect(id).toMatch(/^rgc-[0-9a-v]{20}$/);
  expect(JSON.stringify([made.json, sandbox.store("render")])).not.toContain("canary");
  const image = { ownerId, imagePath: "ghcr.io/acme/api:1", registryCredentialId: id };
  const serviceDetails = { ...newApi.serviceDetails, runtime: "image", envSpecificDetails: {} };
  const service = await createApi(sandbox, { repo: undefined, branch: undefined, image, serviceDetails });
  expect((await ask(sandbox, `GET /services/${service.id}`)).json.registryCredential).toEqual({ id, name: "ghcr" });
  const renamed = { ...login, name: "packages" };
  expect((await ask(sandbox, `PATCH /registrycredentials/${id}`, { name: "packages" })).status).toBe(400);
  expect((await ask(sandbox, `PATCH /registrycredentials/${id}`, renamed)).json).toMatchObject({ name: "packages" });
  expect((await ask(sandbox, "GET /registrycredentials?name=packages&type=GITHUB")).json).toHaveLength(1);
  expect((await ask(sandbox, `DELETE /registrycredentials/${id}`)).status).toBe(204);
  expect((await ask(sandbox, `GET /registrycredentials/${id}`)).json).toEqual({ message: `not found: ${id}` });
  const other = { ...newApi, name: "b", repo: undefined, branch: undefined, image, serviceDetails };
  expect((await ask(sandbox, "POST /services", other)).status).toBe(404);
  expect((await ask(sandbox, "POST /registrycredentials", { ...login, ownerId, registry: "QUAY" })).status).toBe(400);
});

test("a workspace always has notification settings; its streams exist once they are put, without their tokens", async () => {
  await using sandbox = await startSandbox(["render"]);
  const settings = `/notification-settings/owners/${ownerId}`;
  expect((await ask(sandbox, `GET ${settings}`)).json).toMatchObject({ ownerId, notificationsToSend: "failure" });
  expect((await ask(sandbox, `PATCH ${settings}`, { notificationsToSend: "some" })).status).toBe(400);
  await ask(sandbox, `PATCH ${settings}`, { notificationsToSend: "all", emailEnabled: false });
  expect((await ask(sandbox, `GET ${settings}`)).json).toEqual({
    ...{ ownerId, slackEnabled: false, emailEnabled: false },
    ...{ previewNotificationsEnabled: false, notificationsToSend: "all" },
  });
  const streams = [
    [`/logs/streams/owner/${ownerId}`, { preview: "send", endpoint: "logs.example:6514" }],
    [`/metrics-stream/${ownerId}`, { provider: "CUSTOM", url: "https://otel.example" }],
  ] as const;
  for (const [path, stream] of streams) {
    expect((await ask(sandbox, `GET ${path}`)).status).toBe(404);
    expect((await ask(sandbox, `PUT ${path}`, {})).status).toBe(400);
    expect((await ask(sandbox, `PUT ${path}`, { ...stream, token: "canary" })).json).toEqual({ ownerId, ...stream });
    expect((await ask(sandbox, `GET ${path}`)).json).toEqual({ ownerId, ...stream });
    expect((await ask(sandbox, `DELETE ${path}`)).status).toBe(204);
    expect((await ask(sandbox, `GET ${path}`)).status).toBe(404);
  }
  expect(JSON.stringify(sandbox.store("render"))).not.toContain("canary");
});

test("log streams of single resources are listed without cursors", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  await createApi(sandbox, { name: "silent" });
  const cache = (await ask(sandbox, "POST /key-value", { name: "cache", ownerId, plan: "free" })).json;
  await ask(sandbox, `PUT /logs/streams/resource/${id}`, { setting: "drop" });
  await ask(sandbox, `PUT /logs/streams/resource/${cache.id}`, { setting: "send", endpoint: "a.example:1" });
  expect((await ask(sandbox, "GET /logs/streams/resource")).json).toEqual([
    { resourceId: id, setting: "drop", endpoint: "" },
    { resourceId: cache.id, setting: "send", endpoint: "a.example:1" },
  ]);
  expect((await ask(sandbox, "GET /logs/streams/resource?setting=drop")).json).toHaveLength(1);
});

test("a key value instance starts, restarts for a new plan, gets persistence with a paid one, and lies in an environment", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 1_000 } });
  const status = async () => (await ask(sandbox, `GET ${path}`)).json.status;
  const environments = [{ name: "prod" }];
  const project = (await ask(sandbox, "POST /projects", { name: "mais", ownerId, environments })).json;
  const [environmentId] = project.environmentIds;
  const made = await ask(sandbox, "POST /key-value", { name: "cache", ownerId, plan: "free", environmentId });
  expect(made.json).toMatchObject({ status: "unknown", environmentId, options: { persistenceMode: "off" } });
  expect(made.json.ipAllowList).toBeNull();
  const path = `/key-value/${made.json.id}`;
  expect((await ask(sandbox, `GET /environments/${environmentId}`)).json.redisIds).toEqual([made.json.id]);
  expect((await ask(sandbox, `DELETE /projects/${project.id}`)).status).toBe(409);
  expect(await status()).toBe("creating");
  sandbox.clock.advance(1_000);
  expect(await status()).toBe("available");
  expect((await ask(sandbox, `PATCH ${path}`, { persistenceMode: "snapshot" })).status).toBe(400);
  const paid = await ask(sandbox, `PATCH ${path}`, { plan: "starter" });
  expect(paid.json).toMatchObject({ status: "config_restart", options: { persistenceMode: "journal_snapshot" } });
  expect((await ask(sandbox, `POST ${path}/suspend`)).status).toBe(202);
  expect(await status()).toBe("suspended");
  expect((await ask(sandbox, `POST ${path}/resume`)).status).toBe(202);
  sandbox.clock.advance(1_000);
  expect(await status()).toBe("available");
  const { cliCommand, ...strings } = (await ask(sandbox, `GET ${path}/connection-info`)).json;
  const former = (await ask(sandbox, `GET /redis/${made.json.id}/connection-info`)).json;
  expect(former).toEqual({ ...strings, redisCLICommand: cliCommand });
  expect((await ask(sandbox, "GET /redis?name=cache")).json[0].redis.id).toBe(made.json.id);
  expect((await ask(sandbox, `DELETE ${path}`)).status).toBe(204);
  expect((await ask(sandbox, `GET ${path}`)).status).toBe(404);
  expect((await ask(sandbox, "POST /key-value", { name: "c", ownerId, plan: "large" })).status).toBe(400);
});

test("a webhook keeps its secret, and lists what it would have sent of the events that it asks for", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 0 } });
  const hook = { name: "alerts", ownerId, url: "https://alerts.example/render", enabled: true };
  expect((await ask(sandbox, "POST /webhooks", { ...hook, eventFilter: ["deploy_exploded"] })).status).toBe(400);
  const made = await ask(sandbox, "POST /webhooks", { ...hook, eventFilter: ["service_suspended"] });
  expect(made.status).toBe(201);
  expect(made.json.secret).toMatch(/^whsec_/);
  const path = `/webhooks/${made.json.id}`;
  const { id } = await createApi(sandbox);
  await ask(sandbox, `POST /services/${id}/suspend`);
  const sent = async () => (await ask(sandbox, `GET ${path}/events`)).json.map((one: Json) => one.webhookEvent);
  const [delivery, ...others] = await sent();
  expect([delivery.eventType, others]).toEqual(["service_suspended", []]);
  expect((await ask(sandbox, `GET /events/${delivery.eventId}`)).json).toMatchObject({ serviceId: id });
  const changed = await ask(sandbox, `PATCH ${path}`, { eventFilter: null });
  expect(changed.json).toMatchObject({ eventFilter: null, secret: made.json.secret });
  expect((await sent()).map(({ eventType }: Json) => eventType)).toContain("deploy_started");
  expect((await ask(sandbox, "GET /webhooks")).json).toMatchObject([{ webhook: { name: "alerts" } }]);
  expect((await ask(sandbox, `DELETE ${path}`)).status).toBe(204);
  expect((await ask(sandbox, `GET ${path}`)).status).toBe(404);
});

test("calls beyond a bucket are refused with 429 only where the sandbox is told to, until the window ends", async () => {
  await using sandbox = await startSandbox(["render"]);
  const create = async () => (await ask(sandbox, "POST /key-value", { name: "c", ownerId, plan: "free" })).status;
  for (let call = 0; call < 21; call++) expect(await create()).toBe(201);
  sandbox.world.limits = { refuse: true };
  const refused = await ask(sandbox, "POST /key-value", { name: "c", ownerId, plan: "free" });
  expect(refused).toMatchObject({ status: 429, json: { message: "rate limit exceeded" } });
  expect(refused.headers.get("ratelimit-limit")).toBe("20");
  expect(refused.headers.get("ratelimit-remaining")).toBe("0");
  expect((await ask(sandbox, "GET /key-value")).status).toBe(200);
  sandbox.clock.advance(3_600_000);
  expect(await create()).toBe(201);
});

test("a workspace has its members, and a caller that is one of them", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { json } = await ask(sandbox, `GET /owners/${ownerId}/members`);
  expect(json).toMatchObject([{ role: "ADMIN", status: "active" }]);
  expect((await ask(sandbox, "GET /users")).json.email).toBe(json[0].email);
});
