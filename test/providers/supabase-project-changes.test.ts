import { Bucket, Project, Settings } from "@pulumi/supabase";
import { expect, test } from "vitest";
import { poolerAddress } from "../../packages/supabase/pooler-address.ts";
import type { Project as StoredProject } from "../../src/sandbox/supabase/state.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { freeOrganization, healthyProject, management } from "../helpers/supabase-api.ts";
import { connect, patientCall, wantedProject } from "../helpers/supabase-provider.ts";

type Change = Parameters<NonNullable<typeof Project.definition.update>>[3];
type Inputs = Parameters<typeof Project.definition.create>[1];

const stored = (sandbox: Sandbox, ref: string) =>
  sandbox.store("supabase").collection<StoredProject>("projects").get(ref);

/** What a run with these changes to the program does. */
async function change(
  sandbox: Sandbox,
  ref: string,
  { from = {}, to }: { from?: Partial<Inputs>; to: Partial<Inputs> },
) {
  const olds: Inputs = { ...wantedProject, ...from };
  const changed = new Set(Object.keys(to)) as Change["changed"];
  const call = patientCall(sandbox);
  const before = sandbox.requests().length;
  const outputs = { poolerHost: "known" };
  await Project.definition.update?.(connect(sandbox, {}), ref, { ...olds, ...to }, { ...call, olds, outputs, changed });
  const writes = sandbox.requests().slice(before);
  const billing = writes.filter(({ method }) => method !== "GET");
  return {
    said: call.said,
    writes: billing.map(({ method, path, requestText }) => [method, path.split("/").at(-1), requestText]),
  };
}

const book = (addon_type: string, addon_variant: string) => [
  "PATCH",
  "addons",
  JSON.stringify({ addon_type, addon_variant }),
];

test("point-in-time recovery is booked after the compute that it needs, and given up before that goes", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox, { desired_instance_size: "micro" });
  const up = await change(sandbox, ref, { to: { instanceSize: "small", pointInTimeDays: 7 } });
  expect(up.writes).toEqual([book("compute_instance", "ci_small"), book("pitr", "pitr_7")]);
  expect(up.said.some((line) => line.includes("is RESIZING"))).toBe(true);
  const from = { instanceSize: "small", pointInTimeDays: 7 } as const;
  const down = await change(sandbox, ref, { from, to: { instanceSize: "micro", pointInTimeDays: 0 } });
  expect(down.writes).toEqual([["DELETE", "pitr_7", ""], book("compute_instance", "ci_micro")]);
  expect(down.said.join()).toMatch(/what it kept cannot be restored any more/);
  expect(stored(sandbox, ref)?.addons).toEqual({ compute_instance: "ci_micro" });
});

test("point-in-time recovery without compute for it is refused before anything is sent", () => {
  const problems = (instanceSize: Inputs["instanceSize"], pointInTimeDays: Inputs["pointInTimeDays"]) =>
    Project.definition.check?.({ ...wantedProject, instanceSize, pointInTimeDays });
  for (const size of [undefined, "nano", "micro"] as const)
    expect(problems(size, 7)).toEqual([
      { property: "pointInTimeDays", reason: expect.stringMatching(/needs instanceSize small or larger.*or set 0/) },
    ]);
  expect([problems("small", 7), problems("micro", 0), problems(undefined, undefined)]).toEqual([[], [], []]);
});

test("a raised generation sets the same password again, over one that somebody else set", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  await management(sandbox)("PATCH", `/v1/projects/${ref}/database/password`, { password: "somebody-elses" });
  const { writes } = await change(sandbox, ref, { to: { databasePasswordGeneration: 2 } });
  expect(writes.map(([method, path]) => [method, path])).toEqual([["PATCH", "password"]]);
  expect(stored(sandbox, ref)?.databasePassword).toBe(wantedProject.databasePassword);
});

test("what somebody else has begun is over before the project is changed; an unhealthy one is changed at once", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox, { desired_instance_size: "micro" });
  await management(sandbox)("PATCH", `/v1/projects/${ref}/billing/addons`, {
    ...{ addon_type: "compute_instance", addon_variant: "ci_small" },
  });
  const { said, writes } = await change(sandbox, ref, { to: { name: "another" } });
  expect(said.join()).toContain("is RESIZING");
  expect(writes.map(([method]) => method)).toEqual(["PATCH"]);
  const unwell = stored(sandbox, ref);
  if (unwell) Object.assign(unwell, { settled: "ACTIVE_UNHEALTHY" });
  expect((await change(sandbox, ref, { to: { name: "third" } })).said).toEqual([]);
  expect(unwell?.name).toBe("third");
});

