import { expect, test } from "vitest";
import { emulator } from "../../src/sandbox/render/index.ts";
import { owners, SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { ask, createApi, type Json, newApi, statusOf } from "./render-requests.ts";

const instantly = { delays: { renderDeploy: 0 } };

test("a deploy goes through its steps on the clock, and the newer live one deactivates it", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 1_000 } });
  const serviceDetails = { ...newApi.serviceDetails, preDeployCommand: "npm run migrate" };
  const { id, deployId } = await createApi(sandbox, { serviceDetails });
  const seen = [];
  for (const ms of [0, 200, 450, 200, 200]) {
    sandbox.clock.advance(ms);
    seen.push(await statusOf(sandbox, id, deployId));
  }
  expect(seen).toEqual(["created", "build_in_progress", "pre_deploy_in_progress", "update_in_progress", "live"]);
  const second = await ask(sandbox, `POST /services/${id}/deploys`, {});
  expect(second.status).toBe(201);
  expect(second.json).toMatchObject({ status: "created", trigger: "api", finishedAt: null });
  expect(await statusOf(sandbox, id, deployId)).toBe("live");
  sandbox.clock.advance(1_000);
  expect(await statusOf(sandbox, id, second.json.id)).toBe("live");
  expect(await statusOf(sandbox, id, deployId)).toBe("deactivated");
});

test("a deploy that is asked for while another one runs cancels that one", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id, deployId } = await createApi(sandbox);
  sandbox.clock.advance(300);
  await ask(sandbox, `POST /services/${id}/deploys`, {});
  expect(await statusOf(sandbox, id, deployId)).toBe("canceled");
});

test("where the workspace lets deploys wait, one that is asked for meanwhile is accepted without an object, and runs next", async () => {
  await using sandbox = await startSandbox(["render"]);
  const { id, deployId } = await createApi(sandbox);
  const owner = owners(sandbox.store("render")).get(SANDBOX_OWNER);
  Object.assign(owner ?? {}, { overlap: "wait" });
  sandbox.clock.advance(300);
  const deploys = `/services/${id}/deploys`;
  for (const commitId of ["a".repeat(40), "b".repeat(40)])
    expect(await ask(sandbox, `POST ${deploys}`, { commitId })).toMatchObject({ status: 202, json: undefined });
  const seen = async () => (await ask(sandbox, `GET ${deploys}`)).json.map(({ deploy }: Json) => deploy);
  expect((await seen()).map((deploy: Json) => deploy.id)).toEqual([deployId]);
  sandbox.clock.advance(1_000);
  expect(await seen()).toMatchObject([{ status: "created", commit: { id: "b".repeat(40) } }, { status: "live" }]);
  sandbox.clock.advance(1_000);
  expect((await seen()).map(({ status }: Json) => status)).toEqual(["live", "deactivated"]);
  expect((await ask(sandbox, `GET /owners/${SANDBOX_OWNER}`)).json).not.toHaveProperty("overlap");
});

test("a local folder runs with the variables of its deploy: the service's own win over the linked group's", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { id } = await createApi(sandbox, { repo: "file:///srv/mais", rootDir: "apps/api" });
  const group = await ask(sandbox, "POST /env-groups", {
    ...{ name: "shared", ownerId: SANDBOX_OWNER, serviceIds: [id] },
    envVars: [
      { key: "LOG_LEVEL", value: "debug" },
      { key: "SENTRY_DSN", value: "https://key@sentry.invalid/1" },
    ],
  });
  expect(group.json.serviceLinks).toEqual([{ id, name: "api", type: "web" }]);
  await ask(sandbox, `PUT /services/${id}/env-vars/JWT_SECRET`, { value: "second" });
  expect(sandbox.services.deployed).toHaveLength(1);
  await ask(sandbox, `POST /services/${id}/deploys`, {});
  expect(sandbox.services.deployed.map(({ variables }) => variables)).toEqual([
    { LOG_LEVEL: "info", JWT_SECRET: "first" },
    { LOG_LEVEL: "info", JWT_SECRET: "second", SENTRY_DSN: "https://key@sentry.invalid/1" },
  ]);
  expect(sandbox.services.deployed[0]).toMatchObject({
    ...{ id, name: "api", vendor: "render", folder: "/srv/mais", rootDir: "apps/api" },
    ...{ startCommand: "npm start", healthCheckPath: "/health" },
  });
});

test("a version that does not start fails its deploy, and the one before stays live", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { id, deployId } = await createApi(sandbox);
  sandbox.services.failNext("exited with code 1");
  const { json } = await ask(sandbox, `POST /services/${id}/deploys`, {});
  expect(await statusOf(sandbox, id, json.id)).toBe("update_failed");
  const { logs } = (await ask(sandbox, `GET /logs?ownerId=${SANDBOX_OWNER}&resource=${id}`)).json;
  expect(logs.map(({ message }: Json) => message)).toEqual(["exited with code 1"]);
  expect((await ask(sandbox, `GET /logs?resource=${id}`)).status).toBe(400);
  expect(await statusOf(sandbox, id, deployId)).toBe("live");
});

