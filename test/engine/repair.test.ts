import { afterAll, beforeAll, expect, test } from "vitest";
import { CrashedStack } from "../helpers/crashed-stack.ts";
import { StackRun } from "../helpers/stack-run.ts";

// Each test makes one state that a crash leaves, lets `mais repair` look at it, and ends with an up that has nothing to mend.

let stack: CrashedStack;
let run: StackRun;

beforeAll(async () => {
  // The worker is what crashes here: tiers that it does not need would only take time.
  const without = ["api", "cron", "web", "storage", "stripe", "mail"].flatMap((tier) => [
    "--plaintext",
    `mais:${tier}=false`,
  ]);
  run = await StackRun.open();
  const set = await run.mais("pulumi", "config", "set-all", "--stack", "dev", ...without);
  expect(set.code, set.output).toBe(0);
  stack = new CrashedStack(run);
  const up = await stack.up();
  expect(up.code, up.output).toBe(0);
  expect((await stack.repair("--yes")).findings.every(({ verdict }) => verdict === "settled")).toBe(true);
});

afterAll(() => run[Symbol.asyncDispose]());

/** The worker as it should be afterwards: one at the vendor, and the state knows it. */
async function expectOneWorker(id?: string): Promise<void> {
  const up = await stack.up();
  expect(up.code, up.output).toBe(0);
  expect(up.output).not.toContain("pending operations");
  const known = stack.resource("worker").id;
  expect(await stack.services("mais-deploy-dev-worker")).toEqual([known]);
  if (id) expect(known).toBe(id);
  // The entry of what was made or adopted is bookkeeping by now.
  expect((await stack.repair("--yes")).findings.filter(({ verdict }) => verdict !== "settled")).toEqual([]);
}

test("a pending create whose object was made, its answer lost: cleared, and the next up adopts the object", async () => {
  const worker = stack.interrupt("creating", "worker");
  stack.enter(worker);
  const before = stack.state();
  const dry = await stack.repair("--dry-run");
  expect(dry.findings).toMatchObject([{ name: "worker", open: ["creating", "journal"], verdict: "adopt" }]);
  expect(stack.state()).toEqual(before);
  const { code, applied } = await stack.repair("--yes");
  expect([code, applied]).toEqual([0, true]);
  expect(stack.pending()).toEqual([]);
  expect(stack.entry(worker.urn)).toBeDefined();
  await expectOneWorker(worker.id);
});

test("a pending create that made nothing: cleared and forgotten, and the next up makes the object", async () => {
  const worker = stack.interrupt("creating", "worker");
  stack.enter(worker);
  await stack.render("DELETE", `/services/${worker.id}`);
  expect((await stack.repair("--yes")).findings).toMatchObject([{ name: "worker", verdict: "absent" }]);
  expect(stack.pending()).toEqual([]);
  expect(stack.entry(worker.urn)).toBeUndefined();
  await expectOneWorker();
});

test("an entry with a lost answer and nothing pending: looked up by what the program says, kept for the next up", async () => {
  const worker = stack.forget("worker");
  stack.enter(worker);
  const { findings } = await stack.repair("--yes");
  expect(findings).toMatchObject([{ name: "worker", open: ["journal"], verdict: "adopt" }]);
  expect(findings[0]?.vendorHas).toContain(worker.id);
  await expectOneWorker(worker.id);
});

test("an entry whose id arrived in state is dropped", async () => {
  const worker = stack.resource("worker");
  stack.enter(worker, { id: worker.id ?? "" });
  expect((await stack.repair("--yes")).findings).toMatchObject([{ name: "worker", verdict: "settled" }]);
  expect(stack.entry(worker.urn)).toBeUndefined();
});

test("an entry whose object was deleted by hand is dropped, and the next up makes the object", async () => {
  const worker = stack.forget("worker");
  stack.enter(worker, { id: worker.id ?? "" });
  await stack.render("DELETE", `/services/${worker.id}`);
  const { findings } = await stack.repair("--yes");
  expect(findings).toMatchObject([
    { verdict: "absent", meaning: "it was made and deleted since; the next up makes it" },
  ]);
  expect(stack.entry(worker.urn)).toBeUndefined();
  await expectOneWorker();
});

test("an entry whose object was renamed by hand stays open with the import command, and nothing is touched", async () => {
  const worker = stack.forget("worker");
  stack.enter(worker, { id: worker.id ?? "" });
  await stack.render("PATCH", `/services/${worker.id}`, { name: "renamed-by-hand" });
  const { findings, code, applied } = await stack.repair("--yes");
  expect(findings).toMatchObject([{ verdict: "unclear", drops: { operations: false, entry: false } }]);
  expect(findings[0]?.next).toContain(`mais import render:index/backgroundWorker:BackgroundWorker worker ${worker.id}`);
  expect([code, applied]).toEqual([4, false]);
  expect(stack.entry(worker.urn)?.id).toBe(worker.id);
  await stack.render("PATCH", `/services/${worker.id}`, { name: "mais-deploy-dev-worker" });
  await expectOneWorker(worker.id);
});

test("a pending create with somebody else's object under the name: cleared, the object untouched, import names it", async () => {
  const worker = stack.interrupt("creating", "worker");
  stack.enter(worker, { existing: [worker.id ?? ""] });
  const { findings } = await stack.repair("--yes");
  expect(findings).toMatchObject([{ verdict: "foreign", drops: { operations: true, entry: true } }]);
  expect(findings[0]?.next).toContain(`worker ${worker.id}`);
  const refused = await stack.up();
  expect(refused.output).toContain("was not made by this stack, so nothing was touched");
  const imported = await run.mais("import", "render:BackgroundWorker", "worker", worker.id ?? "", "--json");
  expect(imported.code, imported.output).toBe(0);
  expect(JSON.parse(imported.stdout)).toMatchObject({ urn: worker.urn, id: worker.id, isDeclared: true });
  await expectOneWorker(worker.id);
});

test("a pending deletion that was done: cleared, and a refresh takes the object out of state", async () => {
  const worker = stack.interrupt("deleting", "worker");
  await stack.render("DELETE", `/services/${worker.id}`);
  const { findings } = await stack.repair("--yes");
  expect(findings).toMatchObject([{ verdict: "absent", next: "mais pulumi refresh --stack dev" }]);
  expect(stack.pending()).toEqual([]);
  const refresh = await run.mais("pulumi", "refresh", "--stack", "dev", "--yes", "--skip-preview");
  expect(refresh.output).toMatch(/- 1 deleted/);
  await expectOneWorker();
});

test("a pending deletion that was not done: cleared, the object stays as state has it", async () => {
  const worker = stack.interrupt("deleting", "worker");
  expect((await stack.repair("--yes")).findings).toMatchObject([{ verdict: "settled", open: ["deleting"] }]);
  expect(stack.pending()).toEqual([]);
  await expectOneWorker(worker.id);
});

test("a pending update is cleared, and the next up has nothing to mend", async () => {
  const worker = stack.interrupt("updating", "worker");
  expect((await stack.repair("--yes")).findings).toMatchObject([{ verdict: "settled", open: ["updating"] }]);
  expect(stack.pending()).toEqual([]);
  await expectOneWorker(worker.id);
});
