import { SDKError } from "@vercel/sdk/models/sdkerror.js";
import { Deployments } from "@vercel/sdk/sdk/deployments.js";
import { Projects } from "@vercel/sdk/sdk/projects.js";
import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";

const BUILD = 1_000;
const teamId = "team_sandbox";

/** The vendor's own SDK as it is, told by its options where the sandbox is. Loaded whole it takes twice as long. */
async function session() {
  const sandbox = await startSandbox(["vercel"], { delays: { vercelDeployment: BUILD } });
  const clientOf = (bearerToken: string) => {
    const options = { bearerToken, serverURL: sandbox.url("vercel") };
    return { projects: new Projects(options), deployments: new Deployments(options) };
  };
  return {
    ...{ sandbox, clientOf, ...clientOf("sandbox_vercel") },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** The vendor's refusal as its SDK tells it: the status, and the body as text. */
async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SDKError)) throw new Error("The SDK took the answer", { cause: error });
  return { status: error.statusCode, code: JSON.parse(error.body).error.code };
}

test("the official SDK makes, lists by pages, changes and deletes projects, and reads refusals as its own errors", async () => {
  await using run = await session();
  const { projects, sandbox } = run;
  for (const name of ["web-a", "web-b", "web-c"]) {
    await projects.createProject({ teamId, requestBody: { name, framework: "nextjs" } });
    sandbox.clock.advance(1_000);
  }
  const listed: string[] = [];
  let from: string | undefined;
  do {
    const page = await projects.getProjects({ teamId, limit: "2", ...(from === undefined ? {} : { from }) });
    if (Array.isArray(page) || !("pagination" in page)) throw new Error("The list came in another of its forms");
    listed.push(...page.projects.map(({ name }) => name));
    from = page.pagination.next === null ? undefined : String(page.pagination.next);
  } while (from !== undefined && listed.length < 10);
  expect(listed).toEqual(["web-c", "web-b", "web-a"]);
  const changed = await projects.updateProject({
    ...{ teamId, idOrName: "web-a" },
    requestBody: { name: "site", nodeVersion: "22.x", rootDirectory: "apps/web" },
  });
  expect(changed).toMatchObject({ name: "site", nodeVersion: "22.x", rootDirectory: "apps/web", framework: "nextjs" });
  expect(await projects.getProject({ teamId, idOrName: changed.id })).toMatchObject({ name: "site" });
  const taken = projects.createProject({ teamId, requestBody: { name: "web-b" } });
  expect(await refusalOf(taken)).toEqual({ status: 409, code: "conflict" });
  await projects.deleteProject({ teamId, idOrName: "site" });
  const gone = projects.getProject({ teamId, idOrName: "site" });
  expect(await refusalOf(gone)).toEqual({ status: 404, code: "not_found" });
  const stranger = run.clientOf("another").projects.getProjects({ teamId });
  expect(await refusalOf(stranger)).toEqual({ status: 403, code: "forbidden" });
});

test("the official SDK writes many variables at once, reads, edits and removes them", async () => {
  await using run = await session();
  const { projects } = run;
  const idOrName = "web";
  await projects.createProject({ teamId, requestBody: { name: idOrName } });
  const variable = (key: string, type: "encrypted" | "sensitive" | "plain") => ({
    ...{ key, value: `${key} value`, type, target: ["production" as const] },
  });
  const wanted = [variable("OPEN", "plain"), variable("CLOSED", "sensitive"), variable("ONCE_MORE", "encrypted")];
  const { created, failed } = await projects.createProjectEnv({ teamId, idOrName, requestBody: wanted });
  expect([[created].flat().length, failed]).toEqual([3, []]);
  const again = await projects.createProjectEnv({
    ...{ teamId, idOrName },
    requestBody: [variable("OPEN", "plain"), variable("FRESH", "plain")],
  });
  expect(again.failed.map(({ error }) => error.code)).toEqual(["ENV_ALREADY_EXISTS"]);
  const read = async () => {
    const answer = await projects.filterProjectEnvs({ teamId, idOrName, decrypt: "true" });
    if (!("envs" in answer)) throw new Error("The list came in another of its forms");
    return answer.envs;
  };
  const envs = await read();
  expect(envs.map(({ key, value }) => [key, value])).toEqual([
    ["OPEN", "OPEN value"],
    ["CLOSED", ""],
    ["ONCE_MORE", "ONCE_MORE value"],
    ["FRESH", "FRESH value"],
  ]);
  const [open, ...others] = envs.map(({ id = "" }) => id);
  await projects.editProjectEnv({ teamId, idOrName, id: open ?? "", requestBody: { value: "changed" } });
  expect((await read())[0]?.value).toBe("changed");
  await projects.removeProjectEnv({ teamId, idOrName, id: open ?? "" });
  const { deleted } = await projects.batchRemoveProjectEnv({ teamId, idOrName, requestBody: { ids: others } });
  expect([deleted, await read()]).toEqual([3, []]);
  const unknown = projects.removeProjectEnv({ teamId, idOrName, id: "none" });
  expect((await refusalOf(unknown)).status).toBe(404);
});

