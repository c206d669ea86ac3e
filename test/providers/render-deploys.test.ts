import { expect, test } from "vitest";
import { DeployFailed } from "../../packages/render/deploy-failure.ts";
import { awaitLive } from "../../packages/render/deploy-watch.ts";
import { EnvGroup } from "../../packages/render/env-group.ts";
import type { Service } from "../../src/sandbox/render/state.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import {
  connectTo,
  created,
  definition,
  failureOf,
  type Inputs,
  inputs,
  instant,
  path,
  updated,
  writes,
} from "./render-run.ts";

const slow = { delays: { renderDeploy: 1_000 } };
const stored = (sandbox: Sandbox, id: string) => sandbox.store("render").collection<Service>("services").get(id);
const deploysIn = (made: string[]) => made.filter((write) => write.endsWith("/deploys"));

test("while it waits, the newest line of the log stands beside the phase, without what only Render knows", async () => {
  await using sandbox = await startSandbox(["render"], slow);
  const { api, call, said } = watched(sandbox);
  await definition.create(api, inputs, call);
  const lines = said.map((line) => line.replace(/dep-\w+/, "ID"));
  expect(lines).toContain("deploy ID: build in progress | compiled [secret] in 3 s");
  expect(lines.at(-1)).toBe("deploy ID: live");
});

/** A client whose service prints the value that Render made up for it, in colour; each look at it takes half a deploy. */
function watched(sandbox: Sandbox) {
  const api = connectTo(sandbox);
  const call = lifecycleCall({ progress: () => sandbox.clock.advance(110) });
  api.logLines = async (id) => {
    sandbox.clock.advance(450);
    const token = stored(sandbox, id)?.envVars.find(({ key }) => key === "TOKEN")?.value;
    return [`\u001b[32mcompiled ${token}\u001b[0m in\t3 s`];
  };
  return { api, call, said: call.said };
}

test("of a log nothing is shown unless all that must be hidden is known, and that fails no deploy", async () => {
  await using sandbox = await startSandbox(["render"], { ...slow, contract: "unchecked" });
  const { api, call, said } = watched(sandbox);
  api.envGroupsOf = () => Promise.reject(new Error("forbidden"));
  await definition.create(api, inputs, call);
  expect(said.filter((line) => line.includes("|"))).toEqual([]);
  expect(said.at(-1)).toMatch(/: live$/);
});

test("a phase that outlasts Render's own limit ends the wait, unless customTimeouts say how long it may take", async () => {
  await using sandbox = await startSandbox(["render"], slow);
  const api = connectTo(sandbox);
  const { service } = await api.createService({ ...body, name: "slow" }, lifecycleCall());
  const stuck = { serviceId: service.id, before: [], phaseMinutes: 0 };
  const failure = await failureOf(awaitLive(api, stuck, lifecycleCall()));
  expect(failure).toBeInstanceOf(DeployFailed);
  expect(failure.message).toMatch(/: created for 0 minutes, which is Render's own limit\. .*customTimeouts/);
  const patient = { ...lifecycleCall({ progress: () => sandbox.clock.advance(1_000) }), customTimeoutSeconds: 60 };
  await awaitLive(api, stuck, patient);
  expect(patient.said.at(-1)).toMatch(/: live$/);
});

const body = {
  ...{ type: "web_service", ownerId: "tea-sandbox0000000000000", repo: "https://github.com/acme/mais", branch: "main" },
  serviceDetails: { runtime: "node", envSpecificDetails: { buildCommand: "npm ci", startCommand: "npm start" } },
};

test("an update whose deploy is not live in time goes on waiting in the next run, and deploys nothing twice", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  sandbox.world.delays.renderDeploy = 1_000;
  sandbox.clock.advance(1_000);
  const news: Inputs = { ...inputs, plan: "standard" };
  const stop = new AbortController();
  const call = lifecycleCall({ signal: stop.signal, progress: () => stop.abort(new DOMException("", "TimeoutError")) });
  const update = { ...call, olds: inputs, outputs: from.made, changed: new Set(["plan"] as const) };
  const failure = await failureOf(Promise.resolve(definition.update?.(from.api, from.id, news, update)));
  expect(failure.message).toContain("waiting ended (the time for it is over)");
  // The engine keeps the outputs of the failed update, and the inputs from before it.
  const { live: half } = failure as unknown as { live: typeof from.made };
  const outputs = { ...from.made, ...half };
  const start = writes(sandbox).length;
  const said = lifecycleCall({ progress: () => sandbox.clock.advance(1_000) });
  const again = { ...said, olds: inputs, attempted: news, outputs, changed: update.changed };
  const live = await definition.update?.(from.api, from.id, news, again);
  expect(deploysIn(writes(sandbox).slice(start))).toEqual([]);
  expect(again.said.at(-1)).toMatch(/: live$/);
  expect(live).toMatchObject({ unfinishedDeploy: undefined });
  await definition.update?.(from.api, from.id, { ...news, startCommand: "node ." }, again);
  expect(deploysIn(writes(sandbox).slice(start))).toEqual([`POST ${path(from.id, "/deploys")}`]);
});

