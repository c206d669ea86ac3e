import { ApiError, PartialFailure } from "@mais/provider-kit";
import { Project } from "@pulumi/supabase";
import { provider } from "@pulumi/supabase/provider";
import { expect, test } from "vitest";
import { Supabase } from "../../packages/supabase/client.ts";
import { getApikeys, getPooler } from "../../packages/supabase/functions.ts";
import { connectionTo, lifecycleCall } from "../helpers/provider-connection.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { connect, makeProject, patientCall, wantedProject } from "../helpers/supabase-provider.ts";

test("a project is handed over once it and its services are healthy, with everything to connect", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = patientCall(sandbox);
  const project = await Project.definition.create(connect(sandbox), wantedProject, call);
  expect(project).toEqual({
    id: expect.stringMatching(/^[a-z]{20}$/),
    ...{ organizationId: "sandbox", name: "mais-dev", region: "eu-central-1", instanceSize: "micro" },
    url: `https://${project.id}.supabase.co`,
    ...{
      databaseHost: `db.${project.id}.supabase.co`,
      databasePort: 5432,
      databaseUser: "postgres",
      databaseName: "postgres",
    },
    poolerHost: expect.stringMatching(/^aws-\d-eu-central-1\.pooler\.supabase\.com$/),
    ...{ poolerPort: 6543, sessionPoolerPort: 5432, poolerUser: `postgres.${project.id}` },
    anonKey: expect.stringMatching(/^eyJ/),
    serviceRoleKey: expect.stringMatching(/^eyJ/),
    publishableKey: expect.stringMatching(/^sb_publishable_/),
    secretKey: expect.stringMatching(/^sb_secret_/),
  });
  expect(call.said.some((line) => line.includes("is COMING_UP"))).toBe(true);
  expect(call.said.at(-1)).toContain("pooler UNHEALTHY (Tenant not found)");
});

test("a project reads as it was made, and as gone once it is deleted, twice over", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id, ...made } = await makeProject(sandbox, api);
  const call = lifecycleCall();
  expect(await Project.definition.read(api, id, { ...call, inputs: wantedProject, outputs: {} })).toEqual(made);
  await Project.definition.delete(api, id, { ...call, inputs: wantedProject, outputs: {} });
  await Project.definition.delete(api, id, { ...call, inputs: wantedProject, outputs: {} });
  expect(await Project.definition.read(api, id, { ...call, inputs: wantedProject, outputs: {} })).toBeUndefined();
  expect(sandbox.requests().filter(({ status }) => status === 400)).not.toEqual([]);
});

test("a project is renamed, resized and given a new password in place", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id } = await makeProject(sandbox, api);
  const news = {
    ...wantedProject,
    name: "mais-next",
    databasePassword: "another-password",
    instanceSize: "small" as const,
  };
  const changed = new Set(["name", "databasePassword", "instanceSize"] as const);
  const call = { ...patientCall(sandbox), olds: wantedProject, outputs: {}, changed };
  const live = await Project.definition.update?.(api, id, news, call);
  expect(live).toMatchObject({ name: "mais-next", instanceSize: "small" });
  expect(call.said.some((line) => line.includes("is RESIZING"))).toBe(true);
  const stored = sandbox.store("supabase").collection<{ databasePassword: string }>("projects").get(id);
  expect(stored?.databasePassword).toBe("another-password");
});

test("a project that fails to start, or takes too long, keeps its id and is finished by the next run", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const slow = { ...wantedProject, timeouts: { create: "0s" } };
  const late = await Project.definition.create(api, slow, lifecycleCall()).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(PartialFailure);
  const { id, message } = late as PartialFailure;
  expect(message).toMatch(/did not finish within 0 s; is COMING_UP\. The project exists and stays in state/);
  const rest = { ...patientCall(sandbox), olds: wantedProject, outputs: {}, changed: new Set<never>() };
  expect(await Project.definition.update?.(api, id, wantedProject, rest)).toMatchObject({
    poolerPort: 6543,
    name: "mais-dev",
  });

  const projects = sandbox.store("supabase").collection<{ settled: string }>("projects");
  const failing = patientCall(sandbox);
  const call = {
    ...failing,
    progress(line: string) {
      for (const project of projects.list()) project.settled = "INIT_FAILED";
      failing.progress(line);
    },
  };
  const failed = await Project.definition
    .create(api, { ...wantedProject, name: "second" }, call)
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(PartialFailure);
  expect((failed as PartialFailure).reasons.join()).toMatch(/is INIT_FAILED: its creation failed/);
});

