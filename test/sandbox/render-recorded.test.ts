import { expect, test } from "vitest";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { ask, type Json } from "./render-requests.ts";

// Facts about real answers, taken from the recordings that the tests of Render's own Terraform provider replay (2024 to 2026):
// which fields an answer has, and what is null in it. Ids, times and secrets are compared by their form.

const ownerId = SANDBOX_OWNER;
const owner = { id: ownerId, name: "Sandbox", email: "sandbox@mais.invalid", type: "team" };
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
const idOf = (prefix: string): unknown => expect.stringMatching(new RegExp(`^${prefix}-[0-9a-v]{20}$`));

test("a webhook without a filter answers null for it, and the provider's answer headers are there", async () => {
  await using sandbox = await startSandbox(["render"]);
  const hook = { enabled: true, eventFilter: null, name: "tf", url: "https://hooks.example" };
  const made = await ask(sandbox, "POST /webhooks", { ...hook, ownerId });
  expect(made.status).toBe(201);
  expect(made.json).toEqual({ ...hook, id: idOf("whk"), secret: expect.any(String) });
  expect(made.headers.get("ratelimit-limit")).toBe("100");
  for (const name of ["ratelimit-remaining", "ratelimit-reset", "render-request-id"])
    expect(made.headers.get(name)).toBeTruthy();
  expect(made.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const gone = await ask(sandbox, `DELETE /webhooks/${made.json.id}`);
  expect([gone.status, gone.json, gone.headers.get("content-type")]).toEqual([204, undefined, null]);
});

test("a project, its environment and a key value instance answer exactly these fields", async () => {
  await using sandbox = await startSandbox(["render"]);
  const environments = [{ name: "prod", networkIsolationEnabled: false, protectedStatus: "protected" }];
  const project = (await ask(sandbox, "POST /projects", { environments, name: "first", ownerId })).json;
  expect(project).toEqual({
    ...{ id: idOf("prj"), name: "first", owner, environmentIds: [idOf("evm")] },
    ...{ createdAt: time, updatedAt: time },
  });
  const [environmentId] = project.environmentIds;
  expect((await ask(sandbox, `GET /environments/${environmentId}`)).json).toEqual({
    ...{ id: environmentId, name: "prod", projectId: project.id, protectedStatus: "protected" },
    ...{ networkIsolationEnabled: false, databasesIds: null, envGroupIds: null, redisIds: null, serviceIds: null },
  });
  const wanted = { ipAllowList: [], maxmemoryPolicy: "allkeys_lfu", name: "kv", plan: "starter", region: "oregon" };
  const instance = await ask(sandbox, "POST /key-value", { ...wanted, ownerId });
  expect(instance.headers.get("ratelimit-limit")).toBe("20");
  expect(instance.json).toEqual({
    ...{ id: idOf("red"), name: "kv", plan: "starter", region: "oregon", owner, version: "8.1.4", status: "unknown" },
    options: { maxmemoryPolicy: "allkeys_lfu", persistenceMode: "journal_snapshot" },
    ...{ ipAllowList: null, createdAt: time, updatedAt: time },
  });
  const { id } = instance.json;
  expect((await ask(sandbox, `GET /key-value/${id}/connection-info`)).json).toEqual({
    cliCommand: expect.stringMatching(`REDISCLI_AUTH=\\w{32} valkey-cli --user ${id} -h \\S+ -p \\d+ --tls$`),
    externalConnectionString: expect.stringMatching(`^rediss://${id}:\\w{32}@\\S+:\\d+$`),
    internalConnectionString: `redis://${id}:6379`,
  });
});

const freeImage = {
  ...{ envVars: null, image: { imagePath: "nginx", ownerId: "" }, name: "web-tf", ownerId, rootDir: "" },
  ...{ secretFiles: null, type: "web_service" },
  serviceDetails: {
    ...{ envSpecificDetails: {}, healthCheckPath: "", numInstances: 1, plan: "free", previews: {} },
    ...{ pullRequestPreviewsEnabled: "no", region: "oregon", runtime: "image" },
  },
};

test("a free web service from an image answers these fields, and a service without overrides answers so", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { service, deployId } = (await ask(sandbox, "POST /services", freeImage)).json;
  expect(deployId).toEqual(idOf("dep"));
  const { serviceDetails, autoDeployTrigger: _, ...rest } = service;
  expect(rest).toEqual({
    ...{
      id: idOf("srv"),
      name: "web-tf",
      slug: "web-tf",
      type: "web_service",
      ownerId,
      rootDir: "",
      autoDeploy: "yes",
    },
    ...{ imagePath: "docker.io/library/nginx:latest", notifyOnFail: "default", createdAt: time, updatedAt: time },
    ...{ suspended: "not_suspended", suspenders: [], dashboardUrl: expect.stringContaining(`/web/${service.id}`) },
  });
  const { buildPlan: __, renderSubdomainPolicy: ___, ...details } = serviceDetails;
  expect(details).toEqual({
    ...{ env: "image", runtime: "image", healthCheckPath: "", numInstances: 1, plan: "free", region: "oregon" },
    envSpecificDetails: { dockerCommand: "", dockerContext: "", dockerfilePath: "" },
    ...{ openPorts: [{ port: 10000, protocol: "TCP" }], previews: { generation: "off" } },
    ...{ pullRequestPreviewsEnabled: "no", sshAddress: expect.any(String), url: "https://web-tf.onrender.com" },
  });
  const at = `/services/${service.id}`;
  const override = { serviceId: service.id, notificationsToSend: "default", previewNotificationsEnabled: "default" };
  expect((await ask(sandbox, `PATCH /notification-settings/overrides${at}`, {})).json).toEqual(override);
  for (const list of ["env-vars", "secret-files", "custom-domains?limit=100"])
    expect((await ask(sandbox, `GET ${at}/${list}`)).json).toEqual([]);
  const stream = await ask(sandbox, `GET /logs/streams/resource/${service.id}`);
  expect(stream).toMatchObject({ status: 404, json: { message: `not found: ${service.id}` } });
  const found = await ask(sandbox, `GET /services?name=web-tf&ownerId=${ownerId}&type=web_service`);
  expect(found.json).toEqual([{ cursor: expect.any(String), service }]);
});

