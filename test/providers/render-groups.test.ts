import { PartialFailure } from "@mais/provider-kit";
import { expect, test } from "vitest";
import { BackgroundWorker } from "../../packages/render/background-worker.ts";
import { CronJob } from "../../packages/render/cron-job.ts";
import { EnvGroup } from "../../packages/render/env-group.ts";
import { EnvGroupLink } from "../../packages/render/env-group-link.ts";
import { Project } from "../../packages/render/project.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { connectTo, created, driftOf, failureOf, inputs, instant, post, updated, writes } from "./render-run.ts";

const group = {
  name: "shared",
  envVars: { A: { value: "1" }, B: { value: "2" } },
  secretFiles: { f: { content: "x" } },
};

async function groupWithService(sandbox: Sandbox) {
  const { api, id: serviceId } = await created(sandbox);
  const { id } = await EnvGroup.definition.create(api, group, lifecycleCall());
  return { api, id, serviceId };
}

test("an env group is written entry by entry, and what others put into it stays", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id, serviceId } = await groupWithService(sandbox);
  await api.putEntry(`/env-groups/${id}`, "env-vars", "THEIRS", { value: "x" }, lifecycleCall());
  await api.linkService(id, serviceId, lifecycleCall());
  const start = writes(sandbox).length;
  const news = { ...group, name: "shared-2", envVars: { A: { value: "9" }, C: { generateValue: true } } };
  const changed = new Set(["name", "envVars"] as const);
  const call = { ...lifecycleCall(), olds: group, outputs: {}, changed };
  await EnvGroup.definition.update?.(api, id, news, call);
  const path = `/v1/env-groups/${id}`;
  expect(writes(sandbox).slice(start)).toEqual([
    ...[`PATCH ${path}`, `PUT ${path}/env-vars/A`, `DELETE ${path}/env-vars/B`, `PUT ${path}/env-vars/C`],
  ]);
  expect(call.said[0]).toContain("mais-dev-api");
  const live = await EnvGroup.definition.read(api, id, { ...lifecycleCall(), inputs: news, outputs: {} });
  expect(driftOf(EnvGroup.definition, news, live ?? {})).toEqual([]);
  const imported = await EnvGroup.definition.read(api, id, {
    ...lifecycleCall(),
    inputs: undefined,
    outputs: undefined,
  });
  expect(Object.keys(imported?.envVars ?? {}).sort()).toEqual(["A", "C", "THEIRS"]);
  expect(await EnvGroup.definition.find?.(api, news, lifecycleCall())).toMatchObject([{ id, label: "shared-2" }]);
});

test("a link deploys the services that it adds, with the group's variables", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id, serviceId } = await groupWithService(sandbox);
  const link = { envGroupId: id, serviceIds: [serviceId] };
  expect(await EnvGroupLink.definition.create(api, link, lifecycleCall())).toEqual({ id });
  expect(sandbox.services.deployed.map(({ variables }) => "A" in variables)).toEqual([false, true]);
  const live = await EnvGroupLink.definition.read(api, id, { ...lifecycleCall(), inputs: link, outputs: {} });
  expect(driftOf(EnvGroupLink.definition, link, live ?? {})).toEqual([]);
  await EnvGroupLink.definition.delete(api, id, { ...lifecycleCall(), inputs: link, outputs: {} });
  await EnvGroupLink.definition.delete(api, id, { ...lifecycleCall(), inputs: link, outputs: {} });
  const gone = await EnvGroupLink.definition.read(api, id, { ...lifecycleCall(), inputs: link, outputs: {} });
  expect(gone).toBeUndefined();
});

test("a link refuses a group that is linked elsewhere, and is kept when a deploy of it fails", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id, serviceId } = await groupWithService(sandbox);
  const other = await created(sandbox, { name: "other" });
  await api.linkService(id, other.id, lifecycleCall());
  const link = { envGroupId: id, serviceIds: [serviceId] };
  const refusal = await failureOf(EnvGroupLink.definition.create(api, link, lifecycleCall()));
  expect(refusal.message).toContain(`Env group "shared" (${id}) is also linked to ${other.id}`);
  sandbox.services.failNext("exited with code 1");
  const both = { envGroupId: id, serviceIds: [serviceId, other.id] };
  const failure = await failureOf(EnvGroupLink.definition.create(api, both, lifecycleCall()));
  expect(failure).toBeInstanceOf(PartialFailure);
  expect(failure).toMatchObject({ id });
});

