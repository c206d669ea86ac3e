import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOutput, type Output } from "../../src/cli/output.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function outputOn(terminal: boolean): { out: Output; said: () => string } {
  const said: string[] = [];
  const sink = { isTTY: terminal, write: (text: string) => said.push(text) };
  const out = createOutput({ mode: { json: false }, stdout: sink, stderr: sink, env: { NO_COLOR: "1" } });
  return { out, said: () => said.join("") };
}

test("in a log, a long step says every ten seconds that it is alive, and what it is at", async () => {
  const { out, said } = outputOn(false);
  const work = Promise.withResolvers<void>();
  const step = out.step("Building", async (update) => {
    update("half");
    await work.promise;
  });
  await vi.advanceTimersByTimeAsync(21_000);
  work.resolve();
  await step;
  expect(said()).toBe("Building …\nBuilding: half … 10 s\nBuilding: half … 20 s\nBuilding: done (21 s)\n");
});

test("on a terminal it does so every second on one line, and other lines go above it", async () => {
  const { out, said } = outputOn(true);
  const work = Promise.withResolvers<void>();
  const step = out.step("Building", () => work.promise);
  await vi.advanceTimersByTimeAsync(1_000);
  out.line("  made a thing");
  work.resolve();
  await step;
  expect(said()).toBe("Building\r\u001b[2KBuilding 1 s\r\u001b[2K  made a thing\n\r\u001b[2KBuilding: done (1 s)\n");
});

test("a step that fails says so and hands its error on", async () => {
  const { out, said } = outputOn(false);
  await expect(out.step("Building", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(said()).toContain("Building: failed (0 s)");
});