/** One on the free plan, which alone is paused. */
async function pausedProject(sandbox: Sandbox): Promise<{ ref: string; organizationId: string }> {
  const organizationId = await freeOrganization(sandbox);
  const ref = await healthyProject(sandbox, { organization_slug: organizationId });
  await management(sandbox)("POST", `/v1/projects/${ref}/pause`);
  sandbox.clock.advance(10_000);
  return { ref, organizationId };
}

const WAY_BACK =
  /is INACTIVE: it is paused, and its data is kept\. Restore it at https:\/\/supabase\.com\/dashboard\/project\//;

test("a paused project is named with the way back by whatever would change it, and stays as it is", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const { ref, organizationId } = await pausedProject(sandbox);
  const before = sandbox.requests().length;
  await expect(change(sandbox, ref, { from: { organizationId }, to: { name: "another" } })).rejects.toThrow(WAY_BACK);
  const settings = { projectRef: ref, auth: '{"jwt_exp":60}' };
  await expect(Settings.definition.create(connect(sandbox, {}), settings, lifecycleCall())).rejects.toThrow(WAY_BACK);
  expect(
    sandbox
      .requests()
      .slice(before)
      .filter(({ method }) => method !== "GET"),
  ).toEqual([]);
});

test("a refresh of a paused project warns, keeps what is known of it and replaces nothing; an import waits for it", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const { ref, organizationId } = await pausedProject(sandbox);
  const api = connect(sandbox, {});
  const call = lifecycleCall();
  const { instanceSize: _none, ...inputs } = { ...wantedProject, organizationId };
  const outputs = { poolerHost: "aws-1-eu-central-1.pooler.supabase.com", secretKey: "sb_secret_known" };
  const seen = await Project.definition.read(api, ref, { ...call, inputs, outputs });
  expect(seen).toMatchObject({ region: "eu-central-1", organizationId, ...outputs });
  expect(call.warned).toEqual([expect.stringMatching(WAY_BACK)]);
  const imported = Project.definition.read(api, ref, { ...call, inputs: undefined, outputs: undefined });
  await expect(imported).rejects.toThrow(WAY_BACK);
  const [found] = (await Project.definition.find?.(api, inputs, call)) ?? [];
  expect(found?.label).toBe("Supabase project mais-dev (INACTIVE)");
});

test("Storage that answers for a paused project says so, and what to do", async () => {
  await using sandbox = await startSandbox(["supabase"]);
  const ref = await healthyProject(sandbox);
  const bucket = { projectRef: ref, name: "files", public: false };
  const { id } = await Bucket.definition.create(connect(sandbox), bucket, lifecycleCall());
  sandbox.faults.add({ kind: "html", path: "/storage/**", status: 540 });
  const read = Bucket.definition.read(connect(sandbox), id, { ...lifecycleCall(), inputs: bucket, outputs: {} });
  await expect(read).rejects.toThrow(/540 .*The project is paused: restore it/);
});

const entry = { mode: "transaction", host: "aws-1-eu.pooler.supabase.com", user: "postgres.ref", database: "postgres" };
const at = (mode: string, port: number, host = entry.host) => ({ ...entry, mode, host, port, url: "" });

test.each([
  ["one mode is listed: the other is at its well-known port", [at("transaction", 6543)], [6543, 5432]],
  ["only the session mode is listed", [at("session", 5432)], [6543, 5432]],
  ["both modes are listed", [at("session", 41001), at("transaction", 41002)], [41002, 41001]],
  ["an unusual port serves both", [at("transaction", 41002)], [41002, 41002]],
  ["a session of another host is another pooler", [at("transaction", 6543), at("session", 41, "other")], [6543, 5432]],
])("the pooler's ports where %s", (_, entries, [transactionPort, sessionPort]) => {
  expect(poolerAddress(entries, "ref")).toMatchObject({ host: entry.host, transactionPort, sessionPort });
});

test("a project without a pooler is named", () => {
  expect(() => poolerAddress([], "abc")).toThrow(/named no pooler for the primary database of project abc/);
});
