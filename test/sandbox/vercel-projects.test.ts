import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { type Fields, vercelCaller } from "../helpers/vercel-caller.ts";

test("a project is made, found by id and by name under any version prefix, changed and deleted", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const made = await call("POST", "/v11/projects", { name: "web", framework: "nextjs", rootDirectory: "apps/web" });
  expect(made).toMatchObject({
    status: 200,
    body: { name: "web", framework: "nextjs", rootDirectory: "apps/web", accountId: "team_sandbox" },
  });
  expect(made.body.id).toMatch(/^prj_\w{28}$/);
  expect((await call("GET", "/v9/projects/web")).body.id).toBe(made.body.id);
  expect((await call("GET", `/v2/projects/${made.body.id}`)).body.name).toBe("web");
  const changed = await call("PATCH", "/v9/projects/web", { nodeVersion: "22.x", rootDirectory: null });
  expect(changed.body).toMatchObject({ nodeVersion: "22.x", rootDirectory: null, framework: "nextjs" });
  expect((await call("DELETE", "/v8/projects/web")).status).toBe(204);
  expect(await call("GET", "/v9/projects/web")).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
});

test("a body is closed: an unknown field, and a setting that only an update takes, are refused by name", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const unknown = await call("POST", "/v11/projects", { name: "web", regions: ["fra1"] });
  expect(unknown).toMatchObject({
    status: 400,
    body: { error: { code: "bad_request", message: expect.stringContaining("`regions`") } },
  });
  expect((await call("POST", "/v11/projects", { name: "web", nodeVersion: "22.x" })).status).toBe(400);
  const missing = await call("POST", "/v11/projects", {});
  expect(missing.body).toEqual({
    error: { code: "bad_request", message: "Invalid request: missing required property `name`." },
  });
  expect((await call("GET", "/v10/projects")).body.projects).toEqual([]);
});

test("names are unique within the team, and the token's own account is another one", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  expect(await call("POST", "/v11/projects", { name: "web" })).toMatchObject({
    status: 409,
    body: { error: { code: "conflict" } },
  });
  expect((await call("POST", "/v11/projects", { name: "Web" })).status).toBe(400);
  const headers = { authorization: "Bearer sandbox_vercel" };
  const personal = await fetch(`${sandbox.url("vercel")}/v9/projects/web`, { headers });
  expect(personal.status).toBe(404);
  const stranger = await fetch(`${sandbox.url("vercel")}/v9/projects/web?teamId=team_other`, { headers });
  expect(stranger.status).toBe(403);
  const bySlug = await fetch(`${sandbox.url("vercel")}/v9/projects/web?slug=sandbox`, { headers });
  expect(bySlug.status).toBe(200);
});

test("a wrong token is refused, and a team that it does not open looks like one that is not there", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const wrong = await fetch(`${sandbox.url("vercel")}/v2/user`, { headers: { authorization: "Bearer other" } });
  expect([wrong.status, await wrong.json()]).toEqual([
    403,
    { error: { code: "forbidden", message: "Not authorized", invalidToken: true } },
  ]);
  const call = vercelCaller(sandbox);
  expect((await call("GET", "/v2/teams/team_sandbox")).body).toMatchObject({ id: "team_sandbox", slug: "sandbox" });
  expect((await call("GET", "/v2/teams/team_other")).status).toBe(403);
  expect((await call("GET", "/v2/user")).body).toMatchObject({ user: { username: "sandbox" } });
});

test("what a Pro team without add-ons lacks is refused with the status that says so", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  const password = { passwordProtection: { deploymentType: "preview", password: "open sesame" } };
  expect((await call("PATCH", "/v9/projects/web", password)).status).toBe(428);
  const regions = { resourceConfig: { functionDefaultRegions: ["fra1", "arn1", "cdg1", "lhr1"] } };
  expect((await call("PATCH", "/v9/projects/web", regions)).status).toBe(402);
  const legacy = { resourceConfig: { fluid: true, functionDefaultMemoryType: "standard_legacy" } };
  expect((await call("PATCH", "/v9/projects/web", legacy)).status).toBe(400);
  expect((await call("GET", "/v9/projects/web")).body).toMatchObject({
    passwordProtection: null,
    resourceConfig: { functionDefaultRegions: ["iad1"] },
  });
});

test("a list is paged by time stamp, newest first, and answers every project once", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  for (let number = 1; number <= 5; number++) {
    await call("POST", "/v11/projects", { name: `web-${number}` });
    if (number !== 3) sandbox.clock.advance(10);
  }
  const names: unknown[] = [];
  for (let from = ""; ; ) {
    const { body } = await call("GET", `/v10/projects?limit=2${from}`);
    names.push(...(body.projects as Fields[]).map(({ name }) => name));
    const { next } = body.pagination as { next: number | null };
    if (next === null) break;
    from = `&from=${next}`;
  }
  expect(names).toEqual(["web-5", "web-4", "web-3", "web-2", "web-1"]);
});

test("a repository is linked, unlinked and given another production branch", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const gitRepository = { type: "github", repo: "acme/mais" };
  const made = await call("POST", "/v11/projects", { name: "web", gitRepository });
  expect(made.body.link).toMatchObject({ type: "github", org: "acme", repo: "mais", productionBranch: "main" });
  expect((await call("POST", "/v9/projects/web/link", gitRepository)).status).toBe(409);
  const branch = await call("PATCH", "/v9/projects/web/branch", { branch: "release" });
  expect(branch.body.link).toMatchObject({ productionBranch: "release" });
  expect((await call("DELETE", "/v9/projects/web/link")).body.link).toBeUndefined();
  const gitlab = await call("POST", "/v9/projects/web/link", { type: "gitlab", repo: "acme/shop/mais" });
  expect(gitlab.body.link).toMatchObject({ type: "gitlab", projectNamespace: "acme/shop", projectName: "mais" });
  expect(
    (await call("POST", "/v11/projects", { name: "other", gitRepository: { type: "github", repo: "mais" } })).status,
  ).toBe(400);
});

test("what is not emulated is named in Vercel's error form", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  expect(await vercelCaller(sandbox)("GET", "/v1/edge-config")).toMatchObject({
    status: 501,
    body: { error: { code: "not_implemented", message: "The sandbox does not emulate GET /v1/edge-config." } },
  });
});

test("the rate limit counts down in the headers, refuses with Retry-After, and starts anew with the next window", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const remaining = ({ headers }: { headers: Headers }) => headers.get("x-ratelimit-remaining");
  expect([remaining(await call("GET", "/v2/user")), remaining(await call("GET", "/v2/user"))]).toEqual([
    "1999",
    "1998",
  ]);
  for (let at = 0; at < 40; at++) await Promise.all(Array.from({ length: 50 }, () => call("GET", "/v2/user")));
  const refused = await call("GET", "/v2/user");
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate_limited", limit: { remaining: 0 } } } });
  expect(refused.headers.get("retry-after")).toBe("60");
  sandbox.clock.advance(60_000);
  expect((await call("GET", "/v2/user")).status).toBe(200);
});
