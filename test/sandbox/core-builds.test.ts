import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LocalServices, type LocalServicesOptions } from "../../src/sandbox/local-services.ts";
import type { DeployFailed, DeployStep, ServiceVersion } from "../../src/sandbox/service-host.ts";
import { type Installation, installationOf, ModulesCache, type Provision } from "../../src/sandbox/service-modules.ts";
import { identifySource } from "../../src/sandbox/service-source.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { until } from "../helpers/until.ts";

function host(options: Partial<LocalServicesOptions> = {}) {
  const folder = temporaryFolder();
  const [dir, modulesDir] = [join(folder.path, "services"), join(folder.path, "modules")];
  // A worker counts as started at once.
  const services = new LocalServices({ dir, modulesDir, ports: new Map(), settleMs: 0, ...options });
  const dispose = async () => {
    await services.close();
    folder[Symbol.dispose]();
  };
  return Object.assign(services, { dir, [Symbol.asyncDispose]: dispose });
}

let deploys = 0;

/** A worker that prints its file and stays. */
function worker(folder: string, rest: Partial<ServiceVersion> = {}): ServiceVersion {
  const common = { id: "srv-1", name: "worker", vendor: "render", kind: "worker", healthCheckPath: undefined } as const;
  const startCommand = "cat said; exec sleep 60";
  return { ...common, folder, startCommand, variables: {}, buildId: `dep-${++deploys}`, ...rest };
}

const printed = (services: LocalServices, line: string) =>
  until(`the line ${line}`, () => services.logs("srv-1").includes(line));

async function failureOf(deploy: Promise<void>): Promise<DeployFailed> {
  return deploy.then(
    () => expect.fail("the deploy went well"),
    (error: DeployFailed) => error,
  );
}

function git(folder: string, ...args: string[]): string {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" }).trim();
}

test("edits of the folder change nothing that runs; an earlier state of it can be built again", async () => {
  using folder = temporaryFolder();
  await using services = host();
  writeFileSync(join(folder.path, "said"), "first\n");
  const { commit } = identifySource(folder.path);
  const first = worker(folder.path, { commit, buildCommand: "echo built > said.built" });
  await services.deploy(first);
  await printed(services, "first");
  writeFileSync(join(folder.path, "said"), "second\n");
  expect(identifySource(folder.path).commit).not.toBe(commit);
  expect(readFileSync(join(services.dir, "srv-1", first.buildId ?? "", "tree", "said"), "utf8")).toBe("first\n");
  const again = worker(folder.path, { commit, buildCommand: "ls; echo sum $(cat said)" });
  await services.deploy(again);
  await printed(services, "sum first");
  // What the first build wrote is no source.
  expect(services.logs("srv-1")).not.toContain("said.built");
  const unknown = worker(folder.path, { commit: "a".repeat(40) });
  expect((await failureOf(services.deploy(unknown))).message).toContain("is not at aaaaaaa any more");
});

test("a folder in a Git repository stands at its commit while it is as committed, and any commit can be built", async () => {
  using folder = temporaryFolder();
  await using services = host();
  const api = join(folder.path, "apps", "api");
  mkdirSync(api, { recursive: true });
  git(folder.path, "init", "--quiet");
  writeFileSync(join(folder.path, ".gitignore"), "*.tmp\n");
  writeFileSync(join(api, "said"), "first\n");
  git(folder.path, "add", ".");
  git(folder.path, "commit", "--quiet", "-m", "Say first");
  const first = git(folder.path, "rev-parse", "HEAD");
  writeFileSync(join(api, "ignored.tmp"), "");
  expect(identifySource(api)).toEqual({ commit: first, message: "Say first" });
  writeFileSync(join(api, "said"), "second\n");
  const edited = identifySource(api);
  expect(edited.commit).not.toBe(first);
  git(folder.path, "commit", "--quiet", "-am", "Say second");
  expect(identifySource(api).message).toBe("Say second");
  await services.deploy(worker(api, { commit: first }));
  await printed(services, "first");
  await services.deploy(worker(folder.path, { rootDir: "apps/api", commit: identifySource(api).commit }));
  await printed(services, "second");
  // It was only read.
  expect(git(folder.path, "status", "--porcelain")).toBe("");
});

