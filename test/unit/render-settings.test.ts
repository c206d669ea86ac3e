import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judge } from "../../src/config/gate.ts";
import { planRow, RENDER_SIZES, RENDER_SIZES_AS_OF } from "../../src/config/render-plans.ts";
import { RENDER_PLANS } from "../../src/config/vendor-terms.ts";
import { fixture, liveConfig } from "../helpers/stack-settings.ts";

const TOKEN = "lt-5b0d3f7c9e1a";

/** The gate's word on prod with these changes, `mais:logs` encrypted or not. */
function verdict(changes: Record<string, unknown>, { encrypted }: { encrypted: boolean } = { encrypted: true }) {
  const config = liveConfig("prod", changes);
  const secretKeys = encrypted ? ["mais:logs"] : [];
  return judge({ environment: "prod", config, secretKeys, envFile: fixture("prod") });
}

function problems(...asked: Parameters<typeof verdict>): [subject: string, kind: string, rule: string][] {
  const judged = verdict(...asked);
  const all = judged.ok ? [] : judged.problems;
  return all.filter(({ of }) => of === "setting").map(({ subject, kind, rule }) => [subject, kind, rule]);
}

test("logs go to a receiver with an encrypted token, for the stack's services alone unless it says otherwise", () => {
  const judged = verdict({ "mais:logs": { endpoint: "in.logs.mais.app:6514", token: TOKEN } });
  expect(judged.ok && judged.configuration.settings.logs).toEqual({
    ...{ endpoint: "in.logs.mais.app:6514", token: TOKEN, scope: "services" },
  });
  expect(problems({ "mais:logs": { endpoint: "in.logs.mais.app:6514" } }, { encrypted: false })).toEqual([]);
});

test("a token in plain text is refused with the command that encrypts it, and never shown", () => {
  const judged = verdict({ "mais:logs": { endpoint: "in.logs.mais.app:6514", token: TOKEN } }, { encrypted: false });
  if (judged.ok) throw new Error("it was accepted");
  const found = judged.problems.filter(({ subject }) => subject === "logs.token");
  expect(found).toMatchObject([{ kind: "forbidden", rule: expect.stringContaining("in plain text") }]);
  expect(found[0]?.fix).toContain("pulumi config set --secret --path mais:logs.token --stack prod");
  expect(JSON.stringify(judged.problems)).not.toContain(TOKEN);
});

test("what is wrong with a receiver is told by rule, an example's host among it", () => {
  expect(problems({ "mais:logs": { endpoint: "https://logs.mais.app", token: TOKEN } })).toEqual([
    ["logs.endpoint", "invalid", "expected host and port, for example logs.your-app.com:6514"],
  ]);
  expect(problems({ "mais:logs": { endpoint: "logs.your-app.com:6514", token: TOKEN } })).toMatchObject([
    ["logs.endpoint", "invalid", expect.stringContaining("the example that the repository came with")],
  ]);
  expect(problems({ "mais:logs": { endpoint: "in.mais.app:6514", tokn: TOKEN } })).toMatchObject([
    ["logs.tokn", "invalid", expect.stringContaining("did you mean token")],
  ]);
});

test("an instance may be given up to five minutes to stop", () => {
  expect(problems({ "mais:worker.shutdownSeconds": 300, "mais:api.shutdownSeconds": 1 })).toEqual([]);
  expect(problems({ "mais:worker.shutdownSeconds": 301 })).toEqual([
    ["worker.shutdownSeconds", "invalid", "expected 300 or less"],
  ]);
});

test("the page of settings says what each plan has, and as of when", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "settings.md"), "utf8");
  expect(page).toContain(`as of ${RENDER_SIZES_AS_OF}:\n\n| Plan | CPUs | Memory |`);
  const rows = RENDER_PLANS.map(planRow);
  expect(page.split("\n").filter((line) => /^\| `\w+` \| [\d.]+ \| \d+ [MG]B \|$/.test(line))).toEqual(rows);
  expect(RENDER_SIZES.starter).toEqual({ cpus: 0.5, memoryMb: 512 });
});
