import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fingerprint, shortFingerprint } from "../../src/config/fingerprint.ts";
import { judge } from "../../src/config/gate.ts";
import { MATRIX } from "../../src/config/matrix.ts";
import type { Receipts } from "../../src/config/receipts.ts";
import { rotate } from "../../src/ops/rotate/rotate.ts";
import { RotationJournal } from "../../src/ops/rotate/rotation-journal.ts";
import { planRotation, type RotationAsked } from "../../src/ops/rotate/rotation-plan.ts";
import type { HeldValues, RotationWorld, StackChange } from "../../src/ops/rotate/rotation-world.ts";
import { judgeRunning } from "../../src/ops/rotate/running-values.ts";
import { changedReceipts } from "../../src/ops/rotate/store-change.ts";
import { silent } from "../../src/progress.ts";
import { stackConfig } from "../helpers/stack-settings.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const digits = (value: string) => shortFingerprint(fingerprint("key", value));
const OLD = "oldValueOfTheSecret0123456789-abcdefXYZ";

/** A stack in memory, which can be killed before any of its changes. */
class Stack implements RotationWorld {
  config = new Map([["JWT_SECRET", OLD]]);
  known: Receipts = {};
  applied: HeldValues = new Map([["api", { JWT_SECRET: OLD }]]);
  left = Number.POSITIVE_INFINITY;
  updates = 0;
  /** Every pair of values that consumers were ever given. */
  seen: Record<string, string>[] = [];

  #live(): void {
    if (--this.left < 0) throw new Error("killed");
  }
  async given() {
    return new Map(this.config);
  }
  async receipts() {
    return this.known;
  }
  async store({ secrets = {}, receipts = {} }: StackChange) {
    for (const [name, value] of Object.entries(secrets)) {
      this.#live();
      if (value === undefined) this.config.delete(name);
      else this.config.set(name, value);
    }
    this.#live();
    this.known = changedReceipts(this.known, receipts);
  }
  async describe(_name: string, value: string) {
    return { fingerprint: digits(value) };
  }
  async fingerprint(value: string) {
    return digits(value);
  }
  async up() {
    this.#live();
    this.updates++;
    const values = Object.fromEntries(this.config);
    this.applied = new Map([["api", values]]);
    this.seen.push(values);
    this.#live();
  }
  async held() {
    return this.applied;
  }
  async reports() {
    return "nobody is asked";
  }
  async deathOf() {
    return { dead: undefined, how: "" };
  }
  async measure(work: () => Promise<void>) {
    await work();
    return undefined;
  }
  today() {
    return "2026-01-31";
  }
  async pause() {}
}

const asked = (...names: string[]): RotationAsked => ({
  names,
  all: names.length === 0,
  sinceLeak: false,
  handed: new Set(),
});

function planOf(
  request: RotationAsked,
  receipts: Receipts = {},
  open: Parameters<typeof planRotation>[1]["open"] = [],
) {
  const config = { ...stackConfig("dev", { "mais:receipts": receipts }), "mais:JWT_SECRET": OLD };
  const verdict = judge({ environment: "dev", config });
  if (!verdict.ok) throw new Error(verdict.problems.map(({ rule }) => rule).join());
  const { variables, settings } = verdict.configuration;
  return planRotation(request, { stack: "dev", rows: MATRIX, variables, settings, fromFile: new Set(), open });
}

async function runOnce(stack: Stack, journal: RotationJournal) {
  const plan = planOf(asked("JWT_SECRET"), stack.known, await journal.read());
  const patience = { attempts: 2, pauseMs: 0 };
  return await rotate(plan, { world: stack, journal, rows: MATRIX, handed: new Map(), progress: silent, patience });
}

function newJournal(): RotationJournal {
  const folder = mkdtempSync(join(tmpdir(), "mais-rotation-"));
  folders.push(folder);
  return RotationJournal.of(folder, "dev");
}

test("a given pair is renewed by two updates: both values, then the new one alone, and the old one may not come back", async () => {
  const [stack, journal] = [new Stack(), newJournal()];
  const [outcome] = await runOnce(stack, journal);
  expect(outcome).toMatchObject({ name: "JWT_SECRET", outcome: "renewed", generation: 2 });
  const [during, after] = stack.seen;
  expect(stack.seen).toHaveLength(2);
  expect(during?.JWT_SECRET_PREVIOUS).toBe(OLD);
  expect(during?.JWT_SECRET).toMatch(/^[\w-]{64}$/);
  expect(after).toEqual({ JWT_SECRET: during?.JWT_SECRET });
  const fresh = digits(during?.JWT_SECRET ?? "");
  const receipt = { generation: 2, since: "2026-01-31", fingerprint: fresh, refused: [digits(OLD)] };
  expect(stack.known.JWT_SECRET).toEqual(receipt);
  expect(await journal.read()).toEqual([]);
});