test("the official SDK adds, verifies, redirects and removes domains", async () => {
  await using run = await session();
  const { projects } = run;
  const idOrName = "web";
  for (const name of [idOrName, "other"]) await projects.createProject({ teamId, requestBody: { name } });
  const domain = "app.mais.example";
  const added = await projects.addProjectDomain({ teamId, idOrName, requestBody: { name: domain } });
  expect(added).toMatchObject({ name: domain, apexName: "mais.example", verified: true });
  const taken = projects.addProjectDomain({ teamId, idOrName: "other", requestBody: { name: domain } });
  expect((await refusalOf(taken)).status).toBe(409);
  const pending = "pending.mais.example";
  const claimed = await projects.addProjectDomain({ teamId, idOrName, requestBody: { name: pending } });
  expect(claimed).toMatchObject({ verified: false, verification: [{ type: "TXT", domain: "_vercel.mais.example" }] });
  const early = projects.verifyProjectDomain({ teamId, idOrName, domain: pending });
  expect((await refusalOf(early)).status).toBe(400);
  const requestBody = { redirect: "mais.example", redirectStatusCode: 308 as const };
  const redirected = await projects.updateProjectDomain({ teamId, idOrName, domain, requestBody });
  expect(redirected).toMatchObject(requestBody);
  await projects.removeProjectDomain({ teamId, idOrName, domain: pending });
  const { domains } = await projects.getProjectDomains({ teamId, idOrName });
  expect(domains.map(({ name }) => name).sort()).toEqual([domain, "web.vercel.app"]);
});

test("the official SDK deploys, waits, lists by pages, rolls back and promotes", async () => {
  await using run = await session();
  const { projects, deployments, sandbox } = run;
  const gitRepository = { type: "github" as const, repo: "acme/mais" };
  const { id: projectId } = await projects.createProject({ teamId, requestBody: { name: "web", gitRepository } });
  const deploy = async () => {
    const gitSource = { type: "github" as const, org: "acme", repo: "mais", ref: "main" };
    const requestBody = { name: "web", project: projectId, target: "production", gitSource };
    const { id, readyState } = await deployments.createDeployment({ teamId, requestBody });
    expect(readyState).toBe("QUEUED");
    const seen = new Set<string>();
    for (let turn = 0; turn < 10 && !seen.has("READY"); turn++) {
      seen.add((await deployments.getDeployment({ teamId, idOrUrl: id })).readyState);
      sandbox.clock.advance(BUILD / 4);
    }
    expect([...seen]).toEqual(["QUEUED", "BUILDING", "READY"]);
    return id;
  };
  const [first, second] = [await deploy(), await deploy()];
  const page = await deployments.getDeployments({ teamId, projectId, limit: 1 });
  expect(page.deployments.map(({ uid }) => uid)).toEqual([second]);
  const rest = await deployments.getDeployments({ teamId, projectId, until: page.pagination.next ?? 0 });
  expect([rest.deployments.map(({ uid }) => uid), rest.pagination.next]).toEqual([[first], null]);
  await projects.requestRollback({ teamId, projectId, deploymentId: first });
  const busy = projects.requestPromote({ teamId, projectId, deploymentId: second });
  expect((await refusalOf(busy)).status).toBe(409);
  sandbox.clock.advance(BUILD);
  expect(await deployments.getDeployment({ teamId, idOrUrl: first })).toMatchObject({ alias: ["web.vercel.app"] });
  await projects.requestPromote({ teamId, projectId, deploymentId: second });
  sandbox.clock.advance(BUILD);
  const moved = await projects.listPromoteAliases({ teamId, projectId });
  if (!("aliases" in moved)) throw new Error("The list came in another of its forms");
  expect(moved.aliases.map(({ alias, status }) => [alias, status])).toEqual([["web.vercel.app", "completed"]]);
  expect(await deployments.deleteDeployment({ teamId, id: first })).toEqual({ uid: first, state: "DELETED" });
  expect((await refusalOf(deployments.getDeployment({ teamId, idOrUrl: first }))).status).toBe(404);
});
