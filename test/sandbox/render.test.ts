import { expect, test } from "vitest";
import { emulator } from "../../src/sandbox/render/index.ts";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { sendOddBodies } from "../helpers/odd-bodies.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { ask, createApi, type Json, newApi } from "./render-requests.ts";

test("a request without the sandbox's key is refused in Render's error shape", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { status, json, headers } = await ask(sandbox, "GET /services", undefined, "rnd_someone");
  expect({ status, json }).toEqual({ status: 401, json: { message: "unauthorized" } });
  expect(headers.get("render-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("every answer counts the rate limit of its bucket down", async () => {
  await using sandbox = await startSandbox(["render"]);
  await ask(sandbox, "GET /owners");
  sandbox.clock.advance(15_000);
  const { headers } = await ask(sandbox, `GET /owners/${SANDBOX_OWNER}`);
  expect(headers.get("ratelimit-limit")).toBe("400");
  expect(headers.get("ratelimit-remaining")).toBe("398");
  expect(headers.get("ratelimit-reset")).toBe("45");
});

test("a service is created with its first deploy, and reads as it was written", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id, deployId } = await createApi(sandbox);
  expect(id).toMatch(/^srv-[0-9a-v]{20}$/);
  expect(deployId).toMatch(/^dep-[0-9a-v]{20}$/);
  const { json } = await ask(sandbox, `GET /services/${id}`);
  expect(json).toMatchObject({
    ...{ name: "api", slug: "api", autoDeploy: "yes", branch: "main", suspended: "not_suspended", rootDir: "" },
    dashboardUrl: `https://dashboard.render.com/web/${id}`,
  });
  expect(json.serviceDetails).toMatchObject({
    ...{ url: "https://api.onrender.com", runtime: "node", env: "node", region: "frankfurt", numInstances: 1 },
    envSpecificDetails: { buildCommand: "npm ci", startCommand: "npm start" },
    maintenanceMode: { enabled: false, uri: "" },
  });
  expect(json).not.toHaveProperty("environmentId");
  expect(json.serviceDetails).not.toHaveProperty("autoscaling");
});

test("what a service lacks is refused with 400, an unknown workspace with 404, a taken name with 409", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { serviceDetails } = newApi;
  const refused = async (changes: object) => {
    const { status, json } = await ask(sandbox, "POST /services", { ...newApi, ...changes });
    return [status, json.message];
  };
  expect(await refused({ ownerId: "tea-0000000000000000000x" })).toEqual([404, "not found: tea-0000000000000000000x"]);
  expect(await refused({ repo: undefined })).toEqual([400, "repo is required"]);
  for (const repo of ["acme/mais", "file://elsewhere/mais", "file:///%ZZ"])
    expect((await refused({ repo }))[0]).toBe(400);
  expect((await refused({ serviceDetails: { ...serviceDetails, region: "mars" } }))[0]).toBe(400);
  const withoutStart = { ...serviceDetails, envSpecificDetails: { buildCommand: "npm ci" } };
  expect((await refused({ serviceDetails: withoutStart }))[0]).toBe(400);
  expect((await refused({ envVars: [{ key: "1BAD", value: "" }] }))[0]).toBe(400);
  expect((await ask(sandbox, "GET /services")).json).toEqual([]);
  await createApi(sandbox);
  expect((await refused({}))[0]).toBe(409);
});

test("variables: lists are newest first, one is set or deleted alone, replacing forgets the rest", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  const path = `/services/${id}/env-vars`;
  const keys = async () => (await ask(sandbox, `GET ${path}`)).json.map(({ envVar }: Json) => envVar.key);
  expect(await keys()).toEqual(["JWT_SECRET", "LOG_LEVEL"]);
  expect((await ask(sandbox, `PUT ${path}/NOT%20ONE`, { value: "" })).status).toBe(400);
  const made = await ask(sandbox, `PUT ${path}/TOKEN`, { generateValue: true });
  expect(Buffer.from(made.json.value, "base64")).toHaveLength(32);
  expect((await ask(sandbox, `DELETE ${path}/LOG_LEVEL`)).status).toBe(204);
  expect((await ask(sandbox, `DELETE ${path}/LOG_LEVEL`)).status).toBe(404);
  expect(await keys()).toEqual(["TOKEN", "JWT_SECRET"]);
  const replaced = await ask(sandbox, `PUT ${path}`, [
    { key: "A", value: "1" },
    { key: "B", value: "2" },
  ]);
  expect(replaced.json.map(({ envVar }: Json) => envVar.key)).toEqual(["A", "B"]);
  expect(await keys()).toEqual(["B", "A"]);
});

