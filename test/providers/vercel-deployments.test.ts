import { expect, test } from "vitest";
import { getDeployment, listDeployments } from "../../packages/vercel/functions.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { type Fields, vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

const BUILD = 1_000;

/** A project with two finished production deployments, each built with a GREETING of its own. */
async function startReleased(settings: Fields = {}) {
  const rig = await startVercelRig({ delays: { vercelDeployment: BUILD } });
  const { sandbox, api } = rig;
  const call = vercelCaller(sandbox);
  const gitRepository = { type: "github", repo: "acme/mais" };
  const projectId = String((await call("POST", "/v11/projects", { name: "web", gitRepository })).body.id);
  const start = async (ref: string, target?: string, rest: Fields = {}) => {
    const gitSource = { type: "github", org: "acme", repo: "mais", ref, sha: "a".repeat(40) };
    const { body } = await call("POST", "/v13/deployments", { name: "web", gitSource, target, ...rest });
    return String(body.id);
  };
  const { signal } = new AbortController();
  // Nothing waits for real time: each look lets a quarter of a build's time pass.
  const waiting = { signal, firstPauseMs: 1, progress: () => sandbox.clock.advance(BUILD / 4) };
  const release = async (greeting: string) => {
    const variable = { key: "GREETING", value: greeting, type: "encrypted", target: ["production"] };
    await call("POST", "/v10/projects/web/env?upsert=true", variable);
    const id = await start("main", "production");
    await api.deployments.waitReady(id, waiting);
    return id;
  };
  const [first, second] = [await release("one"), await release("two")];
  await call("PATCH", "/v9/projects/web", { ...settings, buildCommand: "npm run build" });
  const served = async () => {
    const { targets } = (await call("GET", "/v9/projects/web")).body as { targets: { production?: { id: string } } };
    return [targets.production?.id, sandbox.services.deployed.at(-1)?.variables.GREETING];
  };
  const assigns = async () => (await call("GET", "/v9/projects/web")).body.autoAssignCustomDomains;
  return {
    ...{ rig, sandbox, api, call, projectId, start, waiting, release, first, second, served, assigns },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

test("a rollback serves the old build with the values it was built with, and a promote the new one again", async () => {
  await using given = await startReleased();
  const { api, projectId, waiting, first, second, served, assigns } = given;
  expect(await served()).toEqual([second, "two"]);
  expect(await api.deployments.rollback(projectId, first, waiting)).toEqual({
    ...{ deploymentId: first, moved: true },
    aliases: [{ alias: "web.vercel.app", status: "completed" }],
  });
  expect(await served()).toEqual([first, "one"]);
  expect(await api.deployments.rollback(projectId, first, waiting)).toMatchObject({ moved: false });
  expect(await assigns()).toBe(false);
  const third = await given.release("three");
  expect(await api.deployments.get(third, waiting.signal)).toMatchObject({ substate: "STAGED", domains: [] });
  expect(await served()).toEqual([first, "one"]);
  expect(await api.deployments.promote(projectId, third, waiting)).toEqual({
    ...{ deploymentId: third, moved: true },
    aliases: [{ alias: "web.vercel.app", status: "completed" }],
  });
  expect(await served()).toEqual([third, "three"]);
  expect(await assigns()).toBe(true);
});

test("a rollback keeps back what is still being built, and a promote leaves assignment off where it was off before", async () => {
  await using given = await startReleased();
  const { api, sandbox, call, projectId, waiting, first, second, served, assigns } = given;
  await given.start("main", "production");
  await api.deployments.rollback(projectId, first, waiting);
  sandbox.clock.advance(BUILD);
  expect((await served())[0]).toBe(first);
  await api.deployments.promote(projectId, second, waiting);
  await call("PATCH", "/v9/projects/web", { autoAssignCustomDomains: false });
  await api.deployments.rollback(projectId, first, waiting);
  await api.deployments.promote(projectId, second, waiting);
  expect(await assigns()).toBe(false);
});

test("a preview is promoted as a new production build, which goes live whether or not domains follow by themselves", async () => {
  for (const autoAssignCustomDomains of [true, false]) {
    await using given = await startReleased({ autoAssignCustomDomains });
    const { api, projectId, waiting, served } = given;
    const preview = await given.start("next");
    await api.deployments.waitReady(preview, waiting);
    const { deploymentId, moved } = await api.deployments.promote(projectId, preview, waiting);
    expect([moved, deploymentId === preview]).toEqual([true, false]);
    expect(await served()).toEqual([deploymentId, "two"]);
    const built = await api.deployments.get(deploymentId, waiting.signal);
    expect(built).toMatchObject({ target: "production", branch: "next", domains: ["web.vercel.app"] });
  }
});

test("a build that fails ends the wait with its reason, and what is not built cannot go live", async () => {
  await using given = await startReleased();
  const { api, call, projectId, waiting, first, second, served } = given;
  await call("PATCH", "/v9/projects/web", { buildCommand: "exit 1" });
  const bad = await given.start("main", "production");
  await expect(api.deployments.promote(projectId, bad, waiting)).rejects.toThrow("cannot be promoted");
  await expect(api.deployments.waitReady(bad, waiting)).rejects.toThrow(
    `The deployment ${bad} of web ended as ERROR: Command "exit 1" exited with 1.`,
  );
  await call("POST", `/v1/projects/web/rollback/${first}`, {});
  await expect(api.deployments.promote(projectId, second, waiting)).rejects.toThrow("in progress");
  expect((await served())[0]).toBe(second);
});

test("a promotion whose answer is lost counts when the project says that it has arrived", async () => {
  await using given = await startReleased();
  const { api, sandbox, projectId, waiting, first, served } = given;
  sandbox.faults.add({ kind: "cut-after", vendor: "vercel", method: "POST" });
  expect(await api.deployments.rollback(projectId, first, waiting)).toMatchObject({ moved: true });
  expect((await served())[0]).toBe(first);
});

test("programs read a project's deployments and one by its host name", async () => {
  await using given = await startReleased();
  const { api, projectId, first, second } = given;
  const call = lifecycleCall();
  const ids = async (filter: object) => {
    const wanted = { projectId, limit: 20, ...filter };
    return (await listDeployments.definition.run(api, wanted, call)).deployments.map(({ id }) => id);
  };
  await given.start("next");
  expect(await ids({ target: "production" })).toEqual([second, first]);
  expect(await ids({ rollbackCandidate: true })).toEqual([first]);
  expect(await ids({ state: "READY", limit: 1 })).toEqual([second]);
  const { url } = await api.deployments.get(second, call.signal);
  expect(await getDeployment.definition.run(api, { idOrUrl: url ?? "" }, call)).toMatchObject({
    ...{ id: second, projectId, target: "production", state: "READY", substate: "PROMOTED" },
    ...{ branch: "main", commitId: "a".repeat(40), domains: ["web.vercel.app"] },
  });
});
