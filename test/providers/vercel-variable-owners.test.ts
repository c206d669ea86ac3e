import { expect, test } from "vitest";
import type { Fields } from "../helpers/vercel-caller.ts";
import { held, KIND, secret, startWithVariables, variable } from "../helpers/vercel-variables.ts";

test("variables that the resource does not name are left alone, and with prune are deleted", async () => {
  await using given = await startWithVariables();
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
  await using given = await startWithVariables();
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
  await using given = await startWithVariables();
  const { rig, up } = given;
  await up([secret("A", "1"), variable("B", "1")]);
  rig.forget("env");
  expect(await up([secret("A", "2"), variable("B", "2"), variable("C", "1")])).toBe("create");
  expect(held(rig)).toEqual(["A=2 production", "B=2 production", "C=1 production"]);
  expect(rig.warnings).toEqual([expect.stringContaining("made by an interrupted run")]);
  await rig.refresh(KIND, "env");
  expect(await up([secret("A", "2"), variable("B", "2"), variable("C", "1")])).toBe("same");
});

test("what an update added before it was cut off is the resource's own: taken over, seen by a refresh, deleted with it", async () => {
  await using given = await startWithVariables();
  const { rig, call, up } = given;
  await up([variable("A", "1")]);
  const before = rig.state("env");
  const wanted = [secret("A2", "x"), variable("A", "1"), variable("B", "1", { comment: "theirs to read" })];
  await up(wanted);
  rig.recall("env", before);
  expect(await up(wanted)).toBe("update");
  expect(held(rig)).toEqual(["A2=x production", "A=1 production", "B=1 production"]);
  await rig.refresh(KIND, "env");
  expect(await up(wanted)).toBe("same");

  rig.recall("env", before);
  await rig.refresh(KIND, "env");
  expect(rig.state("env").inputs.variables).toHaveLength(3);

  rig.recall("env", before);
  const theirs = { key: "THEIRS", value: "1", type: "plain", target: ["production"] };
  await call("POST", "/v10/projects/web/env", theirs);
  await rig.destroy(KIND, "env");
  expect(held(rig)).toEqual(["THEIRS=1 production"]);
});

test("what Vercel refuses of an accepted call fails the run by name, without a value; the rest is kept", async () => {
  await using given = await startWithVariables();
  const { rig, call, projectId, up } = given;
  const variables = [variable("A", "1"), secret("RACED", "a-secret-value")];
  // Somebody else is faster: the variable appears after we looked.
  const write = rig.api.variables.write.bind(rig.api.variables);
  rig.api.variables.write = async (...args) => {
    await call("POST", "/v10/projects/web/env", {
      key: "RACED",
      value: "theirs",
      type: "plain",
      target: ["production"],
    });
    rig.api.variables.write = write;
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

test("all variables gone in the dashboard, or the whole project, reads as gone; deleting is fine then", async () => {
  await using given = await startWithVariables();
  const { rig, call, up } = given;
  await up([variable("A", "1")]);
  const { envs } = (await call("GET", "/v10/projects/web/env")).body as { envs: Fields[] };
  await call("DELETE", `/v9/projects/web/env/${envs[0]?.id}`);
  expect(await rig.refresh(KIND, "env")).toBe(false);
  await up([variable("A", "1")]);
  await call("DELETE", "/v9/projects/web");
  await rig.destroy(KIND, "env");
});
