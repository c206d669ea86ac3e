import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { type Fields, vercelCaller } from "../helpers/vercel-caller.ts";

async function startWithProjects() {
  const sandbox = await startSandbox(["vercel"], { delays: { vercelDeployment: 1_000 } });
  const call = vercelCaller(sandbox);
  for (const name of ["web", "docs"])
    await call("POST", "/v11/projects", { name, gitRepository: { type: "github", repo: `acme/${name}` } });
  return { sandbox, call, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

test("a project has its vercel.app host, and a free domain is verified at once", async () => {
  await using rig = await startWithProjects();
  const { call } = rig;
  const added = await call("POST", "/v10/projects/web/domains", { name: "app.example.com" });
  expect(added.body).toMatchObject({
    name: "app.example.com",
    apexName: "example.com",
    verified: true,
    redirect: null,
  });
  expect(added.body).not.toHaveProperty("verification");
  const { body } = await call("GET", "/v9/projects/web/domains");
  expect((body.domains as Fields[]).map(({ name }) => name).sort()).toEqual(["app.example.com", "web.vercel.app"]);
  expect((await call("GET", "/v9/projects/web")).body.alias).toMatchObject([
    { domain: "web.vercel.app" },
    { domain: "app.example.com" },
  ]);
});

test("a claimed domain carries its challenge, and is verified only once DNS answers it", async () => {
  await using rig = await startWithProjects();
  const { call, sandbox } = rig;
  const added = await call("POST", "/v10/projects/web/domains", { name: "pending.example.com" });
  expect(added.body).toMatchObject({ verified: false, verification: [{ type: "TXT", domain: "_vercel.example.com" }] });
  expect((await call("POST", "/v9/projects/web/domains/pending.example.com/verify")).status).toBe(400);
  sandbox.clock.advance(1_000);
  expect((await call("POST", "/v9/projects/web/domains/pending.example.com/verify")).body).toMatchObject({
    verified: true,
  });
  expect((await call("GET", "/v9/projects/web/domains/pending.example.com")).body).not.toHaveProperty("verification");
  await call("POST", "/v10/projects/web/domains", { name: "unverified.example.com" });
  sandbox.clock.advance(1_000_000);
  expect((await call("POST", "/v9/projects/web/domains/unverified.example.com/verify")).status).toBe(400);
});

test("a domain that another project holds is refused with 409, one of the project's own is free after deletion", async () => {
  await using rig = await startWithProjects();
  const { call } = rig;
  await call("POST", "/v10/projects/web/domains", { name: "app.example.com" });
  expect((await call("POST", "/v10/projects/docs/domains", { name: "app.example.com" })).status).toBe(409);
  expect((await call("GET", "/v9/projects/docs/domains/app.example.com")).status).toBe(404);
  expect(await call("DELETE", "/v9/projects/web/domains/app.example.com")).toMatchObject({ status: 200, body: {} });
  expect((await call("POST", "/v10/projects/docs/domains", { name: "app.example.com" })).status).toBe(200);
});

test.each([
  ["no domain name", { name: "https://app.example.com" }],
  ["a redirect to itself", { name: "app.example.com", redirect: "app.example.com" }],
  ["a redirect to no domain name", { name: "app.example.com", redirect: "elsewhere" }],
  ["a branch together with a redirect", { name: "app.example.com", redirect: "www.example.com", gitBranch: "next" }],
  ["the production branch", { name: "app.example.com", gitBranch: "main" }],
  ["an unknown redirect status", { name: "app.example.com", redirect: "www.example.com", redirectStatusCode: 303 }],
])("%s is refused with 400", async (_what, body) => {
  await using rig = await startWithProjects();
  expect((await rig.call("POST", "/v10/projects/web/domains", body)).status).toBe(400);
});

test("a redirect is set, changed and cleared, and goes along on request", async () => {
  await using rig = await startWithProjects();
  const { call } = rig;
  await call("POST", "/v10/projects/web/domains", { name: "example.com" });
  const www = await call("POST", "/v10/projects/web/domains", {
    name: "www.example.com",
    redirect: "example.com",
    redirectStatusCode: 308,
  });
  expect(www.body).toMatchObject({ redirect: "example.com", redirectStatusCode: 308 });
  const cleared = await call("PATCH", "/v9/projects/web/domains/www.example.com", {
    redirect: null,
    redirectStatusCode: null,
  });
  expect(cleared.body).toMatchObject({ redirect: null, redirectStatusCode: null });
  await call("PATCH", "/v9/projects/web/domains/www.example.com", { redirect: "example.com" });
  await call("DELETE", "/v9/projects/web/domains/example.com", { removeRedirects: true });
  expect((await call("GET", "/v9/projects/web/domains/www.example.com")).status).toBe(404);
});

test("whether DNS leads here is a question of its own", async () => {
  await using rig = await startWithProjects();
  const { call } = rig;
  expect((await call("GET", "/v6/domains/example.com/config")).body).toMatchObject({
    misconfigured: false,
    configuredBy: "A",
  });
  expect((await call("GET", "/v6/domains/app.example.com/config?projectIdOrName=web")).body).toMatchObject({
    configuredBy: "CNAME",
  });
  expect((await call("GET", "/v6/domains/misconfigured.example.com/config")).body).toMatchObject({
    misconfigured: true,
    configuredBy: null,
  });
});