test("a link whose deploys failed in the last run deploys what that one changed, though the links stand already", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id, serviceId } = await groupWithService(sandbox);
  const other = await created(sandbox, { name: "other" });
  const olds = { envGroupId: id, serviceIds: [serviceId] };
  await EnvGroupLink.definition.create(api, olds, lifecycleCall());
  const news = { envGroupId: id, serviceIds: [other.id] };
  const call = { ...lifecycleCall(), olds, outputs: {}, changed: new Set(["serviceIds"] as const) };
  sandbox.services.failNext("exited with code 1");
  await failureOf(Promise.resolve(EnvGroupLink.definition.update?.(api, id, news, call)));
  const start = writes(sandbox).length;
  await EnvGroupLink.definition.update?.(api, id, news, call);
  const deploys = [serviceId, other.id].map((one) => `POST /v1/services/${one}/deploys`);
  expect(writes(sandbox).slice(start).sort()).toEqual(deploys.sort());
});

const staging = { name: "staging", protectedStatus: "unprotected" as const };
const prod = { name: "prod", protectedStatus: "protected" as const };

test("an environment whose create lost its answer is taken up by the next update, not made twice", async () => {
  await using sandbox = await startSandbox(["render"], { contract: "unchecked" });
  const dev = { name: "dev", protectedStatus: "unprotected" as const };
  const olds = { name: "mais", environments: { prod: { ...dev, name: "prod" } } };
  const api = connectTo(sandbox);
  const { id, ...outputs } = await Project.definition.create(api, olds, lifecycleCall());
  const news = { name: "mais", environments: { ...olds.environments, dev } };
  const call = { ...lifecycleCall(), olds, outputs, changed: new Set(["environments"] as const) };
  sandbox.faults.add({ kind: "cut-after", method: "POST", path: "/v1/environments" });
  await expect(Project.definition.update?.(api, id, news, call)).rejects.toThrow("could not be reached");
  await Project.definition.update?.(api, id, news, call);
  const names = (await api.environments(id, lifecycleCall())).map(({ name }) => name);
  expect(names.sort()).toEqual(["dev", "prod"]);
});

test("a project makes, renames and deletes its environments by their keys, and leaves others' alone", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const olds = { name: "mais", environments: { staging, prod } };
  const { id, ...outputs } = await Project.definition.create(api, olds, lifecycleCall());
  await post(sandbox, "/v1/environments", { projectId: id, name: "theirs" });
  const news = {
    ...{ name: "mais", environments: { prod: { ...prod, name: "production" }, dev: { ...staging, name: "dev" } } },
  };
  const call = { ...lifecycleCall(), olds, outputs, changed: new Set(["environments"] as const) };
  const live = await Project.definition.update?.(api, id, news, call);
  expect(live?.environmentIds?.prod).toBe(outputs.environmentIds?.prod);
  expect((await api.environments(id, lifecycleCall())).map(({ name }) => name).sort()).toEqual([
    ...["dev", "production", "theirs"],
  ]);
  const read = await Project.definition.read(api, id, { ...lifecycleCall(), inputs: news, outputs: live });
  expect(driftOf(Project.definition, news, read ?? {})).toEqual([]);
  expect(Object.keys(read?.environmentIds ?? {}).sort()).toEqual(["dev", "prod"]);
});

test("a service moves between environments, and a project that holds one is not deleted", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const environments = { staging, prod };
  const project = await Project.definition.create(api, { name: "mais", environments }, lifecycleCall());
  const { environmentIds = {} } = project;
  const { id } = await created(sandbox, { environmentId: environmentIds.staging });
  expect((await api.service(id, lifecycleCall())).environmentId).toBe(environmentIds.staging);
  await api.addToEnvironment(environmentIds.prod ?? "", id, lifecycleCall());
  expect((await api.service(id, lifecycleCall())).environmentId).toBe(environmentIds.prod);
  const call = { ...lifecycleCall(), inputs: {}, outputs: {} };
  expect((await failureOf(Project.definition.delete(api, project.id, call))).message).toContain(
    "still contains resources",
  );
});

