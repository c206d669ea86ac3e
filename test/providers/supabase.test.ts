import { ApiError, PartialFailure } from "@mais/provider-kit";
import { Bucket, Project, Settings } from "@pulumi/supabase";
import { provider } from "@pulumi/supabase/provider";
import { expect, test } from "vitest";
import { Supabase } from "../../packages/supabase/client.ts";
import { connectionTo, lifecycleCall } from "../helpers/provider-connection.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";

const credentials = { SUPABASE_ACCESS_TOKEN: "sandbox_supabase" };

function connect(sandbox: Sandbox, config: { organizationId?: string } = { organizationId: "sandbox" }): Supabase {
  const connection = connectionTo({ vendor: "Supabase", baseUrl: sandbox.url("supabase"), credentials, config });
  return new Supabase(connection, { firstPauseMs: 1, longestPauseMs: 1 });
}

/** Each look at something unfinished lets the sandbox's clock run on. */
function patientCall(sandbox: Sandbox) {
  return lifecycleCall({ progress: () => sandbox.clock.advance(400) });
}

const wanted = {
  organizationId: "sandbox",
  name: "mais-dev",
  databasePassword: "correct-horse-battery",
  region: "eu-central-1" as const,
  instanceSize: "micro" as const,
};

async function makeProject(sandbox: Sandbox, api: Supabase, change: Partial<typeof wanted> = {}) {
  return Project.definition.create(api, { ...wanted, ...change }, patientCall(sandbox));
}

test("a project is handed over once it and its services are healthy, with everything to connect", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const call = patientCall(sandbox);
  const project = await Project.definition.create(connect(sandbox), wanted, call);
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
  expect(await Project.definition.read(api, id, { ...call, inputs: wanted, outputs: {} })).toEqual(made);
  await Project.definition.delete(api, id, { ...call, inputs: wanted, outputs: {} });
  await Project.definition.delete(api, id, { ...call, inputs: wanted, outputs: {} });
  expect(await Project.definition.read(api, id, { ...call, inputs: wanted, outputs: {} })).toBeUndefined();
  expect(sandbox.requests().filter(({ status }) => status === 400)).not.toEqual([]);
});

test("a project is renamed, resized and given a new password in place", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id } = await makeProject(sandbox, api);
  const news = { ...wanted, name: "mais-next", databasePassword: "another-password", instanceSize: "small" as const };
  const changed = new Set(["name", "databasePassword", "instanceSize"] as const);
  const call = { ...patientCall(sandbox), olds: wanted, outputs: {}, changed };
  const live = await Project.definition.update?.(api, id, news, call);
  expect(live).toMatchObject({ name: "mais-next", instanceSize: "small" });
  expect(call.said.some((line) => line.includes("is RESIZING"))).toBe(true);
  const stored = sandbox.store("supabase").collection<{ databasePassword: string }>("projects").get(id);
  expect(stored?.databasePassword).toBe("another-password");
});

test("a project that fails to start, or takes too long, keeps its id and is finished by the next run", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const slow = { ...wanted, timeouts: { create: "0s" } };
  const late = await Project.definition.create(api, slow, lifecycleCall()).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(PartialFailure);
  const { id, message } = late as PartialFailure;
  expect(message).toMatch(/did not finish within 0 s; is COMING_UP\. The project exists and stays in state/);
  const rest = { ...patientCall(sandbox), olds: wanted, outputs: {}, changed: new Set<never>() };
  expect(await Project.definition.update?.(api, id, wanted, rest)).toMatchObject({
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
    .create(api, { ...wanted, name: "second" }, call)
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
  const live = await Project.definition.read(api, id, { ...lifecycleCall(), inputs: wanted, outputs });
  expect(live).toMatchObject({ name: "mais-dev", ...outputs });
});

test("a project is found by its name within its own organization only", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id } = await makeProject(sandbox, api);
  await makeProject(sandbox, api, { name: "mais-dev-2" });
  const find = (inputs: typeof wanted) => Project.definition.find?.(api, inputs, lifecycleCall());
  const at = sandbox.clock.now().getTime();
  expect(await find(wanted)).toEqual([{ id, label: "Supabase project mais-dev", createdAt: expect.any(Number) }]);
  expect((await find(wanted))?.[0]?.createdAt).toBeLessThanOrEqual(at);
  expect(await find({ ...wanted, organizationId: "other" })).toEqual([]);
});

