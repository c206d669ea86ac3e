import { expect, test } from "vitest";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { created, definition, driftOf, type Inputs, inputs, instant, path, updated } from "./render-run.ts";

test("variables that others set are neither read nor touched; a removed one of ours goes", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  await from.api.putEntry(path(from.id).replace("/v1", ""), "env-vars", "THEIRS", { value: "x" }, lifecycleCall());
  const live = await definition.read(from.api, from.id, { ...lifecycleCall(), inputs, outputs: from.made });
  expect(live?.envVars).toEqual(inputs.envVars);
  const { LOG_LEVEL: _, ...envVars } = inputs.envVars;
  await updated(sandbox, from, { ...inputs, envVars });
  expect(Object.keys(await from.api.envVars(from.id, lifecycleCall())).sort()).toEqual([
    "JWT_SECRET",
    "THEIRS",
    "TOKEN",
  ]);
});

test("a refresh right after creation finds nothing changed, with every kind of input", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox, {
    ...{ rootDirectory: "apps/api", preDeployCommand: "npm run migrate", maxShutdownDelaySeconds: 60 },
    ...{ numInstances: 2, maintenanceMode: { enabled: false, uri: "" }, previews: { generation: "off" as const } },
    autoscaling: { enabled: true, min: 2, max: 4, criteria: { cpu: { enabled: true, percentage: 70 } } },
    secretFiles: { "key.pem": { content: "k" } },
    customDomains: [{ name: "mais.example" }, { name: "api.mais.example" }],
    ipAllowLists: [{ cidrBlock: "10.0.0.0/8", description: "office" }],
    logStreamOverride: { setting: "send" as const, endpoint: "logs.example:6514", token: "t" },
    notificationOverride: { notificationsToSend: "all" as const },
  });
  const live = await definition.read(from.api, from.id, { ...lifecycleCall(), inputs: from.all, outputs: from.made });
  expect(driftOf(definition, from.all, live ?? {})).toEqual([]);
  expect(live?.activeCustomDomains?.map(({ name }) => name).sort()).toEqual([
    ...["api.mais.example", "mais.example", "www.mais.example"],
  ]);
});

test("what somebody changed in the dashboard shows as drift", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  await from.api.updateService(from.id, { autoDeploy: "yes", serviceDetails: { plan: "pro" } }, lifecycleCall());
  await from.api.deleteEntry(`/services/${from.id}`, "env-vars", "JWT_SECRET", lifecycleCall());
  const live = await definition.read(from.api, from.id, { ...lifecycleCall(), inputs, outputs: from.made });
  expect(driftOf(definition, inputs, live ?? {}).sort()).toEqual(["envVars", "plan", "runtimeSource"]);
});

test("an import reads all that a user would write", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const live = await definition.read(from.api, from.id, { ...lifecycleCall(), inputs: undefined, outputs: undefined });
  expect(live).toMatchObject({
    ...{ id: from.id, name: "mais-dev-api", plan: "starter", region: "frankfurt", startCommand: "npm start" },
    ...{ runtimeSource: inputs.runtimeSource, healthCheckPath: "/health", numInstances: 1 },
    envVars: { JWT_SECRET: { value: "one" }, LOG_LEVEL: { value: "info" }, TOKEN: { value: expect.any(String) } },
  });
  expect(definition.check?.(live as Inputs)).toEqual([]);
});

test("images: the user's spelling stays on refresh, a new tag is deployed, an unchanged one keeps its digest", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const image = { ...inputs, startCommand: undefined, runtimeSource: { image: { imageUrl: "nginx" } } };
  const from = await created(sandbox, image);
  const live = await definition.read(from.api, from.id, { ...lifecycleCall(), inputs: from.all, outputs: from.made });
  expect(driftOf(definition, from.all, live ?? {})).toEqual([]);
  const tagged = { ...from.all, runtimeSource: { image: { imageUrl: "nginx", tag: "1.29" } } };
  await updated(sandbox, from, tagged);
  const [newest] = await from.api.deploys(from.id, lifecycleCall());
  expect(newest?.image?.ref).toBe("docker.io/library/nginx:1.29");
});

test("a service with the same name is found, whatever its type, and nothing else is", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { id, api } = await created(sandbox);
  const found = await definition.find?.(api, inputs, lifecycleCall());
  expect(found).toEqual([{ id, label: "mais-dev-api", createdAt: sandbox.clock.now().getTime() }]);
  expect(await definition.find?.(api, { ...inputs, name: "mais-dev" }, lifecycleCall())).toEqual([]);
});

test("deleting twice is fine; afterwards the service reads as absent", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id, all, made } = await created(sandbox);
  await definition.delete(api, id, { ...lifecycleCall(), inputs: all, outputs: made });
  await definition.delete(api, id, { ...lifecycleCall(), inputs: all, outputs: made });
  expect(await definition.read(api, id, { ...lifecycleCall(), inputs: all, outputs: made })).toBeUndefined();
});
