import { expect, test } from "vitest";
import { type Fields, vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig, type VercelRig } from "../helpers/vercel-rig.ts";

const KIND = "ProjectEnvironmentVariables";
const variable = (key: string, value: string, rest: Fields = {}): Fields => ({
  key,
  value,
  sensitive: false,
  targets: ["production"],
  ...rest,
});
const secret = (key: string, value: string, rest: Fields = {}): Fields =>
  variable(key, value, { sensitive: true, ...rest });

async function startWithProject() {
  const rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const projectId = String((await call("POST", "/v11/projects", { name: "web" })).body.id);
  const up = (variables: Fields[], rest: Fields = {}) => rig.up(KIND, "env", { projectId, variables, ...rest });
  return { rig, call, projectId, up, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

/** What Vercel holds, sensitive values included. */
function held(rig: VercelRig): string[] {
  const envs = rig.sandbox
    .store("vercel")
    .collection<{ key: string; value: string; target: string[]; gitBranch?: string }>("envs");
  return envs
    .list()
    .map(({ key, value, target }) => `${key}=${value} ${target.join("+")}`)
    .sort();
}

const methods = (calls: string[]) => calls.map((call) => call.split(" ")[0]);

test("fifty variables are made in two calls, and neither a refresh nor a second up finds a difference", async () => {
  await using given = await startWithProject();
  const { rig, up } = given;
  const variables = Array.from({ length: 50 }, (_, index) =>
    (index % 2 ? variable : secret)(`KEY_${index}`, `value-${index}`),
  );
  expect(methods(await rig.calls(() => up(variables)))).toEqual(["GET", "POST"]);
  expect(held(rig)).toHaveLength(50);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toEqual(variables);
  expect(await rig.calls(() => up(variables))).toEqual([]);
  expect(await rig.calls(() => up([...variables].reverse()))).toEqual([]);
});

test("changing one of fifty, readable or sensitive, takes two calls and touches no other", async () => {
  await using given = await startWithProject();
  const { rig, up } = given;
  const variables = Array.from({ length: 50 }, (_, index) =>
    (index % 2 ? variable : secret)(`KEY_${index}`, `value-${index}`),
  );
  await up(variables);
  rig.sandbox.clock.advance(1_000);
  for (const index of [10, 11]) {
    const changed = variables.map((one, at) => (at === index ? { ...one, value: "changed" } : one));
    const before = rig.sandbox.requests().length;
    await up(changed);
    const [read, write, ...others] = rig.sandbox.requests().slice(before);
    expect([read?.method, write?.method, others]).toEqual(["GET", "POST", []]);
    expect(JSON.parse(write?.requestText ?? "")).toMatchObject([{ key: `KEY_${index}`, value: "changed" }]);
    await up(variables);
  }
});

test("adding, changing, moving and removing are told apart by key and scope", async () => {
  await using given = await startWithProject();
  const { rig, up } = given;
  await up([variable("KEEP", "1"), variable("CHANGE", "1"), variable("MOVE", "1"), variable("REMOVE", "1")]);
  const calls = await rig.calls(() =>
    up([
      variable("KEEP", "1"),
      variable("CHANGE", "2"),
      variable("MOVE", "1", { targets: ["preview"] }),
      secret("ADD", "1"),
    ]),
  );
  expect(methods(calls)).toEqual(["GET", "PATCH", "POST", "DELETE"]);
  expect(held(rig)).toEqual(["ADD=1 production", "CHANGE=2 production", "KEEP=1 production", "MOVE=1 preview"]);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toMatchObject([
    { key: "KEEP" },
    { key: "CHANGE" },
    { key: "MOVE" },
    { key: "ADD", value: "1" },
  ]);
});

test("a variable that becomes sensitive, and scopes that are joined, are made anew", async () => {
  await using given = await startWithProject();
  const { rig, up } = given;
  await up([variable("A", "1"), variable("B", "1"), variable("B", "2", { targets: ["preview"] })]);
  const calls = await rig.calls(() =>
    up([secret("A", "1"), variable("B", "3", { targets: ["production", "preview"] })]),
  );
  expect(methods(calls)).toEqual(["GET", "DELETE", "POST"]);
  expect(held(rig)).toEqual(["A=1 production", "B=3 production+preview"]);
});

test("a sensitive value that somebody else has written shows on refresh, and the next up writes ours again", async () => {
  await using given = await startWithProject();
  const { rig, call, up } = given;
  const variables = [secret("JWT_SECRET", "ours"), secret("OTHER", "ours too")];
  await up(variables);
  rig.sandbox.clock.advance(1_000);
  const { envs } = (await call("GET", "/v10/projects/web/env")).body as { envs: Fields[] };
  await call("PATCH", `/v9/projects/web/env/${envs[0]?.id}`, { value: "theirs" });
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toEqual([
    secret("JWT_SECRET", "(changed outside of this program)"),
    variables[1],
  ]);
  expect(await up(variables)).toBe("update");
  expect(held(rig)).toEqual(["JWT_SECRET=ours production", "OTHER=ours too production"]);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toEqual(variables);
});

test("variables that the resource does not name are left alone, and with prune are deleted", async () => {
  await using given = await startWithProject();
  const { rig, call, up } = given;
  await call("POST", "/v10/projects/web/env", { key: "THEIRS", value: "1", type: "plain", target: ["production"] });
  await up([variable("OURS", "1")]);
  await up([variable("OURS", "2")]);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toEqual([variable("OURS", "2")]);
  expect(held(rig)).toEqual(["OURS=2 production", "THEIRS=1 production"]);
  await up([variable("OURS", "2")], { prune: true });
  expect(held(rig)).toEqual(["OURS=2 production"]);
  await rig.destroy(KIND, "env");
  expect(held(rig)).toEqual([]);
});

test("a variable that exists and is not ours is refused before anything is written, on create and on update", async () => {
  await using given = await startWithProject();
  const { rig, call, up } = given;
  await call("POST", "/v10/projects/web/env", {
    key: "TAKEN",
    value: "theirs",
    type: "plain",
    target: ["production", "preview"],
  });
  await expect(up([variable("TAKEN", "1"), variable("A", "1")])).rejects.toThrow("TAKEN (production, preview)");
  await up([variable("A", "1")]);
  await expect(up([variable("A", "2"), variable("TAKEN", "1")])).rejects.toThrow("one variable has one owner");
  expect(held(rig)).toEqual(["A=1 production", "TAKEN=theirs production+preview"]);
});

test("variables written by a run that was cut off are taken over by the next one", async () => {
  await using given = await startWithProject();
  const { rig, up } = given;
  await up([secret("A", "1"), variable("B", "1")]);
  rig.forget("env");
  expect(await up([secret("A", "2"), variable("B", "2"), variable("C", "1")])).toBe("create");
  expect(held(rig)).toEqual(["A=2 production", "B=2 production", "C=1 production"]);
  expect(rig.warnings).toEqual([expect.stringContaining("made by an interrupted run")]);
  await rig.refresh(KIND, "env");
  expect(await up([secret("A", "2"), variable("B", "2"), variable("C", "1")])).toBe("same");
});

test("what Vercel refuses of an accepted call fails the run by name, without a value; the rest is kept", async () => {
  await using given = await startWithProject();
  const { rig, call, projectId, up } = given;
  const variables = [variable("A", "1"), secret("RACED", "a-secret-value")];
  // Somebody else is faster: the variable appears after we looked.
  const write = rig.api.writeVariables.bind(rig.api);
  rig.api.writeVariables = async (...args) => {
    await call("POST", "/v10/projects/web/env", {
      key: "RACED",
      value: "theirs",
      type: "plain",
      target: ["production"],
    });
    rig.api.writeVariables = write;
    return write(...args);
  };
  const failed = await up(variables).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    id: projectId,
    reasons: [expect.stringMatching(/^RACED was refused: .*ENV_ALREADY_EXISTS/)],
  });
  expect(JSON.stringify(Object(failed).reasons)).not.toContain("a-secret-value");
  rig.keep("env", failed);
  const wanted = { projectId, variables: [variable("A", "2"), variables[1]] };
  await expect(rig.finish(KIND, "env", wanted)).rejects.toThrow("RACED (production)");
  const { envs } = (await call("GET", "/v10/projects/web/env")).body as { envs: Fields[] };
  await call("DELETE", `/v9/projects/web/env/${envs.find(({ key }) => key === "RACED")?.id}`);
  await rig.finish(KIND, "env", wanted);
  expect(held(rig)).toEqual(["A=2 production", "RACED=a-secret-value production"]);
});

