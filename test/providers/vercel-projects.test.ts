import { expect, test } from "vitest";
import { vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

const web = {
  name: "web",
  framework: "nextjs",
  rootDirectory: "apps/web",
  nodeVersion: "22.x",
  gitRepository: { type: "github", repo: "acme/mais", productionBranch: "main" },
  resourceConfig: { functionDefaultRegions: ["fra1"] },
  vercelAuthentication: { deploymentType: "only_preview_deployments" },
};

test("a project is made with all its settings, and neither a refresh nor a second up finds a difference", async () => {
  await using rig = await startVercelRig();
  const calls = await rig.calls(() => rig.up("Project", "web", web));
  expect(calls).toEqual([
    "GET /v9/projects/web",
    "POST /v11/projects",
    expect.stringMatching(/^PATCH \/v9\/projects\/prj_/),
  ]);
  expect(rig.state("web").properties).toMatchObject({
    ...web,
    teamId: "team_sandbox",
    productionDomain: "web.vercel.app",
  });
  const live = (await vercelCaller(rig.sandbox)("GET", "/v9/projects/web")).body;
  expect(live).toMatchObject({
    nodeVersion: "22.x",
    ssoProtection: { deploymentType: "preview" },
    link: { productionBranch: "main" },
  });
  expect(await rig.refresh("Project", "web")).toBe(true);
  expect(rig.state("web").inputs).toEqual(web);
  expect(await rig.calls(() => rig.up("Project", "web", web))).toEqual([]);
});

test("one changed setting is one PATCH with that field alone, and a removed one goes back to Vercel's default", async () => {
  await using rig = await startVercelRig();
  await rig.up("Project", "web", { ...web, buildCommand: "npm run build" });
  const before = rig.sandbox.requests().length;
  expect(await rig.up("Project", "web", { ...web, nodeVersion: "24.x" })).toBe("update");
  const [patch, ...others] = rig.sandbox.requests().slice(before);
  expect(others).toEqual([]);
  expect(JSON.parse(patch?.requestText ?? "")).toEqual({ nodeVersion: "24.x", buildCommand: null });
});

test("a rename and another repository change the project in place", async () => {
  await using rig = await startVercelRig();
  await rig.up("Project", "web", web);
  const { id } = rig.state("web");
  const moved = {
    ...web,
    name: "site",
    gitRepository: { type: "gitlab", repo: "acme/mais", productionBranch: "stable" },
  };
  expect(await rig.up("Project", "web", moved)).toBe("update");
  expect(rig.state("web")).toMatchObject({ id, properties: { productionDomain: "site.vercel.app" } });
  const live = (await vercelCaller(rig.sandbox)("GET", "/v9/projects/site")).body;
  expect(live).toMatchObject({ id, link: { type: "gitlab", productionBranch: "stable" } });
  const { gitRepository: _gone, ...unlinked } = moved;
  expect(await rig.up("Project", "web", unlinked)).toBe("update");
  expect((await vercelCaller(rig.sandbox)("GET", "/v9/projects/site")).body.link).toBeUndefined();
});

test("a change made in the dashboard shows on refresh and is undone by the next up", async () => {
  await using rig = await startVercelRig();
  await rig.up("Project", "web", web);
  const call = vercelCaller(rig.sandbox);
  await call("PATCH", "/v9/projects/web", { nodeVersion: "20.x", ssoProtection: null, installCommand: "npm ci" });
  await call("DELETE", "/v9/projects/web/link");
  await rig.refresh("Project", "web");
  const { gitRepository: _gone, ...rest } = web;
  expect(rig.state("web").inputs).toEqual({
    ...rest,
    nodeVersion: "20.x",
    vercelAuthentication: { deploymentType: "none" },
  });
  expect(await rig.up("Project", "web", web)).toBe("update");
  const live = (await call("GET", "/v9/projects/web")).body;
  expect(live).toMatchObject({
    nodeVersion: "22.x",
    ssoProtection: { deploymentType: "preview" },
    link: { repo: "mais" },
  });
  // Not ours: nobody's program ever named it.
  expect(live.installCommand).toBe("npm ci");
});

test("every setting that programs can name survives the way there and back", async () => {
  await using rig = await startVercelRig();
  const all = {
    ...{
      name: "web",
      framework: "nextjs",
      buildCommand: "a",
      devCommand: "b",
      installCommand: "c",
      outputDirectory: "d",
    },
    ...{ rootDirectory: "e", ignoreCommand: "f", nodeVersion: "24.x", previewDeploymentSuffix: "preview.example.com" },
    vercelAuthentication: { deploymentType: "standard_protection" },
    resourceConfig: {
      fluid: true,
      functionDefaultCpuType: "performance",
      functionDefaultTimeout: 60,
      functionDefaultRegions: ["fra1", "arn1"],
    },
    ...{ onDemandConcurrentBuilds: true, buildMachineType: "enhanced", functionFailover: true },
    autoAssignCustomDomains: false,
    gitProviderOptions: {
      createDeployments: false,
      requireVerifiedCommits: true,
      repositoryDispatchEvents: false,
      gitCommitStatus: false,
    },
    gitComments: { onCommit: true, onPullRequest: false },
    ...{ gitForkProtection: false, gitLfs: true, previewDeploymentsDisabled: true, enablePreviewFeedback: false },
    ...{ enableProductionFeedback: true, enableAffectedProjectsDeployments: false, prioritiseProductionBuilds: false },
    ...{
      automaticallyExposeSystemEnvironmentVariables: false,
      customerSuccessCodeVisibility: true,
      directoryListing: true,
    },
    ...{ protectedSourcemaps: false, skewProtection: "12 hours", oidcTokenConfig: { issuerMode: "global" } },
    optionsAllowlist: { paths: [{ value: "/api" }] },
  };
  await rig.up("Project", "web", all);
  await rig.refresh("Project", "web");
  expect(rig.state("web").inputs).toEqual(all);
  expect(await rig.up("Project", "web", { name: "web" })).toBe("update");
  await rig.refresh("Project", "web");
  expect(rig.state("web").inputs).toEqual({ name: "web" });
  const live = (await vercelCaller(rig.sandbox)("GET", "/v9/projects/web")).body;
  expect(live).toMatchObject({
    buildCommand: null,
    autoAssignCustomDomains: true,
    skewProtectionMaxAge: 0,
    gitProviderOptions: { createDeployments: "enabled" },
  });
});

test("a project whose second call fails is kept with its id and finished by the next up", async () => {
  await using rig = await startVercelRig();
  const password = { deploymentType: "all_deployments", password: "open sesame" };
  const failed = await rig
    .up("Project", "web", { ...web, passwordProtection: password })
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({
    id: expect.stringMatching(/^prj_/),
    message: expect.stringContaining("Advanced Deployment Protection"),
  });
  expect(String(Object(failed).message)).not.toContain("open sesame");
  rig.keep("web", failed);
  await rig.finish("Project", "web", web);
  expect((await vercelCaller(rig.sandbox)("GET", "/v9/projects/web")).body).toMatchObject({ nodeVersion: "22.x" });
});

test("a project of that name that is not ours is refused, untouched, with the import command; its import shows all of it", async () => {
  await using rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const { id } = (await call("POST", "/v11/projects", { name: "web", framework: "astro" })).body;
  await expect(rig.up("Project", "web", web)).rejects.toThrow(`import vercel:index/project:Project web ${id}`);
  expect((await call("GET", "/v9/projects/web")).body).toMatchObject({ framework: "astro" });
  const imported = await rig.import("Project", "web", String(id));
  expect(imported.inputs).toMatchObject({ name: "web", framework: "astro", nodeVersion: "24.x" });
  expect(await rig.up("Project", "web", web)).toBe("update");
});

test("a password is secret, never comes back, and is no difference for that", async () => {
  await using rig = await startVercelRig();
  rig.sandbox
    .store("vercel")
    .collection("teams")
    .set("team_sandbox", {
      ...{ addOns: ["advanced-deployment-protection"], sensitiveVariables: "default" },
    });
  const locked = { ...web, passwordProtection: { deploymentType: "all_deployments", password: "open sesame" } };
  expect(rig.secretPaths("Project", "web", locked)).toContainEqual(["passwordProtection"]);
  await rig.up("Project", "web", locked);
  await rig.refresh("Project", "web");
  expect(rig.state("web").inputs).toEqual(locked);
  expect(await rig.up("Project", "web", web)).toBe("update");
  expect((await vercelCaller(rig.sandbox)("GET", "/v9/projects/web")).body.passwordProtection).toBeNull();
});

test("a project made by a run that was cut off is taken over by the next one", async () => {
  await using rig = await startVercelRig();
  // The journal and Vercel must agree on the time for this proof: a project has no place for a marker.
  rig.sandbox.clock.advance(Date.now() - rig.sandbox.clock.now().getTime());
  await rig.up("Project", "web", web);
  const { id } = rig.state("web");
  rig.forget("web");
  expect(await rig.up("Project", "web", { ...web, nodeVersion: "24.x" })).toBe("create");
  expect(rig.state("web").id).toBe(id);
  expect(rig.warnings).toEqual([expect.stringContaining("Adopted web")]);
  expect((await vercelCaller(rig.sandbox)("GET", "/v9/projects/web")).body).toMatchObject({ id, nodeVersion: "24.x" });
});

test("a project deleted in the dashboard is gone after a refresh, and deleting it again succeeds", async () => {
  await using rig = await startVercelRig();
  await rig.up("Project", "web", web);
  await vercelCaller(rig.sandbox)("DELETE", "/v9/projects/web");
  await rig.destroy("Project", "web");
  await rig.up("Project", "web", web);
  await vercelCaller(rig.sandbox)("DELETE", "/v9/projects/web");
  expect(await rig.refresh("Project", "web")).toBe(false);
});

test("inputs that Vercel would refuse are named before anything is sent", async () => {
  await using rig = await startVercelRig();
  const wrong = {
    ...web,
    name: "Web!",
    nodeVersion: "16.x",
    region: "fra1",
    gitRepository: { type: "github", repo: "mais" },
  };
  expect(rig.check("Project", "web", wrong)).toEqual([
    expect.stringContaining("name may hold lower-case letters"),
    'gitRepository.repo is written "owner/name"',
    expect.stringContaining("nodeVersion is one of 18.x"),
    expect.stringContaining("region is not a property"),
  ]);
});
