import { ApiError, PartialFailure } from "@mais/provider-kit";
import { expect, test } from "vitest";
import { provider } from "../../packages/render/provider.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import {
  connectTo,
  created,
  definition,
  failureOf,
  type Inputs,
  inputs,
  instant,
  path,
  post,
  updated,
  writes,
} from "./render-run.ts";

test("a service is one POST: its first deploy already has the variables", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { made } = await created(sandbox);
  expect(writes(sandbox)).toEqual(["POST /v1/services"]);
  expect(sandbox.services.deployed).toHaveLength(1);
  expect(sandbox.services.deployed[0]?.variables).toEqual({
    ...{ JWT_SECRET: "one", LOG_LEVEL: "info" },
    TOKEN: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  });
  expect(made).toMatchObject({ slug: "mais-dev-api", url: "https://mais-dev-api.onrender.com" });
});

test("creating waits for the deploy to go live and says how it goes on", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 1_000 } });
  const call = lifecycleCall({ progress: () => sandbox.clock.advance(400) });
  await definition.create(connectTo(sandbox), inputs, call);
  expect(call.said.map((line) => line.replace(/dep-\w+/, "ID"))).toEqual([
    ...["deploy ID: created", "deploy ID: build in progress", "deploy ID: update in progress", "deploy ID: live"],
  ]);
});

test("a service whose first deploy fails is kept, and the next run finishes it", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  sandbox.services.failNext("exited with code 1");
  const failure = await failureOf(definition.create(connectTo(sandbox), inputs, lifecycleCall()));
  if (!(failure instanceof PartialFailure)) throw failure;
  expect(failure.id).toMatch(/^srv-/);
  expect(failure.live).toMatchObject({ url: "https://mais-dev-api.onrender.com" });
  expect(failure.reasons[0]).toMatch(
    /deploy dep-\w+ ended as update_failed: the new version did not start .*run the same command again.*\nIts last lines:\n {2}\| exited with code 1$/,
  );
  const again = { ...lifecycleCall(), olds: inputs, outputs: {}, changed: new Set<keyof Inputs>() };
  await definition.update?.(connectTo(sandbox), failure.id, inputs, again);
  expect(writes(sandbox)).toEqual(["POST /v1/services", `POST ${path(failure.id, "/deploys")}`]);
  expect(again.said.at(-1)).toMatch(/: live$/);
});

test("a deploy that outlasts the time for it leaves the service with its id, and the next run goes on waiting", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 1_000 } });
  const stop = new AbortController();
  const call = lifecycleCall({ signal: stop.signal, progress: () => stop.abort(new Error("time is up")) });
  const failure = await failureOf(definition.create(connectTo(sandbox), inputs, call));
  if (!(failure instanceof PartialFailure)) throw failure;
  expect(failure.reasons[0]).toMatch(/waiting ended .* at deploy dep-\w+: created; Render goes on with it/);
  sandbox.clock.advance(1_000);
  const again = { ...lifecycleCall(), olds: inputs, outputs: failure.live, changed: new Set<keyof Inputs>() };
  await definition.update?.(connectTo(sandbox), failure.id, inputs, again);
  expect(writes(sandbox)).toEqual(["POST /v1/services"]);
});

test("what the create call does not take is made good by the next run, too", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const other = await created(sandbox, { name: "other", customDomains: [{ name: "api.mais.example" }] });
  const wanted: Inputs = { ...inputs, customDomains: [{ name: "api.mais.example" }] };
  const failure = await failureOf(definition.create(other.api, wanted, lifecycleCall()));
  if (!(failure instanceof PartialFailure)) throw failure;
  expect(failure.reasons[0]).toContain("custom domain api.mais.example already exists");
  await other.api.removeCustomDomain(other.id, "api.mais.example", lifecycleCall());
  const again = { ...lifecycleCall(), olds: wanted, outputs: failure.live, changed: new Set<keyof Inputs>() };
  const live = await definition.update?.(other.api, failure.id, wanted, again);
  expect(live?.activeCustomDomains?.map(({ name }) => name)).toEqual(["api.mais.example"]);
  expect(live?.deployedSource).toBe("https://github.com/acme/mais#main");
});

