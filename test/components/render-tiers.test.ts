import { expect, test } from "vitest";
import { ApiTier } from "../../src/components/api-tier.ts";
import { CronTier } from "../../src/components/cron-tier.ts";
import { WorkerTier } from "../../src/components/worker-tier.ts";
import { recordResources, vendorObjects } from "../helpers/record-resources.ts";

const source = {
  ...{ repoUrl: "https://github.com/acme/app", branch: "main", rootDirectory: ".", deployOnPush: false },
  ...{ buildCommand: "npm ci", startCommand: "node server.js" },
};
const place = { source, region: "frankfurt" as const, plan: "starter" as const, environmentId: "evm-1", variables: {} };
const logs = { endpoint: "in.logs.mais.app:6514", token: "t" };

test("every service sends its logs where the stack wants them, and has the time to stop that it was given", async () => {
  const { resources } = await recordResources(() => [
    new ApiTier("api", {
      ...{ ...place, serviceName: "api", instances: { min: 1, max: 1 }, healthCheckPath: "/health", logs },
      shutdownSeconds: 60,
    }),
    new WorkerTier("worker", { ...place, serviceName: "worker", instances: 2, logs, shutdownSeconds: 300 }),
    new CronTier("cron", { ...place, serviceName: "cron", schedule: "0 3 * * *", logs }),
  ]);
  const sent = { setting: "send", ...logs };
  expect(
    vendorObjects(resources).map(({ inputs }) => [
      ...[inputs.name, inputs.logStreamOverride, inputs.maxShutdownDelaySeconds],
    ]),
  ).toEqual([
    ["api", sent, 60],
    ["cron", sent, undefined],
    ["worker", sent, 300],
  ]);
});

test("without a receiver nothing is said of logs, so that the workspace's own stream counts", async () => {
  const { resources } = await recordResources(
    () => new WorkerTier("worker", { ...place, serviceName: "worker", instances: 1 }),
  );
  expect(Object.keys(vendorObjects(resources)[0]?.inputs ?? {})).not.toContain("logStreamOverride");
});