test("lists page by cursor until they are empty", async () => {
  await using sandbox = await startSandbox(["render"]);
  for (const name of ["one", "two", "three"]) await createApi(sandbox, { name });
  const first = (await ask(sandbox, "GET /services?limit=2")).json;
  expect(first.map(({ service }: Json) => service.name)).toEqual(["three", "two"]);
  const second = (await ask(sandbox, `GET /services?limit=2&cursor=${first[1].cursor}`)).json;
  expect(second.map(({ service }: Json) => service.name)).toEqual(["one"]);
  expect((await ask(sandbox, `GET /services?limit=2&cursor=${second[0].cursor}`)).json).toEqual([]);
  expect((await ask(sandbox, "GET /services?limit=0")).status).toBe(400);
  const named = (await ask(sandbox, `GET /services?name=two&ownerId=${SANDBOX_OWNER}`)).json;
  expect(named.map(({ service }: Json) => service.name)).toEqual(["two"]);
});

test("scaling acts at once and is ignored while autoscaling is on", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  const instances = async () => (await ask(sandbox, `GET /services/${id}`)).json.serviceDetails.numInstances;
  expect((await ask(sandbox, `POST /services/${id}/scale`, { numInstances: 3 })).status).toBe(202);
  expect(await instances()).toBe(3);
  const half = { enabled: true, percentage: 70 };
  const autoscaling = { enabled: true, min: 2, max: 6, criteria: { cpu: half, memory: half } };
  expect((await ask(sandbox, `PUT /services/${id}/autoscaling`, autoscaling)).json).toEqual(autoscaling);
  await ask(sandbox, `POST /services/${id}/scale`, { numInstances: 5 });
  expect(await instances()).toBe(3);
  expect((await ask(sandbox, `PUT /services/${id}/autoscaling`, { ...autoscaling, min: 7 })).status).toBe(400);
  expect((await ask(sandbox, `POST /disks`, { serviceId: id, name: "d", mountPath: "/d", sizeGB: 1 })).status).toBe(
    400,
  );
  await ask(sandbox, `DELETE /services/${id}/autoscaling`);
  expect((await ask(sandbox, `GET /services/${id}`)).json.serviceDetails).not.toHaveProperty("autoscaling");
});

test("a disk grows and never shrinks", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  const disk = (await ask(sandbox, "POST /disks", { serviceId: id, name: "d", mountPath: "/d", sizeGB: 2 })).json;
  expect((await ask(sandbox, `PATCH /disks/${disk.id}`, { sizeGB: 1 })).status).toBe(400);
  await ask(sandbox, `PATCH /disks/${disk.id}`, { sizeGB: 5 });
  const { json } = await ask(sandbox, `GET /services/${id}`);
  expect(json.serviceDetails.disk).toEqual({ id: disk.id, name: "d", mountPath: "/d", sizeGB: 5 });
});

test("PATCH changes only what it names; renaming leaves slug and URL; a clearing keeps the empty command", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox, {
    serviceDetails: { ...newApi.serviceDetails, preDeployCommand: "migrate" },
  });
  const serviceDetails = { plan: "standard", preDeployCommand: "" };
  const { json } = await ask(sandbox, `PATCH /services/${id}`, { name: "api-2", autoDeploy: "no", serviceDetails });
  expect(json).toMatchObject({ name: "api-2", slug: "api", autoDeploy: "no", branch: "main" });
  expect(json.serviceDetails).toMatchObject({ plan: "standard", healthCheckPath: "/health" });
  expect(json.serviceDetails.envSpecificDetails).toEqual({
    ...{ buildCommand: "npm ci", startCommand: "npm start", preDeployCommand: "" },
  });
  expect((await ask(sandbox, `PATCH /services/${id}`, { serviceDetails: { healthCheckPath: "health" } })).status).toBe(
    400,
  );
  expect((await ask(sandbox, `GET /services/${id}`)).json.serviceDetails.healthCheckPath).toBe("/health");
});

test("custom domains bring their www name, are found by id or name, and belong to one service", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  const path = `/services/${id}/custom-domains`;
  const made = await ask(sandbox, `POST ${path}`, { name: "mais.example" });
  expect(made.status).toBe(201);
  expect(made.json.map(({ name, domainType, redirectForName }: Json) => [name, domainType, redirectForName])).toEqual([
    ["mais.example", "apex", ""],
    ["www.mais.example", "subdomain", "mais.example"],
  ]);
  expect((await ask(sandbox, `POST ${path}`, { name: "mais.example" })).status).toBe(409);
  expect((await ask(sandbox, `GET ${path}/mais.example`)).json.verificationStatus).toBe("unverified");
  await ask(sandbox, `POST ${path}/mais.example/verify`);
  expect((await ask(sandbox, `GET ${path}/${made.json[0].id}`)).json.verificationStatus).toBe("verified");
  await ask(sandbox, `DELETE ${path}/mais.example`);
  expect((await ask(sandbox, `GET ${path}`)).json).toEqual([]);
});

