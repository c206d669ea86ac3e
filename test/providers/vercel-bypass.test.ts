import { expect, test } from "vitest";
import { vercelCaller } from "../helpers/vercel-caller.ts";
import { startVercelRig } from "../helpers/vercel-rig.ts";

const KIND = "ProjectProtectionBypass";

async function startWithProject() {
  const rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const projectId = String((await call("POST", "/v11/projects", { name: "web" })).body.id);
  return { rig, call, projectId, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

test("a bypass is made in two calls, deleted in two, and a run without changes asks nothing", async () => {
  await using given = await startWithProject();
  const { rig, projectId } = given;
  const wanted = { projectId, note: "end-to-end tests" };
  const made = await rig.calls(() => rig.up(KIND, "bypass", wanted));
  expect(made.map((one) => one.split(" ")[0])).toEqual(["GET", "PATCH"]);
  expect(await rig.calls(() => rig.up(KIND, "bypass", wanted))).toEqual([]);
  const { id, properties } = rig.state("bypass");
  expect(id).toMatch(new RegExp(`^${projectId}/[0-9a-f]{32}$`));
  expect(JSON.stringify([id, rig.state("bypass").inputs])).not.toContain(String(properties.secret));
  expect(await rig.calls(() => rig.destroy(KIND, "bypass"))).toHaveLength(2);
});

test("an engine that was killed before it heard of the secret finds it again by the marker in its note", async () => {
  await using given = await startWithProject();
  const { rig, projectId } = given;
  const wanted = { projectId, note: "probes" };
  await rig.up(KIND, "bypass", wanted);
  const { secret } = rig.state("bypass").properties;
  rig.forget("bypass");
  await rig.up(KIND, "bypass", wanted);
  expect(rig.state("bypass").properties.secret).toBe(secret);
  expect(rig.warnings).toEqual([expect.stringContaining("Adopted protection bypass probes")]);
  expect(rig.sandbox.store("vercel").collection("bypasses").list()).toHaveLength(1);
});

test("one that is renewed in the dashboard is the same bypass with another secret", async () => {
  await using given = await startWithProject();
  const { rig, call, projectId } = given;
  await rig.up(KIND, "bypass", { projectId, note: "probes" });
  const { secret } = rig.state("bypass").properties;
  await call("PATCH", "/v1/projects/web/protection-bypass", { revoke: { secret, regenerate: true } });
  await rig.refresh(KIND, "bypass");
  expect(rig.state("bypass").properties.secret).toMatch(/^[a-zA-Z0-9]{32}$/);
  expect(rig.state("bypass").properties.secret).not.toBe(secret);
});

test("what somebody made is imported by its time, and its note stays its own", async () => {
  await using given = await startWithProject();
  const { rig, call, projectId } = given;
  const { body } = await call("PATCH", "/v1/projects/web/protection-bypass", { generate: { note: "by hand" } });
  const [[, { createdAt }]] = Object.entries(body.protectionBypass as Record<string, { createdAt: number }>) as [
    [string, { createdAt: number }],
  ];
  await rig.import(KIND, "bypass", `${projectId}/${createdAt}`);
  expect(rig.state("bypass").inputs).toMatchObject({ projectId, note: "by hand" });
  await rig.up(KIND, "bypass", { projectId, note: "tests" });
  const [held] = rig.sandbox.store("vercel").collection<{ note: string }>("bypasses").list();
  expect(held?.note).toBe("tests");
});

test("the only one cannot leave the variable, which is said before anything is made", async () => {
  await using given = await startWithProject();
  const { rig, projectId } = given;
  await expect(rig.up(KIND, "bypass", { projectId, note: "tests", isEnvVar: false })).rejects.toThrow(
    /always in VERCEL_AUTOMATION_BYPASS_SECRET: leave isEnvVar out/,
  );
  expect(rig.sandbox.store("vercel").collection("bypasses").list()).toEqual([]);
});
