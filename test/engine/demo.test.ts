import { join } from "node:path";
import { expect, test } from "vitest";
import { type Captured, capture } from "../../src/engine/capture.ts";
import { type RunningService, stopSandbox } from "../../src/ops/sandbox.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");

test("the demo brings dev up over six vendors, healthy; a second one changes nothing and finds it running", async () => {
  using folder = temporaryFolder();
  const dir = folder.path;
  const demo = (...args: string[]): Promise<Captured> =>
    capture(process.execPath, ["--", join(root, "src", "cli", "main.ts"), "demo", ...args], {
      env: { MAIS_SANDBOX_DIR: dir },
    });
  try {
    const first = await demo("--json");
    expect(first.code, first.stderr).toBe(0);
    const { counts, changes, probes, services, outputs, notes } = JSON.parse(first.stdout);
    // The machines that run the tests have both databases.
    expect(notes).toEqual([]);
    const { mais, ...vendors } = counts;
    expect(Object.keys(vendors).sort()).toEqual(["postmark", "render", "stripe", "supabase", "upstash", "vercel"]);
    expect(changes.create).toBeGreaterThanOrEqual(20);
    expect(changes.create).toBeGreaterThan(mais);
    expect(probes.map(({ url, ok }: { url: string; ok: boolean }) => [new URL(url).pathname, ok])).toEqual([
      ["/health", true],
      ["/health/ready", true],
    ]);
    expect(first.stderr).toMatch(/^ {2}\+ created render WebService api/m);
    expect(outputs.stack).toEqual({ environment: "dev", target: "sandbox" });

    const second = await demo();
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).toContain("Nothing changed.");
    const { localUrl } = services.find(({ type, kind }: RunningService) => type === "web" && kind === "file") ?? {};
    expect(second.stdout).toContain(`curl ${localUrl}/bookings`);
    expect(second.stdout).toMatch(/mais-deploy-dev-worker \(render\) +a worker/);
    expect(second.stdout).toContain("npx mais sandbox stop");
  } finally {
    await stopSandbox(dir);
  }
});