test("on the free plan a size is refused with what to do, and without one the project has none", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox, {});
  const organizations = sandbox.store("supabase").collection("organizations");
  organizations.set("hobby", { id: "hobby", slug: "hobby", name: "Hobby", plan: "free" });
  const sized = Project.definition.create(api, { ...wanted, organizationId: "hobby" }, patientCall(sandbox));
  await expect(sized).rejects.toThrow(/answered 402 .*On the free plan leave instanceSize/);
  const { instanceSize: _none, ...free } = { ...wanted, organizationId: "hobby" };
  const made = await Project.definition.create(api, free, patientCall(sandbox));
  expect(made.instanceSize).toBeUndefined();
});

test("a provider bound to one organization refuses projects and tokens of another", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox, { organizationId: "elsewhere" });
  const signal = new AbortController().signal;
  await expect(provider.verifyAccount?.(api, { organizationId: "elsewhere" }, signal)).rejects.toThrow(
    /does not reach the organization "elsewhere" \(it reaches: sandbox\)/,
  );
  await expect(provider.verifyAccount?.(api, { organizationId: "sandbox" }, signal)).resolves.toBeUndefined();
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

test("settings set and compare only the keys that were written, and change only those that changed", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id: projectRef } = await makeProject(sandbox, api);
  const inputs = {
    projectRef,
    database: '{"statement_timeout":"1min","work_mem":"8MB"}',
    pooler: '{"default_pool_size":20}',
    network: '{"restrictions":["::/0","203.0.113.0/24"]}',
    auth: '{"site_url":"https://mais.example","smtp_pass":"a-mail-password"}',
    api: '{"db_schema":"public, graphql_public","max_rows":500}',
    storage: '{"fileSizeLimit":10000000}',
    sslEnforcement: true,
  };
  const call = patientCall(sandbox);
  const made = await Settings.definition.create(api, inputs, call);
  expect(made).toEqual({ id: projectRef, ...inputs });
  expect(call.said.some((line) => line.includes("setting database.statement_timeout, database.work_mem"))).toBe(true);
  expect(call.said.join()).not.toContain("a-mail-password");
  expect(await Settings.definition.read(api, projectRef, { ...call, inputs, outputs: {} })).toEqual(inputs);

  await api.config.changeAuth(projectRef, { site_url: "https://drifted.example", jwt_exp: 60 }, call.signal);
  const drifted = await Settings.definition.read(api, projectRef, { ...call, inputs, outputs: {} });
  expect(drifted?.auth).toBe('{"site_url":"https://drifted.example","smtp_pass":"a-mail-password"}');

  const news = { ...inputs, database: '{"statement_timeout":"1min","work_mem":"16MB"}' };
  const before = sandbox.requests().length;
  const changed = new Set(["database"] as const);
  await Settings.definition.update?.(api, projectRef, news, { ...call, olds: inputs, outputs: {}, changed });
  const writes = sandbox
    .requests()
    .slice(before)
    .filter(({ method }) => method !== "GET");
  expect(writes.map(({ method, requestText }) => [method, requestText])).toEqual([["PUT", '{"work_mem":"16MB"}']]);
});

