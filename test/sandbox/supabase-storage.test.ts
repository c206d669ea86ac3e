import { expect, test } from "vitest";
import { emulator } from "../../src/sandbox/supabase/index.ts";
import { sendOddBodies } from "../helpers/odd-bodies.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { healthyProject, management, storageOf } from "../helpers/supabase-api.ts";

test("buckets are made with a secret key, refuse duplicates, and go only when empty", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const { call } = await storageOf(sandbox, ref);
  const body = { name: "invoices", public: false, file_size_limit: "10MB", allowed_mime_types: ["application/pdf"] };
  expect(await call("POST", "/bucket", { body })).toEqual({ status: 200, body: { name: "invoices" } });
  expect(await call("POST", "/bucket", { body })).toMatchObject({
    status: 400,
    body: { statusCode: "409", error: "Duplicate" },
  });
  expect((await call("GET", "/bucket/invoices")).body).toMatchObject({ file_size_limit: 10_485_760, public: false });
  await call("PUT", "/bucket/invoices", { body: { public: true, allowed_mime_types: null } });
  expect((await call("GET", "/bucket")).body).toMatchObject([
    { id: "invoices", public: true, allowed_mime_types: null },
  ]);
  expect((await management(sandbox)("GET", `/v1/projects/${ref}/storage/buckets`)).body).toMatchObject([
    { name: "invoices" },
  ]);
  await call("POST", "/object/invoices/1.pdf", { body: {} });
  expect(await call("DELETE", "/bucket/invoices")).toMatchObject({ status: 400, body: { statusCode: "409" } });
  await call("POST", "/bucket/invoices/empty");
  expect((await call("DELETE", "/bucket/invoices")).status).toBe(200);
  expect(await call("GET", "/bucket/invoices")).toMatchObject({ status: 400, body: { statusCode: "404" } });
  const large = { name: "films", file_size_limit: 60_000_000 };
  expect((await call("POST", "/bucket", { body: large })).body.statusCode).toBe("413");
});

test("the Storage API takes keys of this project only, and the new ones as a bearer token only beside themselves", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const other = await storageOf(sandbox, await healthyProject(sandbox, { name: "other" }));
  const { call, keys } = await storageOf(sandbox, ref);
  const list = (headers: Record<string, string>) => call("GET", "/bucket", { headers });
  expect((await list({ apikey: keys.serviceRole, authorization: `Bearer ${keys.serviceRole}` })).status).toBe(200);
  expect((await list({ apikey: keys.secret, authorization: `Bearer ${keys.secret}` })).status).toBe(200);
  expect((await list({ apikey: keys.secret, authorization: `Bearer ${keys.publishable}` })).status).toBe(400);
  expect((await list({ apikey: keys.publishable })).body.statusCode).toBe("403");
  expect((await list({ apikey: other.keys.secret })).status).toBe(401);
  expect((await list({ authorization: "Bearer sandbox_supabase" })).status).toBe(401);
  await management(sandbox)("PUT", `/v1/projects/${ref}/api-keys/legacy?enabled=false`);
  expect((await list({ apikey: keys.serviceRole, authorization: `Bearer ${keys.serviceRole}` })).status).toBe(401);
});

test("no route breaks on a body that makes no sense", async () => {
  await using sandbox = await startSandbox(["supabase"], { contract: "unchecked" });
  const ref = await healthyProject(sandbox);
  const { keys } = await storageOf(sandbox, ref);
  const baseUrl = sandbox.url("supabase");
  const [storage, others] = [emulator.routes.filter(isStorage), emulator.routes.filter((route) => !isStorage(route))];
  expect([storage.length, others.length].every((count) => count > 5)).toBe(true);
  expect(await sendOddBodies(storage, { baseUrl, headers: { apikey: keys.secret }, params: { ref } })).toEqual([]);
  const headers = { authorization: "Bearer sandbox_supabase" };
  expect(await sendOddBodies(others, { baseUrl, headers, params: { ref } })).toEqual([]);
});

function isStorage({ path }: { path: string }): boolean {
  return path.startsWith("/storage/");
}