test("a new source whose deploy failed is deployed by the next change, whatever that is", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const { nativeRuntime } = inputs.runtimeSource;
  const branched: Inputs = { ...inputs, runtimeSource: { nativeRuntime: { ...nativeRuntime, branch: "release" } } };
  sandbox.services.failNext("exited with code 1");
  sandbox.clock.advance(1_000);
  expect(await failureOf(updated(sandbox, from, branched))).toBeInstanceOf(PartialFailure);
  const [failed] = await from.api.deploys(from.id, lifecycleCall());
  const half = { ...from, all: branched };
  sandbox.clock.advance(1_000);
  await updated(sandbox, half, { ...branched, envVars: { ...inputs.envVars, LOG_LEVEL: { value: "debug" } } });
  const [newest] = await from.api.deploys(from.id, lifecycleCall());
  expect(newest).toMatchObject({ status: "live", commit: { id: failed?.commit?.id } });
});

test("the running commit is pinned, however many deploys failed since", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  sandbox.clock.advance(1_000);
  await from.api.startDeploy(from.id, { commitId: "a".repeat(40) }, lifecycleCall());
  for (let attempt = 0; attempt < 20; attempt++) {
    sandbox.clock.advance(1_000);
    sandbox.services.failNext("exited with code 1");
    await from.api.startDeploy(from.id, { commitId: "f".repeat(40) }, lifecycleCall());
  }
  sandbox.clock.advance(1_000);
  await updated(sandbox, from, { ...inputs, plan: "standard" });
  const [newest] = await from.api.deploys(from.id, lifecycleCall());
  expect(newest).toMatchObject({ status: "live", commit: { id: "a".repeat(40) } });
});

test("several changes cause one deploy, of the commit that runs already", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const { writes: made } = await updated(sandbox, from, {
    ...{ ...inputs, plan: "standard", healthCheckPath: "/health/live", startCommand: "node server.js" },
    envVars: { ...inputs.envVars, JWT_SECRET: { value: "two" }, SENTRY_DSN: { value: "https://k@s.invalid/1" } },
  });
  expect(made).toEqual([
    `PATCH ${path(from.id)}`,
    ...["JWT_SECRET", "SENTRY_DSN"].map((key) => `PUT ${path(from.id, `/env-vars/${key}`)}`),
    `POST ${path(from.id, "/deploys")}`,
  ]);
  const trigger = sandbox.requests().find(({ method, path: at }) => method === "POST" && at.endsWith("/deploys"));
  expect(trigger?.requestText).toBe('{"deployMode":"deploy_only"}');
  expect(sandbox.services.deployed.at(-1)).toMatchObject({
    ...{ startCommand: "node server.js", healthCheckPath: "/health/live" },
    variables: { JWT_SECRET: "two", SENTRY_DSN: "https://k@s.invalid/1" },
  });
});

test("what acts at once causes no deploy", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const criteria = { cpu: { enabled: true, percentage: 70 }, memory: { enabled: true, percentage: 75 } };
  const scaled = await updated(sandbox, from, {
    ...{ ...inputs, name: "mais-dev-api-2" },
    autoscaling: { enabled: true, min: 2, max: 6, criteria },
    notificationOverride: { notificationsToSend: "failure" },
    customDomains: [{ name: "api.mais.example" }],
  });
  expect(scaled.writes).toEqual([
    `PATCH ${path(from.id)}`,
    `PUT ${path(from.id, "/autoscaling")}`,
    `PATCH /v1/notification-settings/overrides/services/${from.id}`,
    `POST ${path(from.id, "/custom-domains")}`,
  ]);
  expect(scaled.live?.activeCustomDomains?.map(({ name }) => name)).toEqual(["api.mais.example"]);
});

