import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const MODULE = pathToFileURL(join(import.meta.dirname, "..", "..", "stacks", "end-with-engine.ts")).href;

/** As the SDK does it: every failure is reported by printing it. */
const PROGRAM = `
  const { endWithEngine } = await import(${JSON.stringify(MODULE)});
  endWithEngine();
  process.on("uncaughtException", (error) => console.error(error.message));
  setInterval(() => console.error("still here"), 5);
`;

test("a program whose reader is gone ends, instead of reporting for ever that nobody reads", async () => {
  const program = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await once(program.stderr, "data");
    program.stdout.destroy();
    program.stderr.destroy();
    const [code] = await once(program, "exit", { signal: AbortSignal.timeout(4_000) });
    expect(code).toBe(1);
  } finally {
    program.kill("SIGKILL");
  }
});
