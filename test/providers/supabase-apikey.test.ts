import { Apikey, Bucket } from "@pulumi/supabase";
import { provider } from "@pulumi/supabase/provider";
import { expect, test } from "vitest";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { runProvider } from "../helpers/provider-run.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { healthyProject, management, storageOf } from "../helpers/supabase-api.ts";
import { connect } from "../helpers/supabase-provider.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const URN = "urn:pulumi:dev::mais::supabase:index/apikey:Apikey::key";

test("a raised generation makes the new key beside the old one, which works until it is deleted", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  using folder = temporaryFolder();
  const run = runProvider(provider, connect(sandbox), folder.path);
  const projectRef = await healthyProject(sandbox);
  const { call: storage } = await storageOf(sandbox, projectRef);
  const works = async (apikey: unknown) =>
    (await storage("GET", "/bucket", { headers: { apikey: String(apikey) } })).status === 200;
  const inputs = { projectRef, name: "api_server", description: "of the API" };
  const old = await run.create(URN, inputs);
  expect(old.outputs).toMatchObject({
    apiKey: expect.stringMatching(/^sb_secret_/),
    secretJwtTemplate: { role: "service_role" },
  });
  expect(run.diff(old, { ...inputs, generation: 2 })).toEqual({
    ...{ changed: ["generation"], replaces: true, createBeforeDelete: true },
  });
  const next = await run.create(URN, { ...inputs, generation: 2 });
  expect([await works(old.outputs.apiKey), await works(next.outputs.apiKey)]).toEqual([true, true]);
  await run.delete(old);
  expect([await works(old.outputs.apiKey), await works(next.outputs.apiKey)]).toEqual([false, true]);
  const { body } = await management(sandbox)("GET", `/v1/projects/${projectRef}/api-keys?reveal=true`);
  const [made] = body.filter(({ name }: { name: string }) => name.startsWith("api_server"));
  expect(made).toMatchObject({ name: "api_server_g2", description: "of the API" });
  expect(await run.refresh(next)).toEqual(next);
});

test("a key that every project comes with is refused untouched, with the import command", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  using folder = temporaryFolder();
  const run = runProvider(provider, connect(sandbox), folder.path);
  const projectRef = await healthyProject(sandbox);
  const taken = run.create(URN, { projectRef, name: "default" });
  await expect(taken).rejects.toThrow(
    /"Supabase secret key default" .* already exists .*import .*Apikey key [a-z]{20}\//,
  );
  const imported = await run.import(URN, `${projectRef}/secret/default`);
  expect(imported?.inputs).toEqual({ projectRef, name: "default", type: "secret", generation: 1 });
  await expect(run.import(URN, "default")).rejects.toThrow(/write it as <project ref>\/secret\/<name>/);
  expect(await run.import(URN, `${projectRef}/secret/nobodys`)).toBeUndefined();
});

test("names that Supabase refuses, or that look like a generation, are refused before anything is sent", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  using folder = temporaryFolder();
  const run = runProvider(provider, connect(sandbox), folder.path);
  const refused = (name: string) => run.create(URN, { projectRef: "abcdefghijklmnopqrst", name });
  for (const name of ["abc", "with-dash", "1key", "Upper"]) await expect(refused(name), name).rejects.toThrow(/name /);
  await expect(refused("api_server_g2")).rejects.toThrow(/say it in generation/);
  expect(sandbox.requests()).toEqual([]);
});

test("Storage goes on with another key once the one that it was opened with is deleted", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const projectRef = await healthyProject(sandbox);
  const call = { ...lifecycleCall(), inputs: {}, outputs: {} };
  const { id } = await Bucket.definition.create(api, { projectRef, name: "files", public: false }, call);
  const [key] = (await api.apiKeys.list(projectRef, call.signal)).filter(({ type }) => type === "secret");
  await Apikey.definition.delete(api, `${projectRef}/${key?.id}`, call);
  expect(await Bucket.definition.read(api, id, call)).toMatchObject({ name: "files" });
});