test("a build runs with the service's variables, and its log names them in place of their values", async () => {
  using folder = temporaryFolder();
  const now = () => new Date("2026-03-01T10:00:00Z");
  await using services = host({ now });
  writeFileSync(join(folder.path, "said"), "runs\n");
  const variables = { API_TOKEN: "canary-in-the-build", MODE: "ours" };
  const defaults = { MODE: "theirs", RENDER: "true" };
  const steps: DeployStep[] = [];
  const version = worker(folder.path, { variables, defaults, buildCommand: 'echo "$MODE $RENDER $API_TOKEN"' });
  await services.deploy(version, { onStep: (step) => steps.push(step) });
  await printed(services, "runs");
  expect(steps).toEqual(["build", "update"]);
  const lines = services.lines("srv-1");
  expect(lines).toContainEqual({ at: now(), type: "build", text: "ours true $API_TOKEN" });
  expect(lines).toContainEqual({ at: now(), type: "app", text: "runs" });
  expect(JSON.stringify(lines)).not.toContain("canary");
});

test.each([
  ["build", { buildCommand: "echo no such module; exit 3" }, "(echo no such module; exit 3) exited with code 3"],
  ["build", { buildCommand: "echo no such module; exec sleep 60" }, "did not end within 0.2 s"],
  ["pre-deploy", { preDeployCommand: "echo no such module; exit 1" }, "worker: the pre-deploy command"],
  ["update", { startCommand: "echo no such module; exit 1" }, "exited with code 1 as soon as it was started"],
] as const)("a failing %s is told with its last lines, and the old version runs on", async (step, broken, why) => {
  using folder = temporaryFolder();
  let time = 0;
  let isPatient = false;
  // The first version has started at once; the second one has all the time that it needs to fail.
  const elapsed = () => {
    if (!isPatient) time += 10_000;
    return time;
  };
  await using services = host({ settleMs: 5_000, buildLimitMs: 200, elapsed });
  writeFileSync(join(folder.path, "said"), "first\n");
  await services.deploy(worker(folder.path));
  isPatient = true;
  const failure = await failureOf(services.deploy(worker(folder.path, broken)));
  expect(failure.step).toBe(step);
  expect(failure.message).toContain(why);
  expect(failure.message).toContain("\n  | no such module");
  expect(services.list()).toHaveLength(1);
  expect(services.logs("srv-1").join("\n")).not.toContain("it is started again");
});

test("a deploy that runs an earlier build again builds nothing, and what was live before is not prepared again", async () => {
  using folder = temporaryFolder();
  await using services = host();
  writeFileSync(join(folder.path, "said"), "runs\n");
  const commands = { buildCommand: "echo building", preDeployCommand: "echo preparing" };
  const version = worker(folder.path, commands);
  const count = (text: string) => services.logs("srv-1").filter((line) => line === text).length;
  await services.deploy(version);
  await services.deploy({ ...version, variables: { LOG_LEVEL: "debug" } });
  expect([count("building"), count("preparing")]).toEqual([1, 2]);
  await services.deploy(version, { again: true });
  expect([count("building"), count("preparing")]).toEqual([1, 2]);
});

test("secret files lie in the root directory for build and run, those of the version alone", async () => {
  using folder = temporaryFolder();
  await using services = host();
  mkdirSync(join(folder.path, "app"));
  writeFileSync(join(folder.path, "app", "said"), "runs\n");
  const secretFiles = { "key.pem": "first\n", "../astray": "x", ".env": "A=1\n" };
  const commands = { rootDir: "app", buildCommand: "ls -A | tr '\\n' ' '", startCommand: "cat *.pem; exec sleep 60" };
  const version = worker(folder.path, { ...commands, secretFiles });
  await services.deploy(version);
  expect(services.logs("srv-1")).toContain(".env key.pem said ");
  await printed(services, "first");
  await services.deploy({ ...version, secretFiles: { "other.pem": "second\n" } });
  await printed(services, "second");
  expect(services.logs("srv-1").filter((line) => line === "first")).toHaveLength(1);
});

test("a newer deploy ends the build that is under way", async () => {
  using folder = temporaryFolder();
  await using services = host();
  writeFileSync(join(folder.path, "said"), "second\n");
  const slow = failureOf(services.deploy(worker(folder.path, { buildCommand: "echo slow; exec sleep 60" })));
  await printed(services, "slow");
  await services.deploy(worker(folder.path));
  expect((await slow).message).toContain("a newer deploy or a stop of the service came");
  await printed(services, "second");
});

