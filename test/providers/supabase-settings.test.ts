import { Settings } from "@pulumi/supabase";
import { expect, test } from "vitest";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { freeOrganization, healthyProject } from "../helpers/supabase-api.ts";
import { connect, makeProject, patientCall } from "../helpers/supabase-provider.ts";

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

test("where the plan has no SSL enforcement, asking for none is done and asking for it is refused", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox, {});
  const projectRef = await healthyProject(sandbox, { organization_slug: await freeOrganization(sandbox) });
  const off = { projectRef, sslEnforcement: false };
  expect(await Settings.definition.create(api, off, patientCall(sandbox))).toEqual({ id: projectRef, ...off });
  const on = Settings.definition.create(api, { projectRef, sslEnforcement: true }, patientCall(sandbox));
  await expect(on).rejects.toThrow(/plan has none\. Set sslEnforcement false, or upgrade/);
});

test("settings wait for the services that they concern, and for no other", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const projectRef = await healthyProject(sandbox);
  await Settings.definition.create(api, { projectRef, auth: '{"jwt_exp":60}' }, patientCall(sandbox));
  const asked = sandbox.requests().filter(({ path }) => path.endsWith("/health"));
  expect(asked.map(({ query }) => new URLSearchParams(query).getAll("services"))).toEqual([["db", "auth"]]);
});

test("private addresses are refused in every spelling, others are not", () => {
  const problems = (...restrictions: string[]) =>
    Settings.definition.check?.({ projectRef: "x", network: JSON.stringify({ restrictions }) }) ?? [];
  const hidden = ["10.1.2.0/24", "172.31.0.0/16", "192.168.0.1/32", "127.0.0.1/32", "100.64.0.0/10", "169.254.1.0/24"];
  for (const cidr of [...hidden, "::1/128", "fd12::/16", "fe80::/10"])
    expect(problems(cidr)[0]?.reason, cidr).toContain(`private addresses (${cidr})`);
  expect(problems("172.32.0.0/16", "11.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "::/0")).toEqual([]);
});