test("killed before or after any change, the same call again finishes it, and no consumer is ever without the old value too early", async () => {
  let kills = 0;
  for (let at = 0; at < 40; at++) {
    const [stack, journal] = [new Stack(), newJournal()];
    stack.left = at;
    const first = await runOnce(stack, journal).catch((error: Error) => error.message);
    stack.left = Number.POSITIVE_INFINITY;
    if (first !== "killed") break;
    kills++;
    const [outcome] = await runOnce(stack, journal);
    expect([at, outcome?.outcome]).toEqual([at, "renewed"]);
    expect([at, stack.known.JWT_SECRET]).toMatchObject([at, { generation: 2, refused: [digits(OLD)] }]);
    expect([at, stack.known.JWT_SECRET?.overlap, stack.config.has("JWT_SECRET_PREVIOUS")]).toEqual([
      at,
      undefined,
      false,
    ]);
    expect(new Set(stack.seen.map((values) => values.JWT_SECRET)).size, `one new value, killed at ${at}`).toBe(1);
    expect(stack.seen[0]?.JWT_SECRET_PREVIOUS, `killed at ${at}`).toBe(OLD);
  }
  expect(kills).toBeGreaterThan(8);
});

test("the plan says of each class what its vendor allows, and refuses what would lose data", () => {
  const { rotations, problems } = planOf(asked());
  const ways = Object.fromEntries(rotations.map(({ name, class: kind, way }) => [name, `${kind} ${way}`]));
  expect(problems).toEqual([]);
  expect(ways).toMatchObject({
    JWT_SECRET: "pair both",
    BOOKING_TOKEN_SECRET: "pair both",
    STRIPE_WEBHOOK_SECRET: "twoObjects both",
    DATABASE_URL: "none window",
    SUPABASE_SECRET_KEY: "twoObjects swap",
    REDIS_URL: "none window",
    POSTMARK_SERVER_TOKEN: "byHand waits",
    TENANT_SECRETS_ENCRYPTION_KEY: "dataBound refused",
  });
  // Both ways to the database have one password; dev has one Redis for cache and queue. One credential is renewed once.
  expect(rotations.find(({ name }) => name === "DATABASE_URL")?.along).toEqual(["DIRECT_URL"]);
  expect(rotations.find(({ name }) => name === "REDIS_URL")?.along).toEqual(["REDIS_QUEUE_URL"]);
  expect(planOf(asked("REDIS_QUEUE_URL", "JWT_SECRT", "LOG_LEVEL")).problems).toEqual([
    "REDIS_QUEUE_URL: it is the same credential as REDIS_URL; rotate that.",
    "JWT_SECRT: no such variable; did you mean JWT_SECRET?",
    "LOG_LEVEL: it is no credential, so there is nothing to renew.",
  ]);
});

test("a consumer that says it runs without the new value holds the rotation up; one that cannot say is believed by its deploy", () => {
  const { rotations } = planOf(asked("BOOKING_TOKEN_SECRET"));
  const held: HeldValues = new Map([
    ["api", { BOOKING_TOKEN_SECRET: "new" }],
    ["worker", { BOOKING_TOKEN_SECRET: "new" }],
  ]);
  const report = (value: string) => ({ current: shortFingerprint(fingerprint("token", value)) });
  const api = (value: string) => ({ part: "api", instance: value, variables: { BOOKING_TOKEN_SECRET: report(value) } });
  const verdict = judgeRunning(rotations, { held, reports: [api("new"), api("old")], token: "token" });
  expect(verdict.behind).toEqual(["api: 1 of 2 processes run without the new BOOKING_TOKEN_SECRET"]);
  expect(verdict.evidence).toMatchObject([
    { consumer: "worker", by: "deploy", because: "none of its processes reports" },
  ]);
  const settled = judgeRunning(rotations, { held, reports: [api("new")], token: "token" });
  expect(settled).toMatchObject({ behind: [], evidence: [{ consumer: "api", by: "fingerprint", processes: 1 }, {}] });
});
