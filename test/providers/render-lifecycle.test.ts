import { expect, test } from "vitest";
import { provider } from "../../packages/render/provider.ts";
import { officialDifferences } from "../helpers/official-shape.ts";
import { type ProviderRun, runProvider } from "../helpers/provider-run.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { connectTo, inputs, instant, writes } from "./render-run.ts";

const urn = (token: string, name: string) => `urn:pulumi:dev::mais::render:index/${token}::${name}`;
const apiUrn = urn("webService:WebService", "api");
const { name: _, ...unnamed } = inputs;
type Api = ReturnType<typeof connectTo>;

/** The engine's view of a sandbox whose deploys are live at once. */
async function start(): Promise<AsyncDisposable & { sandbox: Sandbox; api: Api; run: ProviderRun }> {
  const sandbox = await startSandbox(["render"], instant);
  const folder = temporaryFolder();
  const api = connectTo(sandbox);
  return {
    ...{ sandbox, api, run: runProvider(provider, api, folder.path) },
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

test("the resources are the official ones, with additions and no contradiction", () => {
  const service = {
    added: ["dashboardUrl", "deployedSource", "envGroups", "unfinishedDeploy"],
    missing: [],
    contradicting: [],
  };
  const withDisk = {
    ...service,
    added: ["dashboardUrl", "deployedSource", "envGroups", "replaceData", "unfinishedDeploy"],
  };
  const same = { added: [], missing: [], contradicting: [] };
  expect(officialDifferences(provider, "render")).toEqual({
    // Only the names of their elements' types differ: the bridge puts those into the singular.
    "render:index/webService:WebService": {
      ...{ ...withDisk, contradicting: ["activeCustomDomains", "customDomains", "ipAllowLists"] },
    },
    "render:index/backgroundWorker:BackgroundWorker": withDisk,
    "render:index/cronJob:CronJob": service,
    "render:index/envGroup:EnvGroup": { ...same, added: ["revision"] },
    "render:index/envGroupLink:EnvGroupLink": same,
    "render:index/project:Project": { ...same, added: ["environmentIds"] },
    "render:index/registryCredential:RegistryCredential": same,
    "render:index/notificationSetting:NotificationSetting": same,
    "render:index/webhook:Webhook": same,
  });
});

test("a refresh right after creation finds no difference, in any resource", async () => {
  await using started = await start();
  const { run } = started;
  const environments = { dev: { name: "dev", protectedStatus: "unprotected" } };
  const project = await run.create(urn("project:Project", "project"), { environments });
  const { dev } = project.outputs.environmentIds as Record<string, string>;
  const { healthCheckPath: _path, ...common } = { ...unnamed, environmentId: dev };
  const api = await run.create(apiUrn, { ...unnamed, environmentId: dev, customDomains: [{ name: "mais.example" }] });
  const group = await run.create(urn("envGroup:EnvGroup", "shared"), { envVars: { A: { value: "1" } } });
  const link = { envGroupId: group.id, serviceIds: [api.id] };
  const made = [
    ...[project, api, group],
    await run.create(urn("envGroup:EnvGroup", "empty"), {}),
    await run.create(urn("envGroupLink:EnvGroupLink", "link"), link),
    await run.create(urn("backgroundWorker:BackgroundWorker", "worker"), common),
    await run.create(urn("cronJob:CronJob", "cron"), { ...common, schedule: "0 3 * * *" }),
  ];
  for (const object of made) expect(await run.refresh(object)).toEqual(object);
  expect(api.inputs.name).toBe("mais-dev-api");
});

test("an imported service takes the program's inputs without a change, and its first update deploys the running commit", async () => {
  await using started = await start();
  const { run, sandbox } = started;
  const { id } = await run.create(urn("webService:WebService", "first"), { ...unnamed, name: "mais-dev-api" });
  const imported = await run.import(apiUrn, id);
  if (!imported) throw new Error("it is gone");
  const { TOKEN: _token, ...envVars } = unnamed.envVars;
  // What the import took up beyond the program's own inputs is given up without a change at Render.
  const before = writes(sandbox).length;
  const { changed } = run.diff(imported, { ...imported.inputs });
  expect(changed).toEqual([]);
  await run.update(imported, { ...imported.inputs, envVars: { ...envVars, LOG_LEVEL: { value: "debug" } } });
  const [, , ...rest] = writes(sandbox).slice(before);
  expect(rest).toEqual([`POST /v1/services/${id}/deploys`]);
});

test("a create whose answer was lost is adopted by the next run, which waits for its deploy", async () => {
  await using started = await start();
  const { run, sandbox, api } = started;
  const send = api.createService.bind(api);
  api.createService = async (body, stop) => {
    await send(body, stop);
    throw new Error("connection cut");
  };
  sandbox.clock.advance(Date.now() - sandbox.clock.now().getTime());
  sandbox.services.failNext("exited with code 1");
  await expect(run.create(apiUrn, unnamed)).rejects.toThrow("connection cut");
  const adopted = await run.create(apiUrn, unnamed);
  expect(run.warnings[0]).toContain(`Adopted mais-dev-api (${adopted.id})`);
  expect(writes(sandbox)).toEqual(["POST /v1/services", `POST /v1/services/${adopted.id}/deploys`]);
  expect(await run.refresh(adopted)).toEqual(adopted);
});

test("somebody else's service of the same name is refused with its import command, and stays as it is", async () => {
  await using started = await start();
  const { run, sandbox } = started;
  const { id } = await run.create(urn("webService:WebService", "theirs"), { ...unnamed, name: "mais-dev-api" });
  await expect(run.create(apiUrn, unnamed)).rejects.toThrow(`render:index/webService:WebService api ${id}`);
  expect(writes(sandbox)).toEqual(["POST /v1/services"]);
});

test("only another region replaces a service, the old one first because names are unique", async () => {
  await using started = await start();
  const { run } = started;
  const api = await run.create(apiUrn, unnamed);
  expect(run.diff(api, { ...unnamed, region: "oregon" })).toEqual({
    ...{ changed: ["region"], replaces: true, createBeforeDelete: false },
  });
  const rest = { plan: "pro", startCommand: "node .", runtimeSource: { image: { imageUrl: "nginx" } } };
  expect(run.diff(api, { ...unnamed, ...rest }).replaces).toBe(false);
});

test("a service whose disk a replacement would lose is not replaced, unless replaceData names it", async () => {
  await using started = await start();
  const { run } = started;
  const disk = { name: "data", mountPath: "/data", sizeGb: 1 };
  const api = await run.create(apiUrn, { ...unnamed, disk });
  const moved = { ...unnamed, disk, region: "oregon" };
  expect(() => run.diff(api, moved)).toThrow(/region .*"api" holds data/);
  expect(run.diff(api, { ...moved, replaceData: "api" }).replaces).toBe(true);
});
