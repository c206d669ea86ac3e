import { Bucket } from "@pulumi/supabase";
import { expect, test } from "vitest";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { healthyProject } from "../helpers/supabase-api.ts";
import { connect, makeProject } from "../helpers/supabase-provider.ts";

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
  const projects = sandbox.store("supabase").collection<{ buckets: { objects: string[] }[] }>("projects");
  const objects = projects.get(projectRef)?.buckets[0]?.objects ?? [];
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

test("a bucket that may take its objects along does so, and one that vanished meanwhile is gone", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const projectRef = await healthyProject(sandbox);
  const call = { ...lifecycleCall(), inputs: { forceDestroy: true }, outputs: {} };
  const { id } = await Bucket.definition.create(api, { projectRef, name: "invoices", public: false }, call);
  const projects = sandbox.store("supabase").collection<{ buckets: { objects: string[] }[] }>("projects");
  projects.get(projectRef)?.buckets[0]?.objects.push("1.pdf", "2.pdf");
  await Bucket.definition.delete(api, id, call);
  expect(projects.get(projectRef)?.buckets).toEqual([]);
  await Bucket.definition.delete(api, id, call);
});

test("Storage that does not get a bucket empty in time is named, and the bucket stays", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const projectRef = await healthyProject(sandbox);
  const { id } = await Bucket.definition.create(api, { projectRef, name: "films", public: false }, lifecycleCall());
  const projects = sandbox.store("supabase").collection<{ buckets: { objects: string[] }[] }>("projects");
  const [bucket] = projects.get(projectRef)?.buckets ?? [];
  // Whatever is taken away, somebody uploads again.
  Object.defineProperty(bucket, "objects", { get: () => ["1.mp4"], set() {} });
  const stopped = AbortSignal.timeout(300);
  const call = { ...lifecycleCall({ signal: stopped }), inputs: { forceDestroy: true }, outputs: {} };
  await expect(Bucket.definition.delete(api, id, call)).rejects.toThrow(/stopped|aborted/);
  expect(projects.get(projectRef)?.buckets).toHaveLength(1);
});

test("what people look for and Storage lacks is refused with the way to it", () => {
  expect(Bucket.definition.refuses?.versioning).toMatch(/keeps no versions.*backups hold no objects/);
});

test("a bucket's limit above the project's is refused with what to do", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const api = connect(sandbox);
  const { id: projectRef } = await makeProject(sandbox, api);
  const films = { projectRef, name: "films", public: false, fileSizeLimit: 60_000_000 };
  await expect(Bucket.definition.create(api, films, lifecycleCall())).rejects.toThrow(
    /maximum allowed size \(413\).*Raise the project's own limit first/,
  );
});
