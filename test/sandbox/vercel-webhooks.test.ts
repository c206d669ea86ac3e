import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { vercelCaller } from "../helpers/vercel-caller.ts";

const hook = { url: "https://ops.mais.example/vercel", events: ["deployment.error"] };

test("a webhook tells its secret once, is listed by project, and is gone after its deletion", async () => {
  await using sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  const project = async (name: string) => String((await call("POST", "/v11/projects", { name })).body.id);
  const [web, docs] = [await project("web"), await project("docs")];
  const { body: one } = await call("POST", "/v1/webhooks", { ...hook, projectIds: [web] });
  const { body: all } = await call("POST", "/v1/webhooks", hook);
  expect(one).toMatchObject({
    ...hook,
    projectIds: [web],
    ownerId: "team_sandbox",
    secret: expect.stringMatching(/./),
  });
  expect((await call("GET", `/v1/webhooks/${one.id}`)).body).not.toHaveProperty("secret");
  const listed = async (query: string) => {
    const { body } = await call("GET", `/v1/webhooks${query}`);
    return (body as unknown as { id: string }[]).map(({ id }) => id);
  };
  expect([await listed(""), await listed(`?projectId=${docs}`)]).toEqual([[one.id, all.id], [all.id]]);
  expect((await call("DELETE", `/v1/webhooks/${one.id}`)).status).toBe(204);
  expect((await call("DELETE", `/v1/webhooks/${one.id}`)).status).toBe(404);
});

test("an unknown event, another scheme, a project that is not there and an unknown field are refused", async () => {
  await using sandbox = await startSandbox(["vercel"], { contract: "unchecked" });
  const call = vercelCaller(sandbox);
  const status = async (change: object) => (await call("POST", "/v1/webhooks", { ...hook, ...change })).status;
  expect(await status({ events: ["deployment.exploded"] })).toBe(400);
  expect(await status({ events: [] })).toBe(400);
  expect(await status({ url: "ftp://ops.mais.example" })).toBe(400);
  expect(await status({ projectIds: ["prj_none"] })).toBe(400);
  expect(await status({ name: "alarm" })).toBe(400);
  expect((await call("GET", "/v1/webhooks")).body).toEqual([]);
});
