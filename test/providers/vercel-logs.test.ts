import { expect, test } from "vitest";
import { projectLogs } from "../../src/components/log-destination.ts";
import { vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

const KIND = "ApiObject";
const ENDPOINT = "https://in.logs.mais.app/vercel";

async function start() {
  const rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const projectId = String((await call("POST", "/v11/projects", { name: "web" })).body.id);
  return { rig, call, projectId, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

test("a project's log drain is made, seen when somebody changes it, moved, and taken away", async () => {
  await using given = await start();
  const { rig, call, projectId } = given;
  const drain = projectLogs("mais-prod-web-logs", projectId, { endpoint: ENDPOINT });
  const wanted = { ...drain, secretBody: { delivery: { headers: { authorization: "Bearer canary-token" } } } };
  expect(await rig.up(KIND, "web-logs", wanted)).toBe("create");
  const { id } = rig.state("web-logs");
  const live = async () => (await call("GET", `/v1/drains/${id}`)).body;
  expect(await live()).toMatchObject({
    ...{ name: "mais-prod-web-logs", projectIds: [projectId], schemas: { log: { version: "v1" } }, status: "enabled" },
    delivery: { type: "http", endpoint: ENDPOINT, headers: { authorization: "Bearer canary-token" } },
    filterV2: { filter: { deployment: { environments: ["production"] } } },
  });
  await rig.refresh(KIND, "web-logs");
  expect(await rig.up(KIND, "web-logs", wanted)).toBe("same");

  await call("PATCH", `/v1/drains/${id}`, { name: "theirs" });
  await rig.refresh(KIND, "web-logs");
  const moved = {
    ...wanted,
    body: { ...wanted.body, delivery: { ...wanted.body.delivery, endpoint: `${ENDPOINT}/2` } },
  };
  expect(await rig.up(KIND, "web-logs", moved)).toBe("update");
  expect(await live()).toMatchObject({ name: "mais-prod-web-logs", delivery: { endpoint: `${ENDPOINT}/2` } });

  await rig.destroy(KIND, "web-logs");
  expect(rig.sandbox.store("vercel").collection("drains").list()).toEqual([]);
});

test("a drain of that name that somebody else made is refused and left alone", async () => {
  await using given = await start();
  const { rig, projectId } = given;
  const drain = projectLogs("mais-prod-web-logs", projectId, { endpoint: ENDPOINT });
  await rig.up(KIND, "theirs", drain);
  const mine = rig.up(KIND, "web-logs", drain);
  await expect(mine).rejects.toThrow("was not made by this stack, so nothing was touched");
});

test("the sandbox refuses a drain without projects, of unknown ones, and of fields that Vercel does not have", async () => {
  await using given = await start();
  const { call, projectId } = given;
  const delivery = { type: "http", endpoint: ENDPOINT, encoding: "json", headers: {} };
  const drain = {
    name: "logs",
    projects: "some",
    projectIds: [projectId],
    schemas: { log: { version: "v1" } },
    delivery,
  };
  const answers = await Promise.all([
    call("POST", "/v1/drains", { ...drain, projectIds: [] }),
    call("POST", "/v1/drains", { ...drain, projectIds: ["prj_none"] }),
    call("POST", "/v1/drains", { ...drain, endpoint: ENDPOINT }),
    call("POST", "/v1/drains", { ...drain, delivery: undefined }),
  ]);
  expect(answers.map(({ status, body }) => [status, Object(body.error).message])).toEqual([
    [400, expect.stringContaining("`projectIds` should not be empty")],
    [400, expect.stringContaining("`prj_none` could not be found")],
    [400, expect.stringContaining("additional property `endpoint`")],
    [400, expect.stringContaining("missing required property `delivery`")],
  ]);
  expect((await call("GET", "/v1/drains/drn_none")).status).toBe(404);
});
