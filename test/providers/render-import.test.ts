import { expect, test } from "vitest";
import { provider } from "../../packages/render/provider.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { connectTo, inputs, instant, post, writes } from "./render-run.ts";

const urn = (name: string) => `urn:pulumi:dev::mais::render:index/webService:WebService::${name}`;
const { TOKEN: _token, ...envVars } = inputs.envVars;
const { healthCheckPath: _path, envVars: _vars, ...bare } = { ...inputs, name: "mais-dev-api" };
const { nativeRuntime } = inputs.runtimeSource;

/** What an import of a service that `made` describes would change, were `program` the program; and what it sends. */
async function plan(made: object, program: object = made) {
  await using sandbox = await startSandbox(["render"], instant);
  using folder = temporaryFolder();
  const run = runProvider(provider, connectTo(sandbox), folder.path);
  const { id } = await run.create(urn("first"), { ...bare, ...made });
  const imported = await run.import(urn("second"), id);
  if (!imported) throw new Error("it is gone");
  const { changed } = run.diff(imported, { ...bare, ...program });
  const before = writes(sandbox).length;
  await run.update(imported, { ...bare, ...program });
  return {
    changed,
    sent: writes(sandbox)
      .slice(before)
      .map((write) => write.replace(id, "ID")),
  };
}

test.each([
  ["nothing but what is required", {}],
  ["what the API tier gives", { envVars, numInstances: 1, healthCheckPath: "/health", rootDirectory: "apps/api" }],
  [
    "autoscaling by one criterion",
    { autoscaling: { enabled: true, min: 1, max: 3, criteria: { cpu: { enabled: true, percentage: 70 } } } },
  ],
  ["an image", { startCommand: undefined, runtimeSource: { image: { imageUrl: "nginx" } } }],
  ["an image with its tag", { startCommand: undefined, runtimeSource: { image: { imageUrl: "nginx", tag: "1.29" } } }],
  [
    "a Dockerfile",
    { startCommand: undefined, runtimeSource: { docker: { repoUrl: nativeRuntime.repoUrl, branch: "main" } } },
  ],
  ["automatic deploys, unsaid", { runtimeSource: { nativeRuntime: { ...nativeRuntime, autoDeploy: undefined } } }],
  [
    "automatic deploys, finely",
    { runtimeSource: { nativeRuntime: { ...nativeRuntime, autoDeploy: undefined, autoDeployTrigger: "checksPass" } } },
  ],
  [
    "every default, spelt out",
    {
      ...{
        numInstances: 1,
        maxShutdownDelaySeconds: 30,
        previews: { generation: "off" },
        maintenanceMode: { enabled: false },
      },
      ...{ envVars: {}, secretFiles: {}, notificationOverride: { notificationsToSend: "default" } },
    },
  ],
])("an import of a service with %s plans nothing against its own program", async (_what, made) => {
  expect((await plan(made)).changed).toEqual([]);
});

test("what Render says of a service that nobody configured is no change to a program without it", async () => {
  const spelt = {
    ...{
      numInstances: 1,
      maxShutdownDelaySeconds: 30,
      previews: { generation: "off" },
      maintenanceMode: { enabled: false },
    },
    ...{
      rootDirectory: ".",
      envVars: {},
      secretFiles: {},
      ipAllowLists: [{ cidrBlock: "0.0.0.0/0", description: "all" }],
    },
  };
  expect(await plan(spelt, {})).toEqual({ changed: [], sent: [] });
});

test("a true difference is named, and put right in one deploy at most", async () => {
  const made = { envVars, maintenanceMode: { enabled: true }, previews: { generation: "automatic" }, numInstances: 2 };
  expect(await plan(made, { envVars })).toEqual({
    changed: ["maintenanceMode", "numInstances", "previews"],
    sent: ["PATCH /v1/services/ID"],
  });
  const trigger = { runtimeSource: { nativeRuntime: { ...nativeRuntime, autoDeploy: undefined } } };
  expect((await plan({}, trigger)).changed).toEqual(["runtimeSource"]);
});

test("a default that the program says anew is set, since nobody knows what was there", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  using folder = temporaryFolder();
  const run = runProvider(provider, connectTo(sandbox), folder.path);
  const state = await run.create(urn("api"), bare);
  await post(sandbox, `/v1/services/${state.id}/scale`, { numInstances: 5 });
  const told = { ...bare, numInstances: 1 };
  expect(run.diff(state, told).changed).toEqual(["numInstances"]);
});

test("probe times are refused with the way to where they are set", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  using folder = temporaryFolder();
  const run = runProvider(provider, connectTo(sandbox), folder.path);
  await expect(run.create(urn("api"), { ...bare, healthCheckInterval: 30 })).rejects.toThrow(
    /healthCheckInterval is not Render's to set: .*api\.health\.intervalSeconds/,
  );
  expect(writes(sandbox)).toEqual([]);
});
