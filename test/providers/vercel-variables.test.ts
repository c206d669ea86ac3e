import { expect, test } from "vitest";
import type { Fields } from "../helpers/vercel-caller.ts";
import { held, KIND, methods, scopes, secret, startWithVariables, variable } from "../helpers/vercel-variables.ts";

test("fifty variables are made in two calls, and neither a refresh nor a second up finds a difference", async () => {
  await using given = await startWithVariables();
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
  await using given = await startWithVariables();
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
  await using given = await startWithVariables();
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

test("a variable that leaves its Git branch or its custom environment leaves it at Vercel too, in one edit", async () => {
  await using given = await startWithVariables();
  const { rig, up } = given;
  const previews = { targets: ["preview"] };
  const branch = variable("API_URL", "1", { ...previews, gitBranch: "next" });
  const custom = variable("LEVEL", "1", { targets: undefined, customEnvironmentIds: ["env_qa"] });
  await up([branch, custom]);
  expect(scopes(rig)).toEqual([
    { target: ["preview"], customEnvironmentIds: [], gitBranch: "next" },
    { target: [], customEnvironmentIds: ["env_qa"] },
  ]);
  const wanted = [variable("API_URL", "2", previews), variable("LEVEL", "2", previews)];
  expect(methods(await rig.calls(() => up(wanted)))).toEqual(["GET", "PATCH", "PATCH"]);
  expect(scopes(rig)).toEqual([
    { target: ["preview"], customEnvironmentIds: [] },
    { target: ["preview"], customEnvironmentIds: [] },
  ]);
  await rig.refresh(KIND, "env");
  expect(await rig.calls(() => up(wanted))).toEqual([]);
});

test("a variable that becomes sensitive, and scopes that are joined, are made anew", async () => {
  await using given = await startWithVariables();
  const { rig, up } = given;
  await up([variable("A", "1"), variable("B", "1"), variable("B", "2", { targets: ["preview"] })]);
  const calls = await rig.calls(() =>
    up([secret("A", "1"), variable("B", "3", { targets: ["production", "preview"] })]),
  );
  expect(methods(calls)).toEqual(["GET", "DELETE", "POST"]);
  expect(held(rig)).toEqual(["A=1 production", "B=3 production+preview"]);
});

test("a sensitive value that somebody else has written shows on refresh, and the next up writes ours again", async () => {
  await using given = await startWithVariables();
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

test("a user's comment is kept apart from our marker", async () => {
  await using given = await startWithVariables();
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

test("rules that Vercel would apply later are applied at once, each by key, never by value", async () => {
  await using given = await startWithVariables();
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
  await using given = await startWithVariables();
  const { rig, projectId } = given;
  const paths = rig.secretPaths(KIND, "env", { projectId, variables: [secret("A", "1"), variable("B", "1")] });
  expect(paths).toContainEqual(["variables", 0, "value"]);
  expect(paths).toContainEqual(["variables", 1, "value"]);
});

test("where the team's policy makes variables sensitive, the run says so once and nothing differs afterwards", async () => {
  await using given = await startWithVariables();
  const { rig, up } = given;
  rig.sandbox.store("vercel").collection("teams").set("team_sandbox", { addOns: [], sensitiveVariables: "on" });
  const variables = [variable("A", "1"), secret("B", "1")];
  await up(variables);
  expect(rig.warnings).toEqual([expect.stringContaining("policy made A (production) sensitive")]);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toEqual(variables);
  expect(methods(await rig.calls(() => up([variable("A", "2"), secret("B", "1")])))).toEqual(["GET", "POST"]);
  expect(held(rig)).toEqual(["A=2 production", "B=1 production"]);
});
