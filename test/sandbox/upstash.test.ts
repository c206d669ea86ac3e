import { expect, test } from "vitest";
import { emulator } from "../../src/sandbox/upstash/index.ts";
import { sendOddBodies } from "../helpers/odd-bodies.ts";
import { startSandbox } from "../helpers/sandbox.ts";
import { developer, global, makeDatabase } from "../helpers/upstash-developer.ts";

test("every client's form of create makes a usable database at once", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const forms = [
    {
      database_name: "published",
      platform: "aws",
      primary_region: "eu-west-1",
      plan: "fixed_250mb",
      budget: 50,
      tls: true,
    },
    {
      ...global,
      read_regions: ["us-east-1"],
      tls: true,
      eviction: true,
      auto_upgrade: true,
      prod_pack_enabled: false,
      budget: 20,
      consistent: false,
      multizone: false,
    },
    { database_name: "chosen", region: "global" },
    { name: "mcp", region: "global", primary_region: "us-east-1", read_regions: [] },
  ];
  for (const form of forms) {
    const made = await call("POST", "/redis/database", form);
    expect(made.status).toBe(200);
    const read = await call("GET", `/redis/database/${made.body.database_id}`);
    expect(read.body).toEqual(made.body);
    expect(read.body).toMatchObject({ region: "global", port: 6379, tls: true, state: "active", consistent: false });
    expect(read.body.endpoint).toMatch(/^[\w-]+\.upstash\.io$/);
    expect(read.body.password).toBe(read.body.rest_token);
  }
  const list = (await call("GET", "/redis/databases")).body;
  expect(list.map(({ database_name }: { database_name: string }) => database_name)).toEqual([
    "published",
    "cache",
    "chosen",
    "mcp",
  ]);
  expect(list[0]).toMatchObject({
    type: "paid",
    database_type: "Fixed 250MB",
    db_disk_threshold: 250 * 1024 ** 2,
    budget: 50,
  });
  expect(list[1]).toMatchObject({ read_regions: ["us-east-1"], eviction: true, auto_upgrade: true, budget: 20 });
});

test("without a limit the request limit is beyond any safe integer, in the text as well", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const id = await makeDatabase(sandbox);
  const { text } = await developer(sandbox)("GET", `/redis/database/${id}`);
  const [, digits = "0"] = /"db_request_limit":(\d+)/.exec(text) ?? [];
  expect(BigInt(digits) > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
  expect(digits).toBe("9223372036854775808");
});

test("errors are bare JSON strings", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const regional = await call("POST", "/redis/database", { database_name: "old", region: "eu-west-1" });
  expect(regional).toMatchObject({ status: 400, body: "regional db creation is deprecated" });
  expect(await call("GET", "/redis/database/nowhere")).toMatchObject({ status: 404, body: "database not found" });
  expect((await call("POST", "/redis/database", "{")).status).toBe(406);
  expect(await call("POST", "/redis/database", { region: "global" })).toMatchObject({
    status: 400,
    body: expect.stringContaining("database_name"),
  });
  expect(await developer(sandbox, "wrong")("GET", "/redis/databases")).toMatchObject({
    status: 401,
    body: "Unauthorized",
  });
  expect(await call("GET", "/vector/index")).toMatchObject({
    status: 501,
    body: expect.stringContaining("does not emulate"),
  });
});

test("credentials can be hidden on reading, and a reset gives new ones", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  const shown = (await call("GET", `/redis/database/${id}`)).body;
  const hidden = (await call("GET", `/redis/database/${id}?credentials=hide`)).body;
  expect(shown).toMatchObject(hidden);
  expect(Object.keys(shown).filter((key) => !(key in hidden))).toEqual([
    "password",
    "rest_token",
    "read_only_rest_token",
  ]);
  const reset = (await call("POST", `/redis/reset-password/${id}`)).body;
  expect(reset.password).not.toBe(shown.password);
  expect((await call("GET", `/redis/database/${id}`)).body.password).toBe(reset.password);
});

