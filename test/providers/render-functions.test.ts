import { expect, test } from "vitest";
import type { LogPage } from "../../packages/render/account-wire.ts";
import { getLogs, getMetrics, getService, listDeploys } from "../../packages/render/functions.ts";
import { lifecycleCall } from "../helpers/provider-connection.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { connectTo, created, failureOf, inputs, instant, path, post } from "./render-run.ts";

const call = lifecycleCall();

test("a service is described by its id and by its name, and a question for both or neither is refused", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const criteria = { cpu: { enabled: true, percentage: 70 } };
  const { api, id } = await created(sandbox, { autoscaling: { enabled: true, min: 2, max: 4, criteria } });
  await post(sandbox, path(id, "/suspend"));
  const found = await getService.definition.run(api, { serviceId: id }, call);
  expect(found).toMatchObject({
    ...{ id, name: "mais-dev-api", type: "web_service", plan: "starter", region: "frankfurt", runtime: "node" },
    ...{ url: "https://mais-dev-api.onrender.com", repoUrl: "https://github.com/acme/mais", branch: "main" },
    ...{ numInstances: 2, suspended: true, autoDeploy: false },
  });
  expect(await getService.definition.run(api, { name: "mais-dev-api" }, call)).toEqual(found);
  const message = async (wanted: object) => (await failureOf(getService.definition.run(api, wanted, call))).message;
  expect(await message({})).toBe("getService takes either serviceId or name");
  expect(await message({ serviceId: id, name: "mais-dev-api" })).toBe("getService takes either serviceId or name");
  expect(await message({ name: "mais-dev" })).toContain('no service named "mais-dev" in the workspace');
});

test("deploys come newest first, with what each of them brought", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id } = await created(sandbox);
  sandbox.clock.advance(1_000);
  await api.startDeploy(id, { commitId: "f".repeat(40) }, call);
  const { deploys } = await listDeploys.definition.run(api, { serviceId: id, limit: 20 }, call);
  expect(deploys.map(({ status, trigger, commitId }) => [status, trigger, commitId?.slice(0, 4)])).toEqual([
    ["live", "api", "ffff"],
    ["deactivated", expect.any(String), expect.not.stringMatching("ffff")],
  ]);
  expect((await listDeploys.definition.run(api, { serviceId: id, limit: 1 }, call)).deploys).toEqual([deploys[0]]);
});

test("processor, memory and instances are series over the window that was asked for", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const { api, id } = await created(sandbox, { numInstances: 2 });
  sandbox.clock.advance(3_600_000);
  const endTime = sandbox.clock.now().toISOString();
  const startTime = new Date(sandbox.clock.now().getTime() - 600_000).toISOString();
  const wanted = { serviceId: id, startTime, endTime, resolutionSeconds: 300 };
  const { cpu, memory, instances } = await getMetrics.definition.run(api, wanted, call);
  expect(instances.flatMap(({ values }) => values.map(({ value }) => value))).toEqual([2, 2, 2]);
  expect([cpu.length, new Set(cpu.map(({ instance }) => instance)).size, memory.length]).toEqual([2, 2, 2]);
  // A starter instance has half a processor and 512 MB.
  for (const { value } of cpu.flatMap(({ values }) => values)) expect(value).toBeLessThanOrEqual(0.5);
  for (const { value } of memory.flatMap(({ values }) => values)) expect(value).toBeLessThanOrEqual(512 * 2 ** 20);
});

/** A log of so many lines, one in each second, which Render hands out by pages. */
function logged(count: number) {
  const at = (second: number) => new Date(second * 1_000).toISOString();
  return async (query: Record<string, unknown>): Promise<LogPage> => {
    const end = query.endTime ? Date.parse(String(query.endTime)) / 1_000 : count;
    const seconds = Array.from({ length: Math.min(Number(query.limit), end + 1) }, (_, back) => end - back);
    const logs = seconds.map((second) => ({ message: `line ${second}`, timestamp: at(second), labels: [] }));
    const oldest = seconds.at(-1) ?? 0;
    return { hasMore: oldest > 0, nextStartTime: at(0), nextEndTime: at(oldest - 1), logs };
  };
}

test("a log is read over its pages, the newest lines, oldest first, and no further than asked", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  const api = connectTo(sandbox);
  const sizes: unknown[] = [];
  const page = logged(1_000);
  api.logPage = (query) => {
    sizes.push(query.limit);
    return page(query);
  };
  const { lines, hasMore } = await getLogs.definition.run(api, { serviceId: "srv-a", limit: 250 }, call);
  expect([lines.length, lines[0]?.message, lines.at(-1)?.message, hasMore]).toEqual([
    250,
    "line 751",
    "line 1000",
    true,
  ]);
  expect(sizes).toEqual([100, 100, 50]);
  api.logPage = async () => ({ ...(await page({ limit: 1 })), nextEndTime: undefined, nextStartTime: undefined });
  expect((await getLogs.definition.run(api, { serviceId: "srv-a", limit: 9 }, call)).lines).toHaveLength(1);
});

test("of a failed deploy the log has the reason, and its kind", async () => {
  await using sandbox = await startSandbox(["render"], instant);
  sandbox.services.failNext("exited with code 1");
  const api = connectTo(sandbox);
  await failureOf(created(sandbox));
  const [service] = await api.servicesNamed(inputs.name, call);
  const wanted = { serviceId: service?.id ?? "", types: ["build" as const], limit: 100 };
  const { lines } = await getLogs.definition.run(api, wanted, call);
  expect(lines).toMatchObject([{ message: "exited with code 1", type: "build", level: "error" }]);
  expect((await getLogs.definition.run(api, { ...wanted, text: "nowhere" }, call)).lines).toEqual([]);
});
