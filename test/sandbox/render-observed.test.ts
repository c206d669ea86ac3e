import { expect, test } from "vitest";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { RememberedServices, startSandbox } from "../helpers/sandbox.ts";
import { ask, createApi, type Json, newApi } from "./render-requests.ts";

const instantly = { delays: { renderDeploy: 0 } };

/** Services that have printed a few lines. */
class Printing extends RememberedServices {
  override logs(): string[] {
    return ["one", "two", "three", "four", "five"];
  }
}

test("logs are paged both ways by the times that the answer names", async () => {
  await using sandbox = await startSandbox(["render"], { ...instantly, services: new Printing() });
  const { id } = await createApi(sandbox);
  const query = `ownerId=${SANDBOX_OWNER}&resource=${id}&limit=2`;
  for (const direction of ["backward", "forward"]) {
    const seen: string[] = [];
    let window = "";
    for (let page = 0; page < 3; page++) {
      const { json } = await ask(sandbox, `GET /logs?${query}&direction=${direction}${window}`);
      expect(json.hasMore).toBe(page < 2);
      seen.push(...json.logs.map(({ message }: Json) => message));
      window = `&startTime=${json.nextStartTime}&endTime=${json.nextEndTime}`;
    }
    const all = ["one", "two", "three", "four", "five"];
    expect(seen).toEqual(direction === "forward" ? all : all.toReversed());
  }
  expect((await ask(sandbox, `GET /logs?${query}&text=three`)).json.logs).toHaveLength(1);
  expect((await ask(sandbox, `GET /logs?${query}&level=error`)).json.logs).toEqual([]);
  expect((await ask(sandbox, `GET /logs/values?${query}&label=type`)).json).toEqual(["app"]);
  expect((await ask(sandbox, `GET /logs/values?${query}&label=colour`)).status).toBe(400);
  expect((await ask(sandbox, `GET /logs?${query}&startTime=yesterday`)).status).toBe(400);
});

test("events tell what happened to a service, newest first, and each can be had alone", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { id } = await createApi(sandbox);
  const did = [
    ["PATCH", `/services/${id}`, { serviceDetails: { plan: "standard" }, autoDeploy: "no" }],
    ["POST", `/services/${id}/scale`, { numInstances: 3 }],
    ["POST", `/services/${id}/suspend`],
    ["POST", `/services/${id}/resume`],
  ] as const;
  for (const [method, path, body] of did) {
    sandbox.clock.advance(1_000);
    await ask(sandbox, `${method} ${path}`, body);
  }
  const list = async (query = "") =>
    (await ask(sandbox, `GET /services/${id}/events${query}`)).json.map(({ event }: Json) => event);
  const events = await list("?limit=100");
  const kinds = events.map(({ type }: Json) => type);
  const times = events.map(({ timestamp }: Json) => timestamp);
  expect(times).toEqual(times.toSorted().toReversed());
  const expected = ["plan_changed", "auto_deploy_disabled", "instance_count_changed", "service_suspended"];
  expect(kinds).toEqual(expect.arrayContaining([...expected, "service_resumed", "deploy_started", "deploy_ended"]));
  expect(new Set(events.map((event: Json) => event.id)).size).toBe(events.length);
  expect(await list("?type=plan_changed")).toMatchObject([{ details: { from: "starter", to: "standard" } }]);
  for (const event of events) expect((await ask(sandbox, `GET /events/${event.id}`)).json).toEqual(event);
  await ask(sandbox, `DELETE /services/${id}`);
  expect((await ask(sandbox, `GET /events/${events[0].id}`)).status).toBe(404);
});

test("metrics follow the service's plan, instances and age; load stays within the limits", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const serviceDetails = { ...newApi.serviceDetails, plan: "standard", numInstances: 2 };
  const { id } = await createApi(sandbox, { serviceDetails });
  sandbox.clock.advance(10 * 60_000);
  const metric = async (name: string, query = "") =>
    (await ask(sandbox, `GET /metrics/${name}?resource=${id}${query}`)).json;
  const [count] = await metric("instance-count");
  expect(count.values).toHaveLength(11);
  expect(count.values[0].value).toBe(2);
  expect(await metric("instance-count", "&resolutionSeconds=300")).toMatchObject([{ values: { length: 3 } }]);
  const cpu = await metric("cpu");
  expect(cpu).toHaveLength(2);
  for (const { value } of cpu.flatMap(({ values }: Json) => values)) expect(value > 0 && value < 1).toBe(true);
  expect(await metric("cpu")).toEqual(cpu);
  expect((await metric("memory-limit"))[0].values[0].value).toBe(2_048 * 1_048_576);
  expect(await metric("cpu-target")).toEqual([]);
  const half = { enabled: true, percentage: 50 };
  const autoscaling = {
    enabled: true,
    min: 3,
    max: 5,
    criteria: { cpu: half, memory: { enabled: false, percentage: 1 } },
  };
  await ask(sandbox, `PUT /services/${id}/autoscaling`, autoscaling);
  expect((await metric("cpu-target"))[0].values[0].value).toBe(0.5);
  expect((await metric("instance-count"))[0].values[0].value).toBe(3);
  const [{ values: instances }] = await metric("filters/application");
  expect(instances).toEqual((await ask(sandbox, `GET /services/${id}/instances`)).json.map((one: Json) => one.id));
  expect((await metric("http-requests"))[0].values[0].value).toBe(0);
  expect((await ask(sandbox, "GET /metrics/cpu")).status).toBe(400);
  expect((await ask(sandbox, `GET /metrics/cpu?resource=${id}&resolutionSeconds=5`)).status).toBe(400);
});