test("a project that holds resources is not deleted; moving to an environment leaves the one before", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  const project = await ask(sandbox, "POST /projects", {
    ...{ name: "mais", ownerId: SANDBOX_OWNER },
    environments: [{ name: "staging" }, { name: "prod", protectedStatus: "protected" }],
  });
  expect(project.json.owner.id).toBe(SANDBOX_OWNER);
  const [staging, prod] = project.json.environmentIds;
  const inside = async (one: string) => (await ask(sandbox, `GET /environments/${one}`)).json.serviceIds;
  expect(await inside(staging)).toBeNull();
  expect((await ask(sandbox, `POST /environments/${staging}/resources`, { resourceIds: [id] })).status).toBe(201);
  await ask(sandbox, `POST /environments/${prod}/resources`, { resourceIds: [id] });
  expect(await inside(staging)).toBeNull();
  expect(await inside(prod)).toEqual([id]);
  expect((await ask(sandbox, `DELETE /projects/${project.json.id}`)).status).toBe(409);
  expect((await ask(sandbox, `DELETE /environments/${id}/resources?resourceIds=${id}`)).status).toBe(204);
  expect((await ask(sandbox, `DELETE /projects/${project.json.id}`)).status).toBe(204);
  expect((await ask(sandbox, `GET /environments/${prod}`)).status).toBe(404);
});

test("notification overrides always exist, log stream overrides only once they are set, without their token", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id } = await createApi(sandbox);
  const notifications = `/notification-settings/overrides/services/${id}`;
  expect((await ask(sandbox, `GET ${notifications}`)).json).toEqual({
    ...{ serviceId: id, notificationsToSend: "default", previewNotificationsEnabled: "default" },
  });
  await ask(sandbox, `PATCH ${notifications}`, { notificationsToSend: "failure" });
  expect((await ask(sandbox, `GET /services/${id}`)).json.notifyOnFail).toBe("notify");
  const stream = `/logs/streams/resource/${id}`;
  expect((await ask(sandbox, `GET ${stream}`)).status).toBe(404);
  await ask(sandbox, `PUT ${stream}`, { setting: "send", endpoint: "logs.example:6514", token: "t" });
  expect((await ask(sandbox, `GET ${stream}`)).json).toEqual({
    ...{ resourceId: id, setting: "send", endpoint: "logs.example:6514" },
  });
});

test("a cron job's run takes the place of the one before; a service has none", async () => {
  await using sandbox = await startSandbox(["render"]);
  const serviceDetails = { ...newApi.serviceDetails, healthCheckPath: undefined, schedule: "0 3 * * *" };
  const { id } = await createApi(sandbox, { type: "cron_job", name: "nightly", serviceDetails });
  expect((await ask(sandbox, `POST /cron-jobs/${id}/runs`)).json.status).toBe("pending");
  expect((await ask(sandbox, `DELETE /cron-jobs/${id}/runs`)).status).toBe(204);
  const web = await createApi(sandbox);
  expect((await ask(sandbox, `POST /cron-jobs/${web.id}/runs`)).status).toBe(404);
});

test("what is not emulated says so in Render's error shape", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { status, json } = await ask(sandbox, "GET /blueprints");
  expect({ status, json }).toEqual({
    status: 501,
    json: { message: "not emulated by the sandbox: GET /v1/blueprints" },
  });
});

test("no body, however odd, breaks a route", async () => {
  await using sandbox = await startSandbox(["render"], { contract: "unchecked" });
  const { id: serviceId, deployId } = await createApi(sandbox);
  const group = await ask(sandbox, "POST /env-groups", { name: "g", ownerId: SANDBOX_OWNER, envVars: [] });
  const project = await ask(sandbox, "POST /projects", {
    name: "p",
    ownerId: SANDBOX_OWNER,
    environments: [{ name: "e" }],
  });
  const disk = await ask(sandbox, "POST /disks", { serviceId, name: "d", mountPath: "/d", sizeGB: 1 });
  const broken = await sendOddBodies(emulator.routes, {
    baseUrl: sandbox.url("render"),
    headers: { authorization: "Bearer sandbox_render" },
    params: {
      ...{ serviceId, deployId, resourceId: serviceId, envGroupId: group.json.id, envVarKey: "KEY" },
      ...{ projectId: project.json.id, environmentId: project.json.environmentIds[0], diskId: disk.json.id },
    },
  });
  expect(broken).toEqual([]);
});