test("a paused project keeps the addresses that state knows", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id, ...made } = await makeProject(sandbox, api);
  const stored = sandbox.store("supabase").collection<{ settled: string }>("projects").get(id);
  if (stored) stored.settled = "INACTIVE";
  const outputs = { poolerHost: made.poolerHost ?? "", anonKey: made.anonKey };
  const live = await Project.definition.read(api, id, { ...lifecycleCall(), inputs: wantedProject, outputs });
  expect(live).toMatchObject({ name: "mais-dev", ...outputs });
});

test("a project is found by its name within its own organization only", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id } = await makeProject(sandbox, api);
  await makeProject(sandbox, api, { name: "mais-dev-2" });
  const find = (inputs: typeof wantedProject) => Project.definition.find?.(api, inputs, lifecycleCall());
  const at = sandbox.clock.now().getTime();
  expect(await find(wantedProject)).toEqual([
    { id, label: "Supabase project mais-dev", createdAt: expect.any(Number) },
  ]);
  expect((await find(wantedProject))?.[0]?.createdAt).toBeLessThanOrEqual(at);
  expect(await find({ ...wantedProject, organizationId: "other" })).toEqual([]);
});

test("on the free plan a size is refused with what to do, and without one the project has none", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox, {});
  const organizations = sandbox.store("supabase").collection("organizations");
  organizations.set("hobby", { id: "hobby", slug: "hobby", name: "Hobby", plan: "free" });
  const sized = Project.definition.create(api, { ...wantedProject, organizationId: "hobby" }, patientCall(sandbox));
  await expect(sized).rejects.toThrow(/answered 402 .*On the free plan leave instanceSize/);
  const { instanceSize: _none, ...free } = { ...wantedProject, organizationId: "hobby" };
  const made = await Project.definition.create(api, free, patientCall(sandbox));
  expect(made.instanceSize).toBeUndefined();
});

test("a provider bound to one organization refuses projects and tokens of another", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox, { organization: "elsewhere" });
  const signal = new AbortController().signal;
  await expect(provider.verifyAccount?.(api, { organization: "elsewhere" }, signal)).rejects.toThrow(
    /does not reach the organization "elsewhere" \(it reaches: sandbox\)/,
  );
  await expect(provider.verifyAccount?.(api, { organization: "sandbox" }, signal)).resolves.toBeUndefined();
  await expect(makeProject(sandbox, api)).rejects.toThrow(
    /belongs to organization "sandbox", this provider to "elsewhere"/,
  );
  expect(sandbox.requests().filter(({ method }) => method !== "GET")).toEqual([]);
});

test("a refused token is named by its variable, and its value is not shown", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const wrong = { SUPABASE_ACCESS_TOKEN: "wrong-token-value" };
  const api = new Supabase(connectionTo({ vendor: "Supabase", baseUrl: sandbox.url("supabase"), credentials: wrong }));
  const error = await api.listProjects(new AbortController().signal).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(String(error)).toMatch(/answered 401 .*Set SUPABASE_ACCESS_TOKEN/);
  expect(String(error)).not.toContain("wrong-token-value");
});

test("the official functions tell pooler addresses and keys", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id: projectRef, ...made } = await makeProject(sandbox, api);
  const call = lifecycleCall();
  expect(await getPooler.definition.run(api, { projectRef }, call)).toEqual({
    projectRef,
    url: { transaction: `postgresql://postgres.${projectRef}:[YOUR-PASSWORD]@${made.poolerHost}:6543/postgres` },
  });
  const { anonKey, serviceRoleKey, publishableKey, secretKey } = made;
  expect(await getApikeys.definition.run(api, { projectRef }, call)).toEqual({
    ...{ projectRef, anonKey, serviceRoleKey, publishableKey },
    secretKeys: [{ name: "default", apiKey: secretKey }],
  });
});
