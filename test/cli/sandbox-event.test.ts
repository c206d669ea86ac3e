import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/main.ts";
import { stopSandbox } from "../../src/ops/sandbox.ts";
import { runLine } from "../helpers/command-line.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("an event happens at Stripe, and the command says which endpoints were told", async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, "sandbox");
  const run = (...args: string[]) =>
    runLine(commands, ["sandbox", ...args], { env: { MAIS_SANDBOX_DIR: dir }, root: folder.path });
  expect((await run("event", "stripe", "charge.refunded")).stderr).toContain("mais sandbox start");
  await run("start");
  try {
    const { url } = JSON.parse(readFileSync(join(dir, "address.json"), "utf8"));
    const unheard = await run("event", "stripe", "charge.refunded");
    expect(unheard).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/evt_\w+\) happened. No enabled endpoint/),
    });

    const form = { url: "https://api.mais.example/hook", "enabled_events[]": "charge.refunded" };
    const headers = { authorization: "Bearer sandbox_stripe_test" };
    await fetch(`${url}/stripe/v1/webhook_endpoints`, { method: "POST", headers, body: new URLSearchParams(form) });
    writeFileSync(join(folder.path, "charge.json"), '{"id": "ch_1", "object": "charge"}');
    const told = await run("event", "stripe", "charge.refunded", "--object", "charge.json", "--json");
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout)).toMatchObject({
      ...{ schema: "mais.sandbox.event/1", event: { type: "charge.refunded", data: { object: { id: "ch_1" } } } },
      deliveries: [{ url: form.url, problem: expect.stringContaining("runs nothing under api.mais.example") }],
    });

    for (const [words, reason] of [
      [["stripe"], "a type"],
      [["add", "charge.refunded"], 'unexpected argument "add"'],
      [["stripe", "charge.eaten"], "no event type"],
      [["stripe", "charge.refunded", "--account", "me"], "acct_"],
    ] as const) {
      const { code, stderr } = await run("event", ...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
    expect((await run("event", "stripe", "charge.refunded", "--object", "none.json")).stderr).toContain(
      "cannot be read",
    );
    expect(await run("fault", "stripe")).toMatchObject({ code: 2 });
  } finally {
    await stopSandbox(dir);
  }
});
