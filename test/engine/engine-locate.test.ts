import { readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ENGINE_VERSION, isSupportedEngine } from "../../src/engine/engine-version.ts";
import { type Installer, obtainEngine } from "../../src/engine/obtain-engine.ts";
import { silent } from "../../src/progress.ts";
import { UserError } from "../../src/user-error.ts";
import { writeFakeEngine, writeProgram } from "../helpers/fake-engine.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const root = join(import.meta.dirname, "..", "..");
const cacheOf = (home: string) => join(home, "cache", "mais-deploy", "engine");

function obtain(home: string, path: string, installers: readonly Installer[] = []) {
  // Nothing of the system's: it may have an engine, or Go.
  const env = { PATH: path, HOME: home, XDG_CACHE_HOME: join(home, "cache") };
  return obtainEngine({ root, env, progress: silent, installers });
}

const installer = (source: Installer["source"], install: Installer["install"]): Installer => ({
  source,
  label: source,
  install,
});
const working = (source: Installer["source"], before: () => void | Promise<void> = () => {}) =>
  installer(source, async (folder) => {
    await before();
    await writeFakeEngine(join(folder, "bin"), ENGINE_VERSION);
    return undefined;
  });

test("an engine on the path in range, with its Node host, is used as it is, and tried once", async () => {
  using home = temporaryFolder();
  const bin = join(home.path, "bin");
  await writeFakeEngine(bin, "3.300.1");
  const expected = { folder: bin, pulumi: join(bin, "pulumi"), version: "3.300.1", source: "path" };
  expect(await obtain(home.path, bin)).toEqual(expected);
  expect(await obtain(home.path, bin)).toEqual(expected);
  expect(await readFile(join(bin, "calls"), "utf8")).toBe("version\n");
  // Another program under the same name is tried again.
  await writeFakeEngine(bin, "3.300.20");
  expect(await obtain(home.path, bin)).toMatchObject({ version: "3.300.20" });
});

test.each([
  ["is too old", "3.258.9", true],
  ["is of another major version", "4.0.0", true],
  ["comes without its Node host", "3.300.1", false],
])("an engine on the path that %s is passed over", async (_why, version, hasHost) => {
  using home = temporaryFolder();
  const bin = join(home.path, "bin");
  if (hasHost) await writeFakeEngine(bin, version);
  else await writeProgram(bin, "pulumi", `echo v${version}`);
  expect(await obtain(home.path, bin, [working("download")])).toMatchObject({
    version: ENGINE_VERSION,
    source: "download",
  });
});

test("what one way fails to give, the next one gives; afterwards it comes from the cache, whole", async () => {
  using home = temporaryFolder();
  const broken = installer("download", async (folder) => {
    await writeProgram(join(folder, "bin"), "pulumi", "exit 3");
    await writeProgram(join(folder, "bin"), "pulumi-language-nodejs", "echo Usage");
    return undefined;
  });
  expect(await obtain(home.path, "/nowhere", [broken, working("build")])).toMatchObject({ source: "build" });
  expect(await obtain(home.path, "/nowhere")).toMatchObject({ source: "cache", version: ENGINE_VERSION });
  expect(await readdir(cacheOf(home.path))).toEqual([ENGINE_VERSION]);
});

test("a damaged installation is replaced", async () => {
  using home = temporaryFolder();
  const bin = join(cacheOf(home.path), ENGINE_VERSION, "bin");
  await writeProgram(bin, "pulumi", "echo damaged");
  expect(await obtain(home.path, "/nowhere", [working("build")])).toMatchObject({ source: "build", folder: bin });
  expect(await readdir(bin)).toContain("pulumi-language-nodejs");
});

test("of two clones that need the engine at once, one installs it and the other waits for it", async () => {
  using home = temporaryFolder();
  let installs = 0;
  const slow = working("build", async () => {
    installs++;
    await sleep(50);
  });
  const both = await Promise.all([obtain(home.path, "/nowhere", [slow]), obtain(home.path, "/nowhere", [slow])]);
  expect(both.map(({ source }) => source).sort()).toEqual(["build", "cache"]);
  expect(installs).toBe(1);
});

