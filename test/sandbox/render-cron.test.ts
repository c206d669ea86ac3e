import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LocalServices } from "../../src/sandbox/local-services.ts";
import { emulator } from "../../src/sandbox/render/index.ts";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";
import { ask, type Json, statusOf } from "./render-requests.ts";

/** A sandbox that runs services, and a cron job of three in the morning on it. */
async function withJob(startCommand: string) {
  const [folder, place] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(folder.path, "said"), "ran\n");
  let now = () => new Date();
  const services = new LocalServices({ dir: place.path, ports: new Map(), now: () => now() });
  const sandbox = await startSandbox(["render"], { services, delays: { renderDeploy: 0 } });
  now = () => sandbox.clock.now();
  const made = await ask(sandbox, "POST /services", {
    ...{ type: "cron_job", name: "nightly", ownerId: SANDBOX_OWNER, repo: `file://${folder.path}` },
    serviceDetails: {
      ...{ runtime: "node", plan: "starter", region: "frankfurt", schedule: "0 3 * * *" },
      envSpecificDetails: { buildCommand: "echo built $TOKEN", startCommand },
    },
    envVars: [{ key: "TOKEN", value: "canary-of-the-job" }],
  });
  const { id } = made.json.service;
  await until("the build", async () => (await statusOf(sandbox, id, made.json.deployId)) === "live");
  const dispose = async () => {
    await sandbox[Symbol.asyncDispose]();
    for (const each of [folder, place]) each[Symbol.dispose]();
  };
  return { sandbox, id, [Symbol.asyncDispose]: dispose };
}

const logOf = async (sandbox: Sandbox, id: string, type: string): Promise<string[]> => {
  const query = `ownerId=${SANDBOX_OWNER}&resource=${id}&type=${type}&direction=forward&limit=100`;
  return (await ask(sandbox, `GET /logs?${query}`)).json.logs.map(({ message }: Json) => message);
};
const lastSuccess = async (sandbox: Sandbox, id: string) =>
  (await ask(sandbox, `GET /services/${id}`)).json.serviceDetails.lastSuccessfulRunAt;

test("a cron job of a local folder runs for real when it is told to, and says when it last went well", async () => {
  await using job = await withJob("cat said");
  const { sandbox, id } = job;
  expect(await lastSuccess(sandbox, id)).toBeUndefined();
  const run = await ask(sandbox, `POST /cron-jobs/${id}/runs`);
  expect(run.json.status).toBe("pending");
  await until("its end", () => lastSuccess(sandbox, id));
  expect(await logOf(sandbox, id, "app")).toContain("ran");
  expect(await logOf(sandbox, id, "build")).toContain("built $TOKEN");
});

test("it runs when it is due by the sandbox's clock, once, and not while it is suspended", async () => {
  await using job = await withJob("cat said");
  const { sandbox, id } = job;
  const tick = () => emulator.tick?.(sandbox.store("render"), sandbox.world);
  expect(tick()).toBe(false);
  // From nine in the morning to a minute before three.
  sandbox.clock.advance(18 * 3_600_000 - 60_000);
  expect(tick()).toBe(false);
  sandbox.clock.advance(60_000);
  expect([tick(), tick()]).toEqual([true, false]);
  await until("its end", () => lastSuccess(sandbox, id));
  expect(tick()).toBe(false);
  expect((await logOf(sandbox, id, "app")).filter((line) => line === "ran")).toHaveLength(1);
  await ask(sandbox, `POST /services/${id}/suspend`);
  sandbox.clock.advance(24 * 3_600_000);
  expect(tick()).toBe(false);
});

test("a run that is under way delays the next one that is due, is ended by one that is asked for, and can be cancelled", async () => {
  await using job = await withJob("echo begun; exec sleep 60");
  const { sandbox, id } = job;
  const begun = async () => (await logOf(sandbox, id, "app")).filter((line) => line === "begun").length;
  const tick = () => emulator.tick?.(sandbox.store("render"), sandbox.world);
  tick();
  await ask(sandbox, `POST /cron-jobs/${id}/runs`);
  await until("the first run", async () => (await begun()) === 1);
  sandbox.clock.advance(24 * 3_600_000);
  expect(tick()).toBe(false);
  await ask(sandbox, `POST /cron-jobs/${id}/runs`);
  await until("the second run", async () => (await begun()) === 2);
  expect((await ask(sandbox, `DELETE /cron-jobs/${id}/runs`)).status).toBe(204);
  const cancelled = (line: string) => line === "==> the run of nightly was cancelled";
  await until("both to end", async () => (await logOf(sandbox, id, "app")).filter(cancelled).length === 2);
  // What was due meanwhile comes now.
  expect(tick()).toBe(true);
  await until("the third run", async () => (await begun()) === 3);
});