test("settings of a project that is gone are gone, and deleting settings calls nothing", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id } = await makeProject(sandbox, api);
  const inputs = { projectRef: id, auth: '{"jwt_exp":3600}' };
  const call = lifecycleCall();
  const before = sandbox.requests().length;
  await Settings.definition.delete(api, id, { ...call, inputs, outputs: {} });
  expect(sandbox.requests()).toHaveLength(before);
  await api.deleteProject(id, call.signal);
  expect(await Settings.definition.read(api, id, { ...call, inputs, outputs: {} })).toBeUndefined();
});

test("a setting that Supabase does not know is refused by name instead of coming back as drift", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id: projectRef } = await makeProject(sandbox, api);
  const create = Settings.definition.create(
    api,
    { projectRef, auth: '{"site_ulr":"https://x.example"}' },
    patientCall(sandbox),
  );
  await expect(create).rejects.toThrow(/knows no setting auth\.site_ulr/);
});

test("imported settings leave out what comes back hashed", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id } = await makeProject(sandbox, api);
  const call = lifecycleCall();
  await api.config.changeAuth(id, { smtp_pass: "a-mail-password", smtp_host: "smtp.example" }, call.signal);
  const live = await Settings.definition.read(api, id, { ...call, inputs: undefined, outputs: undefined });
  const auth = JSON.parse(live?.auth ?? "{}");
  expect(auth).toMatchObject({ smtp_host: "smtp.example" });
  expect(Object.keys(auth)).not.toContain("smtp_pass");
  expect(live).toMatchObject({
    projectRef: id,
    sslEnforcement: false,
    network: '{"restrictions":["0.0.0.0/0","::/0"]}',
  });
});

test("a bucket is made, found, changed and read through the project's own Storage API", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id: projectRef } = await makeProject(sandbox, api);
  const call = lifecycleCall();
  const inputs = {
    projectRef,
    name: "invoices",
    public: false,
    fileSizeLimit: 1_000_000,
    allowedMimeTypes: ["application/pdf"],
  };
  expect(await Bucket.definition.find?.(api, inputs, call)).toEqual([]);
  const { id } = await Bucket.definition.create(api, inputs, call);
  expect(id).toBe(`${projectRef}/invoices`);
  expect(await Bucket.definition.find?.(api, inputs, call)).toMatchObject([{ id, label: "Supabase bucket invoices" }]);
  const news = { projectRef, name: "invoices", public: true };
  const changed = new Set(["public", "fileSizeLimit", "allowedMimeTypes"] as const);
  await Bucket.definition.update?.(api, id, news, { ...call, olds: inputs, outputs: {}, changed });
  expect(await Bucket.definition.read(api, id, { ...call, inputs: news, outputs: {} })).toEqual(news);
  const storage = sandbox.requests().filter(({ path }) => path.startsWith("/storage/"));
  expect(storage.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "PUT", "GET", "GET"]);
});

test("a bucket with objects is not deleted, an empty one is, and with its project it is gone", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id: projectRef } = await makeProject(sandbox, api);
  const call = { ...lifecycleCall(), inputs: {}, outputs: {} };
  const { id } = await Bucket.definition.create(api, { projectRef, name: "invoices", public: false }, call);
  const projects = sandbox.store("supabase").collection<{ buckets: Record<string, { objects: string[] }> }>("projects");
  const objects = projects.get(projectRef)?.buckets.invoices?.objects ?? [];
  objects.push("1.pdf");
  await expect(Bucket.definition.delete(api, id, call)).rejects.toThrow(
    /"invoices" still holds objects, .*Move or empty it/,
  );
  objects.pop();
  await Bucket.definition.delete(api, id, call);
  await Bucket.definition.delete(api, id, call);
  expect(await Bucket.definition.read(api, id, call)).toBeUndefined();
  await api.deleteProject(projectRef, call.signal);
  expect(await Bucket.definition.read(connect(sandbox), id, call)).toBeUndefined();
  await expect(Bucket.definition.read(api, "no-ref", call)).rejects.toThrow(/write it as <project ref>\/<bucket name>/);
});