test("a user's comment is kept apart from our marker", async () => {
  await using given = await startWithProject();
  const { rig, call, up } = given;
  await up([variable("A", "1", { comment: "for the map" }), variable("B", "1")]);
  const { envs } = (await call("GET", "/v10/projects/web/env")).body as { envs: Fields[] };
  expect(envs.map(({ comment }) => comment)).toEqual([
    expect.stringMatching(/^for the map \[mais:[0-9a-f]{32}\]$/),
    expect.stringMatching(/^\[mais:/),
  ]);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toEqual([
    variable("A", "1", { comment: "for the map" }),
    variable("B", "1"),
  ]);
  expect(await up([variable("A", "1", { comment: "for the shop" }), variable("B", "1")])).toBe("update");
});

test("all variables gone in the dashboard, or the whole project, reads as gone; deleting is fine then", async () => {
  await using given = await startWithProject();
  const { rig, call, up } = given;
  await up([variable("A", "1")]);
  const { envs } = (await call("GET", "/v10/projects/web/env")).body as { envs: Fields[] };
  await call("DELETE", `/v9/projects/web/env/${envs[0]?.id}`);
  expect(await rig.refresh(KIND, "env")).toBe(false);
  await up([variable("A", "1")]);
  await call("DELETE", "/v9/projects/web");
  await rig.destroy(KIND, "env");
});

test("rules that Vercel would apply later are applied at once, each by key, never by value", async () => {
  await using given = await startWithProject();
  const { rig, projectId } = given;
  const variables = [
    secret("PULLED", "top-secret", { targets: ["development"] }),
    variable("TWICE", "1"),
    variable("TWICE", "2", { targets: ["production", "preview"] }),
    variable("BRANCH", "1", { gitBranch: "next" }),
    variable("VERCEL_URL", "1"),
    { key: "NOWHERE", value: "1", sensitive: false },
  ];
  const problems = rig.check(KIND, "env", { projectId, variables });
  expect(problems).toEqual([
    expect.stringContaining("PULLED (development) cannot be sensitive"),
    expect.stringContaining("TWICE (production, preview) overlaps TWICE (production)"),
    expect.stringContaining("BRANCH (production, branch next) has a gitBranch"),
    expect.stringContaining("VERCEL_URL (production) is a name that Vercel fills in"),
    expect.stringContaining("NOWHERE () needs targets"),
  ]);
  expect(problems.join()).not.toContain("top-secret");
});

test("every value is secret in state, also one that the program passes plain", async () => {
  await using given = await startWithProject();
  const { rig, projectId } = given;
  expect(rig.secretPaths(KIND, "env", { projectId, variables: [secret("A", "1"), variable("B", "1")] })).toContainEqual(
    ["variables"],
  );
});
