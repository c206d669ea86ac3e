import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { type Answer, type Fields, vercelCaller } from "../helpers/vercel-caller.ts";

const variable = (key: string, value: string, rest: Fields = {}) => ({
  key,
  value,
  type: "encrypted",
  target: ["production"],
  ...rest,
});

const created = ({ body }: Answer): Fields[] => [body.created].flat() as Fields[];
const failures = ({ body }: Answer): unknown[] =>
  (body.failed as { error: Fields }[]).map(({ error }) => [error.key, error.code]);
const listed = ({ body }: Answer): Fields[] => body.envs as Fields[];

async function startWithProject() {
  const sandbox = await startSandbox(["vercel"]);
  const call = vercelCaller(sandbox);
  await call("POST", "/v11/projects", { name: "web" });
  return { sandbox, call, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() };
}

test("an encrypted value is shown decrypted on request, a sensitive one never", async () => {
  await using rig = await startWithProject();
  const { call } = rig;
  const both = [variable("URL", "https://api.example.com"), variable("SECRET", "hidden-value", { type: "sensitive" })];
  const answer = await call("POST", "/v10/projects/web/env", both);
  expect(answer.status).toBe(201);
  const [url, secret] = created(answer);
  expect(url?.value).not.toContain("example");
  const decrypted = listed(await call("GET", "/v10/projects/web/env?decrypt=true"));
  expect(decrypted.map(({ key, value, decrypted: is }) => [key, value, is])).toEqual([
    ["URL", "https://api.example.com", true],
    ["SECRET", "", false],
  ]);
  expect((await call("GET", `/v1/projects/web/env/${url?.id}`)).body).toMatchObject({
    value: "https://api.example.com",
    decrypted: true,
  });
  expect((await call("GET", `/v1/projects/web/env/${secret?.id}`)).body).not.toHaveProperty("value");
});

test("in a batch each variable stands for itself: the answer is 201 and names those that failed", async () => {
  await using rig = await startWithProject();
  const { call } = rig;
  await call("POST", "/v10/projects/web/env", variable("TAKEN", "1"));
  const answer = await call("POST", "/v10/projects/web/env", [
    variable("GOOD", "1"),
    variable("TAKEN", "2"),
    variable("NOT-A-NAME", "1"),
    variable("VERCEL_URL", "1"),
    variable("PULLED", "1", { type: "sensitive", target: ["development"] }),
    variable("NOWHERE", "1", { target: [] }),
  ]);
  expect(answer.status).toBe(201);
  expect(created(answer).map(({ key }) => key)).toEqual(["GOOD"]);
  expect(failures(answer)).toEqual([
    ["TAKEN", "ENV_ALREADY_EXISTS"],
    ["NOT-A-NAME", "KEY_INVALID_CHARACTERS"],
    ["VERCEL_URL", "RESERVED_ENV_VARIABLE"],
    ["PULLED", "BAD_REQUEST"],
    ["NOWHERE", "MISSING_TARGET"],
  ]);
});

test("alone, a variable that exists already is refused with 403", async () => {
  await using rig = await startWithProject();
  const { call } = rig;
  await call("POST", "/v10/projects/web/env", variable("TAKEN", "1"));
  const again = await call(
    "POST",
    "/v10/projects/web/env",
    variable("TAKEN", "2", { target: ["production", "preview"] }),
  );
  expect(again).toMatchObject({ status: 403, body: { error: { code: "ENV_ALREADY_EXISTS", key: "TAKEN" } } });
  const elsewhere = await call("POST", "/v10/projects/web/env", variable("TAKEN", "2", { target: ["preview"] }));
  expect(elsewhere.status).toBe(201);
});

test("an upsert overwrites the same key and targets, and conflicts with other targets that overlap", async () => {
  await using rig = await startWithProject();
  const { call, sandbox } = rig;
  const [first] = created(
    await call("POST", "/v10/projects/web/env", variable("A", "1", { target: ["production", "preview"] })),
  );
  sandbox.clock.advance(5);
  const [second] = created(
    await call("POST", "/v10/projects/web/env?upsert=true", variable("A", "2", { target: ["preview", "production"] })),
  );
  expect(second?.id).toBe(first?.id);
  expect(Number(second?.updatedAt) - Number(first?.updatedAt)).toBe(5);
  const partial = await call("POST", "/v10/projects/web/env?upsert=true", variable("A", "3"));
  expect(partial).toMatchObject({ status: 400, body: { error: { code: "ENV_CONFLICT" } } });
});

test("one branch's preview may differ from the others'", async () => {
  await using rig = await startWithProject();
  const { call } = rig;
  const everywhere = variable("A", "1", { target: ["preview"] });
  const branch = variable("A", "2", { target: ["preview"], gitBranch: "next" });
  expect(failures(await call("POST", "/v10/projects/web/env", [everywhere, branch]))).toEqual([]);
  const production = await call("POST", "/v10/projects/web/env", variable("B", "1", { gitBranch: "next" }));
  expect(production).toMatchObject({ status: 400, body: { error: { code: "BAD_REQUEST" } } });
});

test("a variable is edited in place, but never to or from sensitive", async () => {
  await using rig = await startWithProject();
  const { call } = rig;
  const [made] = created(await call("POST", "/v10/projects/web/env", variable("A", "1")));
  const edited = await call("PATCH", `/v9/projects/web/env/${made?.id}`, {
    value: "2",
    target: ["preview"],
    comment: "why",
  });
  expect(edited.body).toMatchObject({ id: made?.id, key: "A", target: ["preview"], comment: "why" });
  const retyped = await call("PATCH", `/v9/projects/web/env/${made?.id}`, { type: "sensitive" });
  expect(retyped).toMatchObject({ status: 400, body: { error: { code: "BAD_REQUEST" } } });
});

test("variables are deleted one at a time or many at once, and go with their project", async () => {
  await using rig = await startWithProject();
  const { call, sandbox } = rig;
  const made = created(
    await call(
      "POST",
      "/v10/projects/web/env",
      ["A", "B", "C"].map((key) => variable(key, "1")),
    ),
  );
  const [a, b, c] = made.map(({ id }) => id);
  expect((await call("DELETE", `/v9/projects/web/env/${a}`)).body).toMatchObject({ key: "A" });
  expect((await call("DELETE", `/v9/projects/web/env/${a}`)).status).toBe(404);
  expect((await call("DELETE", "/v1/projects/web/env", { ids: [a, b] })).body).toEqual({ deleted: 1, ids: [b] });
  expect(listed(await call("GET", "/v10/projects/web/env")).map(({ id }) => id)).toEqual([c]);
  await call("DELETE", "/v9/projects/web");
  expect(sandbox.store("vercel").collection("envs").list()).toEqual([]);
});
