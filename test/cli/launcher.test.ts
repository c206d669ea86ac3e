import { copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { capture } from "../../src/engine/capture.ts";
import { writeProgram } from "../helpers/fake-engine.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");
const mais = join(root, "node_modules", ".bin", "mais");

test("the command runs from any folder, through links", async () => {
  using folder = temporaryFolder();
  const link = join(folder.path, "mais");
  await symlink(mais, link);
  for (const program of [mais, link]) {
    const ran = await capture(program, ["version", "--json"], { cwd: folder.path });
    expect(JSON.parse(ran.stdout), ran.stderr).toMatchObject({ schema: "mais.version/1", mais: "0.1.0" });
  }
});

test("without a Node that can run it, the command says what to do", async () => {
  using folder = temporaryFolder();
  const bin = join(folder.path, "bin");
  const copy = join(folder.path, "checkout", "tools", "cli", "mais");
  await mkdir(join(copy, ".."), { recursive: true });
  await copyFile(mais, copy);
  const run = () => capture("/bin/sh", [copy, "version"], { env: { PATH: `${bin}:/nowhere` } });
  const none = await run();
  expect(none.code).toBe(1);
  expect(none.stderr).toContain("mais needs Node 22.18 or newer");
  expect(none.stderr).toContain("npm ci");
  await writeProgram(bin, "node", "echo 20019");
  expect((await run()).code).toBe(1);
  await writeProgram(bin, "node", 'case "$1" in -p) echo 22018;; *) echo "started $2";; esac');
  expect((await run()).stdout).toMatch(/^started .*\/checkout\/src\/cli\/main\.ts$/m);
});

test("with no engine and no way to get one, the command names the ways and changes nothing", async () => {
  using folder = temporaryFolder();
  const env = {
    // The launcher's own programs are here; an engine or Go beside them would be used, and rightly.
    PATH: folder.path,
    HOME: folder.path,
    XDG_CACHE_HOME: undefined,
    // Nobody listens there, so the real download address is never asked.
    HTTPS_PROXY: "http://127.0.0.1:9",
    MAIS_SANDBOX_DIR: join(folder.path, "sandbox"),
  };
  const main = [join(root, "src", "cli", "main.ts"), "pulumi", "up", "--yes"];
  const ran = await capture(process.execPath, main, { env });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toBe("");
  for (const part of [
    "no pulumi on the path",
    "get.pulumi.com cannot be reached",
    "no Go toolchain",
    "https://go.dev/dl/",
  ]) {
    expect(ran.stderr).toContain(part);
  }
  expect(ran.stderr).not.toMatch(/^\s+at /m);
});
