import { expect, test } from "vitest";
import { nameOf, subjects, vendors } from "../../chaos/subjects.ts";
import { sweep } from "../../chaos/sweep.ts";
import { observe, runTrial } from "../../chaos/trial.ts";
import { wholeSubjects } from "../../chaos/whole-subjects.ts";

const render = subjects.filter(({ vendor }) => vendor.name === "render");

test("every kind of resource is put through the sweep", () => {
  // Some kinds have several lives.
  const swept = [...new Set(subjects.map(({ vendor, type }) => `${vendor.name}:index/${type}`))].sort();
  const providers = new Set(vendors.map(({ provider }) => provider));
  const kinds = [...providers].flatMap(({ resources }) => resources.map(({ definition }) => definition.token));
  expect(providers.size).toBe(6);
  expect(swept).toEqual(kinds.sort());
});

test("a choice of faults over all kinds leaves each object once, and after its deletion none", async () => {
  const all = [...subjects, ...wholeSubjects(vendors)];
  const tally = await sweep({ subjects: all, seed: "in every test run", faults: 250 });
  expect(tally.failures).toEqual([]);
  expect(tally.faults).toBeGreaterThanOrEqual(250);
  expect(tally).toMatchObject({ converged: tally.runs, duplicates: 0, orphans: 0, leaks: 0 });
});

test.each(subjects.map((subject) => [nameOf(subject), subject] as const))(
  "%s: a create whose answer is lost",
  async (_name, subject) => {
    const baseline = await observe(subject);
    const outcome = await runTrial(subject, baseline, [{ kind: "cut-after", method: "POST" }]);
    expect(outcome).toMatchObject({ duplicates: 0, orphans: 0, leaks: 0 });
    expect(outcome.problem).toBeUndefined();
  },
);

test.each(["cut-after", "half", "truncated"] as const)(
  "Vercel variables: a change whose answer is lost (%s)",
  async (kind) => {
    const whole = wholeSubjects(vendors).find(({ type }) => type.startsWith("projectEnvironmentVariables"));
    if (!whole) throw new Error("there is no such subject");
    const outcome = await runTrial(whole, await observe(whole), [{ kind, method: "POST", nth: 2 }]);
    expect(outcome).toMatchObject({ fired: 1, duplicates: 0, orphans: 0, leaks: 0 });
    expect(outcome.problem).toBeUndefined();
  },
);

test("a secret in a message, a warning or the journal is counted", async () => {
  const [subject] = render;
  if (!subject) throw new Error("there is no subject");
  const baseline = await observe(subject);
  const fault = [{ kind: "status", status: 500, method: "POST" } as const];
  // Words that the failure's message and the journal's entry do hold.
  for (const secret of ["POST /services", "startedAt"]) {
    const talkative = { ...subject, vendor: { ...subject.vendor, secrets: [secret] } };
    expect((await runTrial(talkative, baseline, fault)).leaks).toBeGreaterThan(0);
  }
  expect(await runTrial(subject, baseline, fault)).toMatchObject({ fired: 1, leaks: 0 });
});

test("what a life without its fault would not show is counted: an object too many, one too few, one left over", async () => {
  const [subject] = render;
  if (!subject) throw new Error("there is no subject");
  const baseline = await observe(subject);
  const [object = ""] = baseline.made;
  const fault = [{ kind: "latency", ms: 0 } as const];
  expect(await runTrial(subject, { ...baseline, made: [] }, fault)).toMatchObject({ fired: 1, duplicates: 1 });
  const wanting = await runTrial(subject, { ...baseline, made: [object, object] }, fault);
  expect(wanting).toMatchObject({ duplicates: 0, problem: `missing: ${object}` });
  const link = render.find(({ type }) => type === "envGroupLink:EnvGroupLink") ?? subject;
  const seen = await observe(link);
  expect(await runTrial(link, { ...seen, deleted: [] }, fault)).toMatchObject({ orphans: seen.deleted.length });
  expect(seen.deleted).toHaveLength(3);
});