test("somebody's deploy of a newer commit ends first; then the change is deployed with that commit", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  sandbox.world.delays.renderDeploy = 1_000;
  sandbox.clock.advance(1_000);
  const theirs = "f".repeat(40);
  await from.api.startDeploy(from.id, { commitId: theirs }, lifecycleCall());
  const call = lifecycleCall({ progress: () => sandbox.clock.advance(1_000) });
  const changed = new Set(["plan"] as const);
  const news: Inputs = { ...inputs, plan: "standard" };
  await definition.update?.(from.api, from.id, news, { ...call, olds: inputs, outputs: from.made, changed });
  expect(call.said[0]).toMatch(/^Deploy dep-\w+ of another version is under way/);
  const deploys = await from.api.deploys(from.id, lifecycleCall());
  expect(deploys.map(({ status, commit }) => [status, commit?.id])).toEqual([
    ["live", theirs],
    ["deactivated", theirs],
    ["deactivated", expect.not.stringMatching(theirs)],
  ]);
});

const group = { name: "shared", envVars: { SHARED: { value: "one" } } };

test("with its env groups, a service's first version to go live has their variables", async () => {
  await using sandbox = await startSandbox(["render"], slow);
  const api = connectTo(sandbox);
  const { id, revision } = await EnvGroup.definition.create(api, group, lifecycleCall());
  const call = lifecycleCall({ progress: () => sandbox.clock.advance(400) });
  const made = await definition.create(api, { ...inputs, envGroups: [{ id, revision }] }, call);
  const deploys = await api.deploys(made.id, lifecycleCall());
  expect(deploys.map(({ status }) => status)).toEqual(["live", "canceled"]);
  expect(sandbox.services.deployed.at(-1)?.variables).toMatchObject({ SHARED: "one", LOG_LEVEL: "info" });
});

test("variables, a group, what changed in it, secret files and settings of one service are one deploy", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const from = await created(sandbox);
  const { id, revision } = await EnvGroup.definition.create(from.api, group, lifecycleCall());
  const news: Inputs = {
    ...{ ...inputs, plan: "standard", startCommand: "node .", secretFiles: { "key.pem": { content: "k" } } },
    ...{ envVars: { ...inputs.envVars, LOG_LEVEL: { value: "debug" } }, envGroups: [{ id, revision }] },
  };
  const first = await updated(sandbox, from, news);
  expect(deploysIn(first.writes)).toEqual([`POST ${path(from.id, "/deploys")}`]);
  expect(sandbox.services.deployed.at(-1)?.variables).toMatchObject({ SHARED: "one", LOG_LEVEL: "debug" });

  const wanted = { ...group, envVars: { SHARED: { value: "two" } } };
  const call = { ...lifecycleCall(), olds: group, outputs: { revision }, changed: new Set(["envVars"] as const) };
  const next = await EnvGroup.definition.update?.(from.api, id, wanted, call);
  expect(next?.revision).not.toBe(revision);
  sandbox.clock.advance(1_000);
  const again = await updated(
    sandbox,
    { ...from, all: news },
    { ...news, envGroups: [{ id, revision: next?.revision }] },
  );
  expect(again.writes).toEqual([`POST ${path(from.id, "/deploys")}`]);
  expect(sandbox.services.deployed.at(-1)?.variables).toMatchObject({ SHARED: "two" });
});

test("a create that broke off before its groups were deployed is finished with them", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const { id } = await EnvGroup.definition.create(api, group, lifecycleCall());
  const wanted: Inputs = { ...inputs, envGroups: [{ id }] };
  api.startDeploy = () => Promise.reject(new Error("connection cut"));
  const failure = await failureOf(definition.create(api, wanted, lifecycleCall()));
  const serviceId = (failure as unknown as { id: string }).id;
  const again = { ...lifecycleCall(), olds: wanted, outputs: {}, changed: new Set<keyof Inputs>() };
  await definition.update?.(connectTo(sandbox), serviceId, wanted, again);
  expect(sandbox.services.deployed.at(-1)?.variables).toMatchObject({ SHARED: "one" });
});

test("a linked service that is suspended is not deployed, and every failed one is named with its last lines", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { EnvGroupLink } = await import("../../packages/render/env-group-link.ts");
  const [one, two] = [await created(sandbox), await created(sandbox, { name: "asleep" })];
  const { id } = await EnvGroup.definition.create(one.api, group, lifecycleCall());
  const asleep = stored(sandbox, two.id);
  if (asleep) asleep.suspenders = ["user"];
  sandbox.services.failNext("exited with code 1");
  const call = lifecycleCall();
  const link = { envGroupId: id, serviceIds: [one.id, two.id] };
  const failure = await failureOf(EnvGroupLink.definition.create(one.api, link, call));
  expect(failure.message).toMatch(
    /^mais-dev-api .*ended as update_failed[\s\S]*Its last lines:\n {2}\| exited with code 1$/,
  );
  expect(call.said).toContain(`asleep (${two.id}) is suspended: it sees the change once it is resumed in Render`);
});
