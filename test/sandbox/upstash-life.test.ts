import { expect, test } from "vitest";
import { startSandbox } from "../helpers/sandbox.ts";
import { developer, makeDatabase } from "../helpers/upstash-developer.ts";

test("a deleted database is gone with its backups", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  expect((await call("POST", `/redis/create-backup/${id}`, { name: "before" })).body).toBe("OK");
  const [running] = (await call("GET", `/redis/list-backup/${id}`)).body;
  expect(running).toMatchObject({ state: "pending" });
  expect(await call("POST", `/redis/rename/${id}`, { name: "busy" })).toMatchObject({
    status: 400,
    body: "database has a backup in progress",
  });
  expect((await call("POST", `/redis/restore-backup/${id}`, { backup_id: running.backup_id })).status).toBe(400);
  sandbox.clock.advance(5_000);
  const [backup] = (await call("GET", `/redis/list-backup/${id}`)).body;
  expect(backup).toMatchObject({ name: "before", state: "completed", database_id: id, daily_backup: "false" });
  expect((await call("POST", `/redis/restore-backup/${id}`, { backup_id: backup.backup_id })).body).toBe("OK");
  expect((await call("POST", `/redis/restore-backup/${id}`, { backup_id: "other" })).status).toBe(404);
  const other = await makeDatabase(sandbox, { database_name: "other" });
  expect((await call("DELETE", `/redis/delete-backup/${other}/${backup.backup_id}`)).status).toBe(404);
  expect((await call("DELETE", `/redis/database/${id}`)).body).toBe("OK");
  expect((await call("GET", `/redis/list-backup/${id}`)).status).toBe(404);
  expect(sandbox.store("upstash").collection("backups").list()).toEqual([]);
});

test("statistics cover the period that was asked for, in Go's form of time", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  const early = (await call("GET", `/redis/stats/${id}`)).body;
  expect([early.throughput, early.total_monthly_requests]).toEqual([null, 0]);
  sandbox.clock.advance(60_250);
  const stats = (await call("GET", `/redis/stats/${id}?period=12h`)).body;
  expect(stats.throughput).toHaveLength(12);
  expect(stats.throughput[11]).toEqual({ x: "2026-01-15 09:01:00.25 +0000 UTC", y: 0 });
  expect(stats.throughput[0]).toEqual({ x: "2026-01-14 22:01:00.25 +0000 UTC", y: 0 });
  expect(stats.days).toEqual(["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday"]);
  expect((await call("GET", `/redis/stats/${id}?period=2y`)).status).toBe(400);
});

test("a real server's counters are the statistics, and its contents are not said to be backed up", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  const info =
    "connected_clients:3\r\ninstantaneous_ops_per_sec:7\r\ntotal_commands_processed:1200\r\nused_memory_dataset:4096\r\n";
  const redis = {
    address: () => ({ host: "127.0.0.1", port: 7000, tls: true }),
    command: async (_id: string, [name]: readonly string[]) => (name === "DBSIZE" ? 2 : info),
  };
  Object.assign(sandbox.world, { dataServers: { redis } });
  sandbox.clock.advance(60_000);
  const stats = (await call("GET", `/redis/stats/${id}`)).body;
  expect(stats).toMatchObject({ daily_net_commands: 1200, total_monthly_requests: 1200, current_storage: 4096 });
  expect([stats.connection_count, stats.throughput, stats.keyspace].map((series) => series.at(-1).y)).toEqual([
    2, 7, 2,
  ]);
  expect((await call("POST", `/redis/create-backup/${id}`, { name: "b" })).status).toBe(501);
});

test("daily backups come with each day, and go after one day or three", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  const list = async () =>
    (await call("GET", `/redis/list-backup/${id}`)).body as { daily_backup: string; state: string }[];
  await call("PATCH", `/redis/enable-dailybackup/${id}`, "null");
  const start = Date.parse("2026-01-15T09:00:00Z") / 1000;
  expect((await call("GET", `/redis/database/${id}`)).body.next_daily_backup_time).toBe(start + 86_400);
  expect(await list()).toEqual([]);
  sandbox.clock.advance(5 * 86_400_000 + 60_000);
  expect(await list()).toMatchObject([{ daily_backup: "true", state: "completed", creation_time: start + 5 * 86_400 }]);
  await call("POST", `/redis/enable-prodpack/${id}`, "null");
  expect(await list()).toHaveLength(3);
  await call("PATCH", `/redis/disable-dailybackup/${id}`, "null");
  sandbox.clock.advance(4 * 86_400_000);
  expect(await list()).toEqual([]);
});

test("the free plan is refused where what it lacks is in use, and once per account", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  const toFree = async () => (await call("POST", `/redis/${id}/change-plan`, { plan_name: "free" })).body;
  await call("PATCH", `/redis/enable-dailybackup/${id}`, "null");
  expect(await toFree()).toBe("daily backup is not available on the free plan");
  await call("PATCH", `/redis/disable-dailybackup/${id}`, "null");
  await call("POST", `/redis/enable-prodpack/${id}`, "null");
  expect(await toFree()).toBe("prod pack is not available on the free plan");
  await call("POST", `/redis/disable-prodpack/${id}`, "null");
  await call("POST", `/redis/update-regions/${id}`, { read_regions: ["us-east-1", "us-west-1"] });
  expect(await toFree()).toBe("free databases can have at most one read region");
  await call("POST", `/redis/update-regions/${id}`, { read_regions: [] });
  expect([await toFree(), await toFree()]).toEqual(["OK", "OK"]);
  expect((await call("POST", `/redis/enable-prodpack/${id}`, "null")).status).toBe(400);
  const second = await makeDatabase(sandbox);
  expect(await call("POST", `/redis/change-plan/${second}`, { plan: "free" })).toMatchObject({
    status: 400,
    body: "free databases are limited to one per account",
  });
});

test("the audit log has every change that was made, and none that was refused", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  await call("POST", `/redis/enable-eviction/${id}`, "null");
  await call("POST", `/redis/disable-autoupgrade/${id}`, "null");
  await call("DELETE", `/redis/database/${id}`);
  const authorization = `Basic ${Buffer.from("sandbox@mais.invalid:sandbox_upstash").toString("base64")}`;
  const answer = await fetch(`${sandbox.url("upstash")}/auditlogs`, { headers: { authorization } });
  const log = (await answer.json()) as { action_string: string; entity: string; actor: string }[];
  expect(log.map(({ action_string, entity }) => [action_string, entity === id])).toEqual([
    ["CREATE_DATABASE", true],
    ["ENABLE_EVICTION", true],
    ["DELETE_DATABASE", true],
  ]);
  expect(log[0]?.actor).toBe("sandbox@mais.invalid");
});
