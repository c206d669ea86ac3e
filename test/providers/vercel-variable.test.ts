import { expect, test } from "vitest";
import type { EnvRecord } from "../../src/sandbox/vercel/state.ts";
import { methods, startWithVariables } from "../helpers/vercel-variables.ts";

const KIND = "ProjectEnvironmentVariable";
const wanted = { key: "JWT_SECRET", value: "ours", sensitive: true, targets: ["production"] };

test("one variable is made and edited in place, each with one write, and its comment keeps what the user wrote", async () => {
  await using given = await startWithVariables();
  const { rig, projectId } = given;
  const up = (rest: object) => rig.up(KIND, "one", { projectId, ...wanted, ...rest });
  expect(methods(await rig.calls(() => up({ comment: "signs" })))).toEqual(["GET", "POST"]);
  const [stored] = rig.sandbox.store("vercel").collection<EnvRecord>("envs").list();
  expect(stored?.comment).toMatch(/^signs \[mais:[0-9a-f]{32}\]$/);
  const edit = await rig.calls(() => up({ value: "newer", comment: "signs" }));
  expect(edit).toEqual([`PATCH /v9/projects/${projectId}/env/${stored?.id}`]);
  expect(JSON.parse(rig.sandbox.requests().at(-1)?.requestText ?? "")).toEqual({ value: "newer" });
  expect(await up({ value: "newer", comment: "signs" })).toBe("same");
});

test("a sensitive value that somebody else wrote shows on refresh, and the next up writes ours again", async () => {
  await using given = await startWithVariables();
  const { rig, call, projectId } = given;
  const up = () => rig.up(KIND, "one", { projectId, ...wanted });
  await up();
  await rig.refresh(KIND, "one");
  expect(await up()).toBe("same");
  rig.sandbox.clock.advance(1_000);
  await call("PATCH", `/v9/projects/web/env/${rig.state("one").id.split("/")[1]}`, { value: "theirs" });
  await rig.refresh(KIND, "one");
  expect(rig.state("one").inputs.value).not.toBe("ours");
  expect(await up()).toBe("update");
  const [stored] = rig.sandbox.store("vercel").collection<EnvRecord>("envs").list();
  expect(stored?.value).toBe("ours");
});

test("a variable that a team's policy makes sensitive is said once and is no difference afterwards", async () => {
  await using given = await startWithVariables();
  const { rig, projectId } = given;
  const team = { addOns: [], sensitiveVariables: "on" };
  rig.sandbox.store("vercel").collection("teams").set("team_sandbox", team);
  const open = { projectId, ...wanted, sensitive: false };
  await rig.up(KIND, "one", open);
  expect(rig.warnings).toEqual([expect.stringContaining("policy made JWT_SECRET (production) sensitive")]);
  await rig.refresh(KIND, "one");
  expect(await rig.up(KIND, "one", open)).toBe("same");
  expect(await rig.up(KIND, "one", { ...open, value: "newer" })).toBe("update");
  await rig.refresh(KIND, "one");
  expect(await rig.up(KIND, "one", { ...open, value: "newer" })).toBe("same");
});

test("a variable that is there already is refused by its name and never by its value", async () => {
  await using given = await startWithVariables();
  const { rig, call, projectId } = given;
  const theirs = { key: "JWT_SECRET", value: "their value", type: "encrypted", target: ["production", "preview"] };
  await call("POST", "/v10/projects/web/env", theirs);
  const failed = await rig.up(KIND, "one", { projectId, ...wanted }).catch((error: Error) => error.message);
  expect(failed).toContain("JWT_SECRET (production, preview)");
  expect(failed).not.toMatch(/ours|their value/);
});
