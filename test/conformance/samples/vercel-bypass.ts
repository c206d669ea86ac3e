import assert from "node:assert/strict";
import type { BypassRecord } from "../../../src/sandbox/vercel/state.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored, wholeInputs } from "./sample.ts";

const PROJECT = "vercel:index/project:Project";
export const BYPASS = "vercel:index/projectProtectionBypass:ProjectProtectionBypass";

const secretOf = ({ outputs }: Made) => String(outputs.secret);
const onBypass = (fields: Partial<BypassRecord>) => (lab: SampleLab, object: Made) =>
  set(stored<BypassRecord>(lab, ["vercel", "bypasses", secretOf(object)]), fields);

/** A project with one already, since the only one of a project cannot leave the variable. */
async function projectWithOne(lab: SampleLab, name: string): Promise<string> {
  const { id } = await lab.make(PROJECT, name, {});
  await lab.make(BYPASS, `first-${name}`, { projectId: id });
  return id;
}

export const protectionBypass: ResourceSample = {
  named: "note",
  async prepare(lab) {
    return { one: await projectWithOne(lab, "one"), two: await projectWithOne(lab, "two") };
  },
  inputs: ({ one, two }) => ({
    projectId: { value: one, to: two, replaces: true, outside: "the project is what the id begins with" },
    note: { value: "end-to-end tests", to: "probes", outside: [onBypass({ note: "theirs" }), onBypass({ note: "" })] },
    isEnvVar: {
      ...{ value: true, to: false },
      outside(lab, object) {
        for (const one of lab.sandbox.store("vercel").collection<BypassRecord>("bypasses").list())
          if (one.projectId === object.inputs.projectId) one.isEnvVar = one.secret !== secretOf(object);
      },
    },
  }),
  effects: {
    "its secret is in no id, and of several one is the variable": async ({ engine, urn, samples, sandbox }) => {
      const state = await engine.create(urn, wholeInputs(samples));
      const secret = String(state.outputs.properties.secret);
      assert.match(secret, /^[a-zA-Z0-9]{32}$/);
      assert.ok(!state.id.includes(secret));
      const all = sandbox.store("vercel").collection<BypassRecord>("bypasses").list();
      const ofOne = all.filter(({ projectId }) => projectId === state.inputs.properties.projectId);
      assert.deepEqual(
        ofOne.filter(({ isEnvVar }) => isEnvVar).map((one) => one.secret),
        [secret],
      );
    },
  },
  secrets: ["secret"],
  vanish: (lab, object) => erase(lab, ["vercel", "bypasses", secretOf(object)]),
  // Theirs is an input too; ours is always Vercel's own making.
  officialDiffers: ["secret"],
};