test("a change that the build sees builds the running commit anew; another branch brings its own code", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const { nativeRuntime } = inputs.runtimeSource;
  const deployBody = async (news: Inputs) => {
    await updated(sandbox, from, news);
    const trigger = sandbox.requests().findLast(({ method, path: at }) => method === "POST" && at.endsWith("/deploys"));
    return JSON.parse(trigger?.requestText ?? "");
  };
  const commitId = expect.stringMatching(/^[0-9a-f]{40}$/);
  const rebuilt = {
    ...inputs,
    runtimeSource: { nativeRuntime: { ...nativeRuntime, buildCommand: "npm ci --omit=dev" } },
  };
  expect(await deployBody(rebuilt)).toEqual({ commitId });
  const node = { ...inputs, envVars: { ...inputs.envVars, NODE_VERSION: { value: "24" } } };
  expect(await deployBody(node)).toEqual({ commitId });
  const branch = { ...inputs, runtimeSource: { nativeRuntime: { ...nativeRuntime, branch: "release" } } };
  expect(await deployBody(branch)).toEqual({});
});

test("after a rollback a changed setting keeps the commit that was rolled back to", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const [first] = await from.api.deploys(from.id, lifecycleCall());
  sandbox.clock.advance(1_000);
  await from.api.startDeploy(from.id, { commitId: "f".repeat(40) }, lifecycleCall());
  sandbox.clock.advance(1_000);
  await post(sandbox, path(from.id, "/rollback"), { deployId: first?.id });
  sandbox.clock.advance(1_000);
  await updated(sandbox, from, { ...inputs, envVars: { ...inputs.envVars, LOG_LEVEL: { value: "debug" } } });
  const [newest] = await from.api.deploys(from.id, lifecycleCall());
  expect(newest).toMatchObject({ status: "live", commit: { id: first?.commit?.id } });
});

test("a suspended service is changed and not deployed, and the user is told", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  await post(sandbox, path(from.id, "/suspend"));
  const news: Inputs = { ...inputs, plan: "standard" };
  const { said, warned, writes: made } = await updated(sandbox, from, news);
  expect(made).toEqual([`PATCH ${path(from.id)}`]);
  expect([warned, said.at(-1)]).toEqual([[], expect.stringContaining("is suspended: the change is made")]);
});

test("a disk is grown in place and never taken away", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox, { disk: { name: "data", mountPath: "/data", sizeGb: 5 } });
  const { disk: _, ...without } = from.all;
  expect((await failureOf(updated(sandbox, from, without))).message).toContain(
    'Disk "data" of mais-dev-api holds data',
  );
  const smaller = { ...from.all, disk: { name: "data", mountPath: "/data", sizeGb: 1 } };
  expect((await failureOf(updated(sandbox, from, smaller))).message).toContain("cannot shrink");
  await updated(sandbox, from, { ...from.all, disk: { name: "data", mountPath: "/data", sizeGb: 10 } });
  expect((await from.api.service(from.id, lifecycleCall())).serviceDetails.disk?.sizeGB).toBe(10);
});

test("inputs that contradict each other are all named at once", () => {
  const { nativeRuntime } = inputs.runtimeSource;
  const problems = definition.check?.({
    ...{ ...inputs, startCommand: undefined, numInstances: 2 },
    runtimeSource: { nativeRuntime: { ...nativeRuntime, autoDeployTrigger: "commit" }, image: { imageUrl: "nginx" } },
    envVars: { BOTH: { value: "x", generateValue: true }, NONE: {} },
    disk: { name: "data", mountPath: "/data", sizeGb: 1 },
  });
  const properties = problems?.map(({ property }) => property);
  expect(properties).toEqual([
    ...["envVars.BOTH", "envVars.NONE", "runtimeSource", "startCommand", "runtimeSource", "disk"],
  ]);
});

test("a key of another workspace is refused before anything is sent but the question", async () => {
  await using sandbox = await startSandbox(["render"]);
  const owner = { ownerId: "tea-someone0000000000000" };
  const other = connectTo(sandbox, "sandbox_render", owner.ownerId);
  const refusal = await failureOf(provider.verifyAccount?.(other, owner, lifecycleCall().signal) ?? Promise.resolve());
  expect(refusal.message).toContain("RENDER_API_KEY does not open the workspace tea-someone0000000000000");
  const wrongKey = await failureOf(connectTo(sandbox, "rnd_wrong_key").owner(lifecycleCall()));
  expect(wrongKey).toBeInstanceOf(ApiError);
  expect(wrongKey.message).toContain("Set RENDER_API_KEY to a key that is valid");
  expect(wrongKey.message).not.toContain("rnd_wrong_key");
  expect(writes(sandbox)).toEqual([]);
});