test("a job is pending, runs and ends by the clock; it can be canceled before, and never runs on a free service", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 1_000 } });
  const { id } = await createApi(sandbox);
  const jobs = `/services/${id}/jobs`;
  const made = await ask(sandbox, `POST ${jobs}`, { startCommand: "npm run seed" });
  expect(made).toMatchObject({ status: 201, json: { status: "pending", startCommand: "npm run seed", serviceId: id } });
  const status = async (job: string) => (await ask(sandbox, `GET ${jobs}/${job}`)).json.status;
  sandbox.clock.advance(500);
  expect(await status(made.json.id)).toBe("running");
  const other = (await ask(sandbox, `POST ${jobs}`, { startCommand: "true" })).json;
  expect((await ask(sandbox, `POST ${jobs}/${other.id}/cancel`)).json.status).toBe("canceled");
  sandbox.clock.advance(500);
  expect(await status(made.json.id)).toBe("succeeded");
  expect((await ask(sandbox, `POST ${jobs}/${made.json.id}/cancel`)).status).toBe(400);
  const found = (await ask(sandbox, `GET ${jobs}?status=succeeded`)).json;
  expect(found.map(({ job }: Json) => job.id)).toEqual([made.json.id]);
  const free = await createApi(sandbox, { name: "free", serviceDetails: { ...newApi.serviceDetails, plan: "free" } });
  expect((await ask(sandbox, `POST /services/${free.id}/jobs`, { startCommand: "true" })).status).toBe(402);
});

test("an image-backed service has previews, services of their own; a built one has none", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const serviceDetails = { ...newApi.serviceDetails, runtime: "image", envSpecificDetails: {} };
  const image = { ownerId: "", imagePath: "acme/api:1" };
  const { id } = await createApi(sandbox, { repo: undefined, branch: undefined, image, serviceDetails });
  const preview = { imagePath: "acme/api:pr-7", name: "api-pr-7", plan: "free" };
  const made = await ask(sandbox, `POST /services/${id}/preview`, preview);
  expect(made.json.service).toMatchObject({ name: "api-pr-7", imagePath: "docker.io/acme/api:pr-7" });
  expect(made.json.service.id).not.toBe(id);
  expect((await ask(sandbox, `POST /services/${id}/preview`, preview)).status).toBe(409);
  const built = await createApi(sandbox, { name: "built" });
  expect((await ask(sandbox, `POST /services/${built.id}/preview`, preview)).status).toBe(400);
  expect((await ask(sandbox, `POST /services/${built.id}/cache/purge`)).status).toBe(202);
});

test("what a plan or another setting rules out is refused, and changes nothing", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { serviceDetails } = newApi;
  const free = { ...serviceDetails, plan: "free" };
  const disk = { name: "d", mountPath: "/d", sizeGB: 1 };
  const half = { enabled: true, percentage: 50 };
  const autoscaling = { enabled: true, min: 1, max: 2, criteria: { cpu: half, memory: half } };
  const statusOf = async (details: object) =>
    (await ask(sandbox, "POST /services", { ...newApi, serviceDetails: details })).status;
  for (const more of [{ numInstances: 2 }, { autoscaling }, { disk }, { preDeployCommand: "true" }])
    expect(await statusOf({ ...free, ...more })).toBe(402);
  expect(await statusOf({ ...serviceDetails, disk, autoscaling })).toBe(400);
  expect(await statusOf({ ...serviceDetails, numInstances: 101 })).toBe(400);
  expect((await ask(sandbox, "GET /services")).json).toEqual([]);
  const { id } = await createApi(sandbox, { serviceDetails: { ...serviceDetails, disk } });
  expect((await ask(sandbox, `PUT /services/${id}/autoscaling`, autoscaling)).status).toBe(400);
  expect((await ask(sandbox, `POST /services/${id}/scale`, { numInstances: 2 })).status).toBe(400);
  expect((await ask(sandbox, `PATCH /services/${id}`, { serviceDetails: { plan: "free" } })).status).toBe(402);
  expect((await ask(sandbox, `GET /services/${id}`)).json.serviceDetails.plan).toBe("starter");
});