test("deploy_only runs the last build again and takes no commit; a rollback turns automatic deploys off", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { id, deployId } = await createApi(sandbox);
  const deploys = `/services/${id}/deploys`;
  const first = (await ask(sandbox, `GET ${deploys}/${deployId}`)).json;
  const pinned = await ask(sandbox, `POST ${deploys}`, { commitId: "0123456789abcdef0123456789abcdef01234567" });
  expect(pinned.json.commit.id).toBe("0123456789abcdef0123456789abcdef01234567");
  expect((await ask(sandbox, `POST ${deploys}`, { deployMode: "deploy_only" })).json.commit).toEqual(
    pinned.json.commit,
  );
  expect((await ask(sandbox, `POST ${deploys}`, { deployMode: "deploy_only", commitId: "a" })).status).toBe(400);
  const rollback = await ask(sandbox, `POST /services/${id}/rollback`, { deployId });
  expect(rollback).toMatchObject({ status: 201, json: { trigger: "rollback", commit: first.commit } });
  expect((await ask(sandbox, `GET /services/${id}`)).json.autoDeploy).toBe("no");
  const again = await ask(sandbox, `POST ${deploys}`, { deployMode: "deploy_only" });
  expect(again.json.commit).toEqual(pinned.json.commit);
});

test("an image service normalises its path and has no commit; an image cron job's deploy is live at once", async () => {
  await using sandbox = await startSandbox(["render"], { delays: { renderDeploy: 1_000 } });
  const image = { ownerId: SANDBOX_OWNER, imagePath: "nginx" };
  const { serviceDetails, repo: _, branch: __, ...rest } = newApi;
  const web = await ask(sandbox, "POST /services", {
    ...{ ...rest, image },
    serviceDetails: { ...serviceDetails, runtime: "image", envSpecificDetails: {} },
  });
  expect(web.json.service).toMatchObject({ imagePath: "docker.io/library/nginx:latest" });
  expect(web.json.service).not.toHaveProperty("repo");
  const { json } = await ask(sandbox, `GET /services/${web.json.service.id}/deploys`);
  expect(json[0].deploy).toMatchObject({ commit: null, image: { ref: "docker.io/library/nginx:latest" } });
  const cron = await ask(sandbox, "POST /services", {
    ...{ ...rest, image, type: "cron_job", name: "nightly" },
    serviceDetails: { runtime: "image", plan: "starter", schedule: "0 3 * * *" },
  });
  expect(cron.json.service.id).toMatch(/^crn-/);
  expect(await statusOf(sandbox, cron.json.service.id, cron.json.deployId)).toBe("live");
});

test("a suspended service stops, refuses deploys, and is deployed when it is resumed", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { id } = await createApi(sandbox);
  expect(sandbox.services.list().map((service) => service.id)).toEqual([id]);
  expect((await ask(sandbox, `POST /services/${id}/suspend`)).status).toBe(202);
  expect(sandbox.services.list()).toEqual([]);
  expect((await ask(sandbox, `GET /services/${id}`)).json).toMatchObject({
    suspended: "suspended",
    suspenders: ["user"],
  });
  expect((await ask(sandbox, `POST /services/${id}/deploys`, {})).status).toBe(400);
  expect((await ask(sandbox, `POST /services/${id}/resume`)).status).toBe(202);
  expect((await ask(sandbox, `GET /services/${id}/deploys`)).json[0].deploy.trigger).toBe("service_resumed");
  expect((await ask(sandbox, `DELETE /services/${id}`)).status).toBe(204);
  expect((await ask(sandbox, `GET /services/${id}`)).json).toEqual({ message: `not found: ${id}` });
  expect(sandbox.services.list()).toEqual([]);
});

test("after a restart of the sandbox the deployed version runs again, not what was set since", async () => {
  await using sandbox = await startSandbox(["render"], instantly);
  const { id, deployId } = await createApi(sandbox);
  await ask(sandbox, `PUT /services/${id}/env-vars/JWT_SECRET`, { value: "second" });
  await ask(sandbox, `PATCH /services/${id}`, { serviceDetails: { healthCheckPath: "/other" } });
  await emulator.resume?.(sandbox.store("render"), sandbox.world);
  await ask(sandbox, `POST /services/${id}/restart`);
  const [first, resumed, restarted] = sandbox.services.deployed;
  expect([resumed, restarted]).toEqual([first, first]);
  expect(first).toMatchObject({ healthCheckPath: "/health", variables: { JWT_SECRET: "first" } });
  expect(await statusOf(sandbox, id, deployId)).toBe("live");
});