test("the former name of the runtime is taken, and so is an empty registry credential", async () => {
  await using sandbox = await startSandbox(["render"], { contract: "unchecked" });
  const empty = { id: "", name: "", registry: "", username: "", updatedAt: "0001-01-01T00:00:00Z" };
  const envSpecificDetails = { dockerCommand: "", dockerContext: "", dockerfilePath: "", registryCredential: empty };
  const made = await ask(sandbox, "POST /services", {
    ...{ image: { imagePath: "nginx", ownerId: "" }, name: "cron-tf", ownerId, type: "cron_job" },
    serviceDetails: { env: "image", envSpecificDetails, plan: "starter", region: "oregon", schedule: "0 0 * * *" },
  });
  expect(made.status).toBe(201);
  expect(made.json.service).not.toHaveProperty("registryCredential");
  expect(made.json.service.slug).toMatch(/^cron-tf-[0-9a-z]{4}$/);
  expect(made.json.service.serviceDetails).toMatchObject({ runtime: "image", schedule: "0 0 * * *" });
});

test("an update in the official provider's order goes through, its mistaken move between environments too", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 0 } });
  const project = { name: "p", ownerId, environments: [{ name: "a" }, { name: "b" }] };
  const [before, after] = (await ask(sandbox, "POST /projects", project)).json.environmentIds;
  const paid = { ...freeImage.serviceDetails, plan: "starter", preDeployCommand: "true" };
  const { service } = (await ask(sandbox, "POST /services", { ...freeImage, serviceDetails: paid })).json;
  const at = `/services/${service.id}`;
  expect((await ask(sandbox, `POST /environments/${before}/resources`, { resourceIds: [service.id] })).status).toBe(
    201,
  );
  const [domain] = (await ask(sandbox, `POST ${at}/custom-domains`, { name: "api.acme.dev" })).json;
  const half = { enabled: true, percentage: 60 };
  const autoscaling = { enabled: true, min: 1, max: 3, criteria: { cpu: half, memory: half } };
  const steps: [string, Json, number][] = [
    [`POST ${at}/scale`, { numInstances: 2 }, 202],
    [`PUT ${at}/autoscaling`, autoscaling, 200],
    [`PATCH ${at}`, { autoDeployTrigger: "off", name: "web-2", serviceDetails: { preDeployCommand: "" } }, 200],
    [`PUT ${at}/env-vars`, null, 200],
    [`PUT ${at}/secret-files`, null, 200],
    [`DELETE ${at}/autoscaling`, undefined, 204],
    [`POST ${at}/scale`, { numInstances: 1 }, 202],
    ["POST /disks", { serviceId: service.id, name: "data", mountPath: "/data", sizeGB: 1 }, 201],
    [`PATCH /notification-settings/overrides${at}`, { notificationsToSend: "failure" }, 200],
    [`PUT /logs/streams/resource/${service.id}`, { setting: "send", endpoint: "a.example:1", token: "t" }, 200],
    [`DELETE /environments/${service.id}/resources?resourceIds=${service.id}`, undefined, 204],
    [`POST /environments/${after}/resources`, { resourceIds: [service.id] }, 201],
    [`DELETE ${at}/custom-domains/${domain.id}`, undefined, 204],
    [`POST ${at}/deploys`, {}, 201],
  ];
  for (const [request, body, status] of steps)
    expect([request, (await ask(sandbox, request, body)).status]).toEqual([request, status]);
  expect((await ask(sandbox, `GET /environments/${before}`)).json.serviceIds).toBeNull();
  const { json } = await ask(sandbox, `GET ${at}`);
  expect(json).toMatchObject({ environmentId: after, autoDeploy: "no", name: "web-2", slug: "web-tf" });
  expect(json.notifyOnFail).toBe("notify");
  expect(json.serviceDetails.envSpecificDetails.preDeployCommand).toBe("");
});