test("the lock and the remains of a process that was killed stop nobody", async () => {
  using home = temporaryFolder();
  const cache = cacheOf(home.path);
  await writeProgram(join(cache, ".new-killed", "bin"), "pulumi", "half");
  // No process has this number: it is above every system's limit.
  await writeFile(join(cache, `${ENGINE_VERSION}.lock`), JSON.stringify({ pid: 2 ** 30, host: hostname() }));
  expect(await obtain(home.path, "/nowhere", [working("build")])).toMatchObject({ source: "build" });
  expect(await readdir(cache)).toEqual([ENGINE_VERSION]);
});

test("with no way to get an engine, the error names every way that was tried and what to do", async () => {
  using home = temporaryFolder();
  const closed = installer("download", async () => "get.pulumi.com cannot be reached");
  const bare = installer("build", async () => "no Go toolchain on the path");
  const error: unknown = await obtain(home.path, "/nowhere", [closed, bare]).catch((reason) => reason);
  expect(error).toBeInstanceOf(UserError);
  const { message, advice, exit } = error as UserError;
  for (const part of ["no pulumi on the path", "is not there", "cannot be reached", "no Go toolchain on the path"]) {
    expect(message).toContain(part);
  }
  expect(advice.join("\n")).toContain("https://go.dev/dl/");
  expect(exit).toBe(1);
  expect(await readdir(cacheOf(home.path))).toEqual([]);
});

test("without an injected way, a closed network and no Go end soon, and with Go it is asked for both programs", async () => {
  using home = temporaryFolder();
  const bin = join(home.path, "bin");
  const env = {
    PATH: bin,
    HOME: home.path,
    XDG_CACHE_HOME: join(home.path, "cache"),
    // Nobody listens there, so the real download address is never asked.
    HTTPS_PROXY: "http://127.0.0.1:9",
  };
  const attempt = () => obtainEngine({ root, env, progress: silent });
  await expect(attempt()).rejects.toThrow(/download +get\.pulumi\.com cannot be reached .*\n +build +no Go toolchain/);
  const source = (name: string) => `while [ "$1" != -o ]; do shift; done; /bin/cp '${home.path}/made/${name}' "$2"`;
  await writeFakeEngine(join(home.path, "made"), ENGINE_VERSION);
  const build = `case "$*" in *cmd/pulumi) ${source("pulumi")};; *) ${source("pulumi-language-nodejs")};; esac`;
  await writeProgram(bin, "go", `[ "$1" = version ] && { echo go version go1.26.8 linux/amd64; exit; }\n${build}`);
  expect(await attempt()).toMatchObject({ source: "build", version: ENGINE_VERSION });
});

test("a failing build says what the compiler said", async () => {
  using home = temporaryFolder();
  const bin = join(home.path, "bin");
  const script = '[ "$1" = version ] && { echo go version go1.26.8 x; exit; }; echo "go: downloading a v1" >&2';
  await writeProgram(bin, "go", `${script}; echo "disk full" >&2; exit 1`);
  const env = { PATH: bin, HOME: home.path, HTTPS_PROXY: "http://127.0.0.1:9" };
  const attempt = obtainEngine({ root, env: { ...env, XDG_CACHE_HOME: undefined }, progress: silent });
  await expect(attempt).rejects.toThrow("go build of pulumi failed: disk full");
});

test("engine, SDK and the modules that build the engine are of one version", async () => {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  expect(manifest.dependencies["@pulumi/pulumi"]).toBe(ENGINE_VERSION);
  const module = await readFile(join(root, "tools", "engine", "go.mod"), "utf8");
  expect(module).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}`);
  expect(isSupportedEngine(ENGINE_VERSION)).toBe(true);
});
