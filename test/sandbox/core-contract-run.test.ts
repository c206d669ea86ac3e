import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emulator } from "../../src/sandbox/render/index.ts";
import { SANDBOX_OWNER } from "../../src/sandbox/render/state.ts";
import { openSandbox } from "../../src/sandbox/sandbox.ts";
import { report } from "../contracts/judge.ts";
import { judgeRun } from "../helpers/contract-run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** An emulator whose answer about an owner lacks what the contract requires. */
const broken = {
  ...emulator,
  routes: emulator.routes.map((route) =>
    route.path === "/v1/owners/{ownerId}" ? { ...route, handle: () => ({ status: 200, json: { id: 7 } }) } : route,
  ),
};

async function exchanged(emulators: (typeof emulator)[], folder: string): Promise<void> {
  using dir = temporaryFolder();
  const sandbox = await openSandbox({ dir: dir.path, emulators, exchanges: folder });
  const headers = { authorization: "Bearer sandbox_render" };
  await fetch(`${sandbox.address.url}/render/v1/owners/${SANDBOX_OWNER}?limit=1`, { headers });
  await sandbox.close();
}

test("what a sandbox of its own process exchanged is judged afterwards, and each broken point named", async () => {
  using folder = temporaryFolder();
  await exchanged([broken], folder.path);
  const run = judgeRun(folder.path);
  expect(run).toMatchObject({ processes: 1, judged: 1 });
  const { lines, failed } = report(run, false);
  expect(failed).toBe(true);
  const text = lines.join("\n");
  expect(text).toContain("render GET /owners/{ownerId}: query limit: no such query parameter");
  expect(text).toContain("render GET /owners/{ownerId}: response /id: must be string");
  expect(text).toContain("render GET /owners/{ownerId}: response /email: must have required property 'email'");
});

test("a fault's answer is not judged, nor the last line of a process that was killed", () => {
  using folder = temporaryFolder();
  const exchange = {
    ...{ time: "2026-01-01T00:00:00.000Z", vendor: "render", method: "GET", path: "/v1/owners", query: "nmae=x" },
    ...{ contentType: "", requestText: "", status: 200, responseJson: {}, route: "GET /v1/owners", ms: 1 },
  };
  const spoilt = JSON.stringify({ ...exchange, fault: "html" });
  writeFileSync(join(folder.path, "1.jsonl"), `${spoilt}\n${JSON.stringify(exchange).slice(0, 40)}`);
  expect(judgeRun(folder.path)).toMatchObject({ judged: 0, breaches: [] });
  writeFileSync(join(folder.path, "1.jsonl"), `{\n${spoilt}\n`);
  expect(() => judgeRun(folder.path)).toThrow(/1\.jsonl:1 is no exchange/);
});

test("a whole run fails on a known difference that nothing met, and when nothing was left to judge", () => {
  using folder = temporaryFolder();
  const run = judgeRun(folder.path);
  expect(run.unmet.length).toBeGreaterThan(0);
  const whole = report(run, true);
  expect(whole.failed).toBe(true);
  expect(whole.lines.join("\n")).toContain("render POST /environments/{environmentId}/resources: status /^201$/");
  expect(whole.lines.join("\n")).toContain("MAIS_SANDBOX_EXCHANGES");
  expect(report(run, false).failed).toBe(false);
});