test("a cron job is built when it is deployed, and runs when it is told to, once at a time", async () => {
  using folder = temporaryFolder();
  await using services = host();
  writeFileSync(join(folder.path, "said"), "ran\n");
  const job = { kind: "cron", buildCommand: "echo building" } as const;
  const startCommand = 'cat said; [ "$MODE" = slow ] && exec sleep 60; exit $CODE';
  const version = (variables: Record<string, string>) => worker(folder.path, { ...job, startCommand, variables });
  await services.deploy(version({ CODE: "0" }));
  await printed(services, "building");
  expect(services.logs("srv-1")).not.toContain("ran");
  expect(await services.run("srv-1")?.ended).toBe(true);
  expect(services.logs("srv-1")).toContain("ran");
  await services.deploy(version({ CODE: "4" }));
  expect(await services.run("srv-1")?.ended).toBe(false);
  await services.deploy(version({ MODE: "slow" }));
  const first = services.run("srv-1");
  const second = services.run("srv-1");
  expect(await first?.ended).toBeUndefined();
  services.endRun("srv-1");
  expect(await second?.ended).toBeUndefined();
  expect(services.run("srv-2")).toBeUndefined();
});

test("installed packages are reused while what they are installed from is the same, and nobody wrote into them", async () => {
  using folder = temporaryFolder();
  const cache = new ModulesCache(join(folder.path, "cache"));
  let installs = 0;
  const file = (name: string) => join(folder.path, name, "node_modules", "made");
  const provide = async (
    name: string,
    { key = "k1", rest, isFresh = false }: Partial<Installation & Provision> = {},
  ) => {
    const target = join(folder.path, name);
    mkdirSync(target);
    const install = async () => {
      mkdirSync(join(target, "node_modules"));
      writeFileSync(file(name), `${++installs}`);
    };
    const how = await cache.provide({ key, command: "npm ci", rest }, target, { isFresh, install });
    return [how, readFileSync(file(name), "utf8")];
  };
  const spoil = (name: string) => {
    writeFileSync(file(name), "spoilt");
    utimesSync(file(name), new Date(), new Date(Date.now() + 10_000));
  };
  // Two at once: one installs, the other takes that.
  expect(await Promise.all([provide("a"), provide("b")])).toEqual([
    ["installed", "1"],
    ["reused", "1"],
  ]);
  expect(await provide("c", { key: "k2" })).toEqual(["installed", "2"]);
  expect(await provide("d", { isFresh: true })).toEqual(["installed", "3"]);
  expect(await provide("e")).toEqual(["reused", "3"]);
  // A build that goes on has files of its own.
  const rest = "npx prisma generate";
  expect(await provide("f", { rest })).toEqual(["reused", "3"]);
  spoil("f");
  expect(await provide("g")).toEqual(["reused", "3"]);
  spoil("g");
  expect(await provide("h")).toEqual(["installed", "4"]);
});

test("only a first step that installs from a lock file, and nothing else, can be reused", () => {
  using folder = temporaryFolder();
  const put = (name: string, value: unknown) => writeFileSync(join(folder.path, name), JSON.stringify(value));
  const of = (command: string, env = {}) => installationOf(folder.path, command, env);
  put("package.json", { dependencies: { express: "^5.0.0" } });
  expect(of("npm ci")).toBeUndefined();
  put("package-lock.json", { lockfileVersion: 3 });
  expect(of("npm ci --prefer-offline && npm run build && npm prune")).toMatchObject({
    ...{ command: "npm ci --prefer-offline", rest: "npm run build && npm prune" },
  });
  for (const other of [
    "npm run build",
    "npm install express",
    "npm ci; rm -rf x",
    "npm ci || true",
    "yarn",
    "npm ci &&",
  ])
    expect(of(other), other).toBeUndefined();
  const { key } = of("npm ci") ?? {};
  expect(of("npm ci")?.key).toBe(key);
  expect(of("npm ci", { LOG_LEVEL: "debug" })?.key).toBe(key);
  expect(of("npm ci", { NODE_ENV: "production" })?.key).not.toBe(key);
  put("package-lock.json", { lockfileVersion: 3, packages: { "": {} } });
  expect(of("npm ci")?.key).not.toBe(key);
  put("package.json", { scripts: { postinstall: "prisma generate" } });
  expect(of("npm ci")).toBeUndefined();
  put("package.json", { workspaces: ["packages/*"] });
  expect(of("npm ci")).toBeUndefined();
});
