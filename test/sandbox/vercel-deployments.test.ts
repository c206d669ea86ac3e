import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { emulator } from "../../src/sandbox/vercel/index.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { type Fields, vercelCaller } from "../helpers/vercel-caller.ts";

const BUILD = 1_000;

async function startWithProject(settings: Fields = {}) {
  const sandbox = await startSandbox(["vercel"], { delays: { vercelDeployment: BUILD } });
  const call = vercelCaller(sandbox);
  const made = await call("POST", "/v11/projects", {
    name: "web",
    gitRepository: { type: "github", repo: "acme/mais" },
    ...settings,
  });
  const state = async (id: unknown) => (await call("GET", `/v13/deployments/${id}`)).body;
  const deploy = async (ref: string, target?: string) => {
    const gitSource = { type: "github", org: "acme", repo: "mais", ref, sha: "a".repeat(40) };
    const { body } = await call("POST", "/v13/deployments", { name: "web", gitSource, ...(target ? { target } : {}) });
    return String(body.id);
  };
  return {
    sandbox,
    call,
    state,
    deploy,
    projectId: String(made.body.id),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

test("a production deployment waits, builds, and then has the production domains", async () => {
  await using rig = await startWithProject();
  const { sandbox, state, deploy } = rig;
  const id = await deploy("main", "production");
  expect(await state(id)).toMatchObject({ readyState: "QUEUED", aliasAssigned: false, alias: [] });
  sandbox.clock.advance(BUILD / 2);
  expect(await state(id)).toMatchObject({ readyState: "BUILDING", aliasAssigned: false });
  sandbox.clock.advance(BUILD / 2);
  expect(await state(id)).toMatchObject({
    readyState: "READY",
    readySubstate: "PROMOTED",
    aliasAssigned: true,
    alias: ["web.vercel.app"],
  });
});

test("a failing build command ends in ERROR and leaves production as it was", async () => {
  await using rig = await startWithProject();
  const { sandbox, call, state, deploy } = rig;
  const good = await deploy("main", "production");
  sandbox.clock.advance(BUILD);
  await call("PATCH", "/v9/projects/web", { buildCommand: "npm run build && exit 1" });
  const bad = await deploy("main", "production");
  sandbox.clock.advance(BUILD);
  expect(await state(bad)).toMatchObject({
    readyState: "ERROR",
    errorMessage: 'Command "npm run build && exit 1" exited with 1',
  });
  expect(await state(good)).toMatchObject({ alias: ["web.vercel.app"] });
});

test("without auto-assignment a deployment stays staged until it is promoted", async () => {
  await using rig = await startWithProject();
  const { sandbox, call, state, deploy } = rig;
  const first = await deploy("main", "production");
  sandbox.clock.advance(BUILD);
  await call("PATCH", "/v9/projects/web", { autoAssignCustomDomains: false });
  const second = await deploy("main", "production");
  expect((await call("POST", `/v10/projects/web/promote/${second}`, {})).status).toBe(422);
  sandbox.clock.advance(BUILD);
  expect(await state(second)).toMatchObject({ readyState: "READY", readySubstate: "STAGED", aliasAssigned: false });
  expect((await call("POST", `/v10/projects/web/promote/${second}`, {})).status).toBe(201);
  expect((await call("GET", "/v9/projects/web")).body.lastAliasRequest).toMatchObject({
    ...{ type: "promote", jobStatus: "in-progress", fromDeploymentId: first, toDeploymentId: second },
  });
  expect((await call("POST", `/v10/projects/web/promote/${second}`, {})).status).toBe(409);
  sandbox.clock.advance(BUILD);
  expect((await call("GET", "/v9/projects/web")).body.lastAliasRequest).toMatchObject({ jobStatus: "succeeded" });
  expect(await state(second)).toMatchObject({ readySubstate: "PROMOTED", alias: ["web.vercel.app"] });
  expect(await state(first)).toMatchObject({ alias: [] });
});

test("a rollback goes back to an earlier deployment and keeps later ones staged until a promote", async () => {
  await using rig = await startWithProject();
  const { sandbox, call, state, deploy } = rig;
  const first = await deploy("main", "production");
  sandbox.clock.advance(BUILD);
  const second = await deploy("main", "production");
  sandbox.clock.advance(BUILD);
  const candidates = await call("GET", "/v7/deployments?projectId=web&rollbackCandidate=true");
  expect((candidates.body.deployments as Fields[]).map(({ uid }) => uid)).toEqual([first]);
  expect((await call("POST", `/v1/projects/web/rollback/${first}`, {})).status).toBe(201);
  sandbox.clock.advance(BUILD);
  expect(await state(first)).toMatchObject({ alias: ["web.vercel.app"] });
  const third = await deploy("main", "production");
  sandbox.clock.advance(BUILD);
  expect(await state(third)).toMatchObject({ readySubstate: "STAGED" });
  expect((await call("POST", `/v10/projects/web/promote/${second}`, {})).status).toBe(201);
  sandbox.clock.advance(BUILD);
  expect((await call("GET", "/v9/projects/web")).body).toMatchObject({ autoAssignCustomDomains: true });
});

test("a push deploys what is linked: production from its branch, previews from others, nothing where Git is off", async () => {
  await using rig = await startWithProject();
  const { sandbox, call, state } = rig;
  const push = async (branch: string) =>
    ((await call("POST", "/_git/push", { repo: "acme/mais", branch })).body.deployments as string[])[0];
  expect(await state(await push("main"))).toMatchObject({ target: "production", source: "git" });
  expect(await state(await push("next"))).toMatchObject({ target: null });
  await call("PATCH", "/v9/projects/web", { gitProviderOptions: { createDeployments: "disabled" } });
  expect(await push("main")).toBeUndefined();
  expect(sandbox.requests().at(-1)?.evidence).toBe("inferred");
});

test("the platform serves production with the variables of its build, again after a restart, and stops with the project", async () => {
  await using rig = await startWithProject();
  const { sandbox, call, deploy, projectId } = rig;
  const variable = (key: string, target: string[], rest: Fields = {}) => ({
    key,
    value: `${key}-1`,
    type: "encrypted",
    target,
    ...rest,
  });
  await call("POST", "/v10/projects/web/env", [
    variable("PUBLIC", ["production", "preview"]),
    variable("SECRET", ["production"], { type: "sensitive" }),
    variable("PREVIEW_ONLY", ["preview"]),
  ]);
  await deploy("main", "production");
  await call(
    "POST",
    "/v10/projects/web/env?upsert=true",
    variable("SECRET", ["production"], { type: "sensitive", value: "changed" }),
  );
  const version = {
    id: projectId,
    name: "web",
    vendor: "vercel",
    variables: { PUBLIC: "PUBLIC-1", SECRET: "SECRET-1" },
  };
  expect(sandbox.services.deployed).toMatchObject([version]);
  sandbox.clock.advance(BUILD);
  await emulator.resume?.(sandbox.store("vercel"), sandbox.world);
  expect(sandbox.services.deployed).toMatchObject([version, version]);
  await call("DELETE", "/v9/projects/web");
  expect(sandbox.services.list()).toEqual([]);
});

test("a running build is canceled, a finished one is not", async () => {
  await using rig = await startWithProject();
  const { sandbox, call, state, deploy } = rig;
  const id = await deploy("next");
  expect((await call("PATCH", `/v12/deployments/${id}/cancel`)).body).toMatchObject({ readyState: "CANCELED" });
  sandbox.clock.advance(BUILD);
  expect(await state(id)).toMatchObject({ readyState: "CANCELED" });
  expect((await call("PATCH", `/v12/deployments/${id}/cancel`)).status).toBe(400);
  expect((await call("DELETE", `/v13/deployments/${id}`)).body).toEqual({ uid: id, state: "DELETED" });
});

test("files are uploaded before a deployment names them", async () => {
  // The contract says binary, which the check of JSON bodies cannot read.
  await using sandbox = await startSandbox(["vercel"], { contract: "unchecked" });
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  const sha = createHash("sha1").update("hello").digest("hex");
  const deployment = { name: "web", files: [{ file: "index.html", sha, size: 5 }] };
  const early = await call("POST", "/v13/deployments", deployment);
  expect(early).toMatchObject({ status: 400, body: { error: { code: "missing_files", missing: [sha] } } });
  const upload = (digest: string) =>
    fetch(`${sandbox.url("vercel")}/v2/now/files?teamId=team_sandbox`, {
      ...{ method: "POST", body: "hello" },
      headers: {
        authorization: "Bearer sandbox_vercel",
        "content-type": "application/octet-stream",
        "x-vercel-digest": digest,
      },
    });
  expect((await upload("0".repeat(40))).status).toBe(400);
  expect((await upload(sha)).status).toBe(200);
  expect((await call("POST", "/v13/deployments", deployment)).status).toBe(200);
});