test("each setting has its call, calls without payload take the body null", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  const steps = [
    ["POST", `/redis/rename/${id}`, { name: "queue" }],
    ["POST", `/redis/enable-eviction/${id}`, "null"],
    ["POST", `/redis/enable-autoupgrade/${id}`, "null"],
    ["POST", `/redis/enable-prodpack/${id}`, "null"],
    ["PATCH", `/redis/update-budget/${id}`, { budget: 360 }],
    ["POST", `/redis/update-regions/${id}`, { read_regions: ["us-west-1", "us-west-1"] }],
    ["POST", `/redis/update-allowlist/${id}`, { allowed_ips: ["203.0.113.7", "198.51.100.0/24"] }],
    ["PATCH", `/redis/enable-dailybackup/${id}`, "null"],
    ["POST", `/redis/enable-tls/${id}`, "null"],
    ["POST", `/redis/${id}/change-plan`, { plan_name: "fixed_1gb" }],
  ] as const;
  for (const [method, path, body] of steps)
    expect([path, (await call(method, path, body)).status]).toEqual([path, 200]);
  expect((await call("GET", `/redis/database/${id}`)).body).toMatchObject({
    ...{ database_name: "queue", eviction: true, db_eviction: true, auto_upgrade: true, prod_pack_enabled: true },
    ...{ budget: 360, read_regions: ["us-west-1"], allowed_ip_ranges: ["203.0.113.7", "198.51.100.0/24"] },
    ...{ daily_backup_enabled: true, database_type: "Fixed 1GB", securityAddons: { ipWhitelisting: true } },
  });
  await call("POST", `/redis/update-regions/${id}`, { read_regions: null });
  await call("POST", `/redis/disable-eviction/${id}`, "null");
  expect((await call("GET", `/redis/database/${id}`)).body).toMatchObject({ read_regions: [], eviction: false });
});

test("what Upstash refuses is refused, and changes nothing", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const id = await makeDatabase(sandbox);
  expect(await call("POST", `/redis/disable-autoupgrade/${id}`)).toMatchObject({
    status: 400,
    body: expect.stringContaining("already disabled"),
  });
  expect((await call("POST", `/redis/update-regions/${id}`, { read_regions: ["eu-west-1"] })).status).toBe(400);
  expect((await call("POST", `/redis/update-regions/${id}`, { read_regions: ["mars-1"] })).status).toBe(400);
  expect((await call("POST", `/redis/update-allowlist/${id}`, { allowed_ips: ["2001:db8::1"] })).status).toBe(400);
  expect((await call("PATCH", `/redis/update-budget/${id}`, { budget: 1.5 })).status).toBe(400);
  const free = await makeDatabase(sandbox, { plan: "free" });
  expect((await call("POST", "/redis/database", { ...global, plan: "free" })).status).toBe(400);
  expect((await call("POST", `/redis/update-allowlist/${free}`, { allowed_ips: ["203.0.113.7"] })).status).toBe(400);
  expect(
    (await call("POST", `/redis/update-regions/${free}`, { read_regions: ["us-east-1", "us-west-1"] })).status,
  ).toBe(400);
  expect((await call("GET", `/redis/database/${id}`)).body).toMatchObject({
    read_regions: [],
    allowed_ip_ranges: [],
    budget: 20,
  });
});

test("teams have members, and at most five belong to one account", async () => {
  await using sandbox = await startSandbox(["upstash"]);
  const call = developer(sandbox);
  const { team_id } = (await call("POST", "/team", { team_name: "mais", copy_cc: false })).body;
  const member = { team_id, member_email: "dev@mais.invalid" };
  expect((await call("POST", "/teams/member", { ...member, member_role: "owner" })).status).toBe(400);
  await call("POST", "/teams/member", { ...member, member_role: "dev" });
  const roles = (await call("GET", `/teams/${team_id}`)).body.map(
    ({ member_role }: { member_role: string }) => member_role,
  );
  expect(roles).toEqual(["owner", "dev"]);
  const id = await makeDatabase(sandbox);
  expect((await call("POST", "/redis/move-to-team", { team_id, database_id: id })).body).toBe("OK");
  expect((await call("GET", `/redis/database/${id}`)).body.customer_id).toBe(team_id);
  expect((await call("DELETE", "/teams/member", member)).body).toBe("OK");
  for (const name of ["b", "c", "d", "e"]) await call("POST", "/team", { team_name: name, copy_cc: false });
  expect((await call("POST", "/team", { team_name: "f", copy_cc: false })).status).toBe(400);
  expect((await call("DELETE", `/team/${team_id}`)).body).toBe("OK");
  expect((await call("GET", "/teams")).body).toHaveLength(4);
});

test("no route breaks on a body that makes no sense", async () => {
  await using sandbox = await startSandbox(["upstash"], { contract: "unchecked" });
  const id = await makeDatabase(sandbox);
  const headers = { authorization: `Basic ${Buffer.from("sandbox@mais.invalid:sandbox_upstash").toString("base64")}` };
  const target = { baseUrl: sandbox.url("upstash"), headers, params: { id } };
  expect(await sendOddBodies(emulator.routes, target)).toEqual([]);
});