test("an environment that still holds a service stays until the project's next change, and the user is told", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const olds = { name: "mais", environments: { staging, prod } };
  const { id, ...outputs } = await Project.definition.create(api, olds, lifecycleCall());
  const { staging: from = "", prod: to = "" } = outputs.environmentIds ?? {};
  const service = await created(sandbox, { environmentId: from });
  const news = { name: "mais", environments: { prod } };
  const call = { ...lifecycleCall(), olds, outputs, changed: new Set(["environments"] as const) };
  const live = await Project.definition.update?.(api, id, news, call);
  expect(call.warned[0]).toContain(`Environment "staging" (${from}) still holds resources`);
  expect(live?.environmentIds).toEqual({ staging: from, prod: to });
  const moved = await updated(sandbox, service, { ...service.all, environmentId: to });
  expect(moved.writes).toEqual([`POST /v1/environments/${to}/resources`]);
  const later = { ...call, olds: news, outputs: { environmentIds: { staging: from, prod: to } } };
  await Project.definition.update?.(api, id, { ...news, name: "mais-2" }, later);
  expect((await api.environments(id, lifecycleCall())).map(({ name }) => name)).toEqual(["prod"]);
});

test("a service leaves an environment and its group in one update: unlinked, moved, linked anew, deployed once", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const project = await Project.definition.create(
    api,
    { name: "mais", environments: { staging, prod } },
    lifecycleCall(),
  );
  const { staging: from = "", prod: to = "" } = project.environmentIds ?? {};
  const groupIn = async (environmentId: string) =>
    (await EnvGroup.definition.create(api, { ...group, name: environmentId, environmentId }, lifecycleCall())).id;
  const [old, next] = [await groupIn(from), await groupIn(to)];
  const service = await created(sandbox, { environmentId: from, envGroups: [{ id: old }] });
  const { writes: made } = await updated(sandbox, service, {
    ...{ ...service.all, environmentId: to, envGroups: [{ id: next }] },
  });
  expect(made).toEqual([
    `DELETE /v1/env-groups/${old}/services/${service.id}`,
    `POST /v1/environments/${to}/resources`,
    `POST /v1/env-groups/${next}/services/${service.id}`,
    `POST /v1/services/${service.id}/deploys`,
  ]);
});

test("a worker and a cron job are created and refreshed without a difference, and are found by name", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const { healthCheckPath: _, ...common } = inputs;
  const worker = { ...common, name: "mais-dev-worker", numInstances: 1, maxShutdownDelaySeconds: 120 };
  const cron = { ...common, name: "mais-dev-nightly", schedule: "0 3 * * *" };
  const madeWorker = await BackgroundWorker.definition.create(api, worker, lifecycleCall());
  const madeCron = await CronJob.definition.create(api, cron, lifecycleCall());
  expect([madeWorker.id.slice(0, 4), madeCron.id.slice(0, 4)]).toEqual(["srv-", "crn-"]);
  const liveWorker = await BackgroundWorker.definition.read(api, madeWorker.id, {
    ...{ ...lifecycleCall(), inputs: worker, outputs: madeWorker },
  });
  const liveCron = await CronJob.definition.read(api, madeCron.id, {
    ...{ ...lifecycleCall(), inputs: cron, outputs: madeCron },
  });
  expect(driftOf(BackgroundWorker.definition, worker, liveWorker ?? {})).toEqual([]);
  expect(driftOf(CronJob.definition, cron, liveCron ?? {})).toEqual([]);
  const start = writes(sandbox).length;
  const changed = new Set(["schedule"] as const);
  const call = { ...lifecycleCall(), olds: cron, outputs: madeCron, changed };
  await CronJob.definition.update?.(api, madeCron.id, { ...cron, schedule: "30 4 * * *" }, call);
  expect(writes(sandbox).slice(start)).toEqual([`PATCH /v1/services/${madeCron.id}`]);
  expect(await CronJob.definition.find?.(api, { ...cron, name: "mais-dev-worker" }, lifecycleCall())).toHaveLength(1);
});
