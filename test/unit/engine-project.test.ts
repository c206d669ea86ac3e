import { expect, test } from "vitest";
import { parse } from "yaml";
import { needsStack, stackArgument } from "../../src/engine/engine-command.ts";
import { engineEnvironment, engineVariables, shellExports } from "../../src/engine/environment.ts";
import { rebaseProjectFile } from "../../src/engine/project-file.ts";
import { SANDBOX_PASSPHRASE } from "../../src/engine/sandbox-folder.ts";
import { parseStackFile, sandboxStackFile, stackTarget } from "../../src/engine/stack-file.ts";

const file = (config: Record<string, unknown>, encryptionsalt?: string) => ({
  config,
  ...(encryptionsalt ? { encryptionsalt } : {}),
});

test("a sandbox stack file has the sandbox as target, and nothing that only the live passphrase reads", () => {
  const tracked = file(
    {
      "mais:target": "live",
      "mais:plan": "standard",
      "mais:TOKEN": { secure: "v1:x" },
      "mais:deep": { a: [{ secure: "v1:y" }] },
    },
    "v1:live-salt",
  );
  const made = sandboxStackFile(tracked, undefined, undefined);
  expect(parse(made.text)).toEqual({ config: { "mais:target": "sandbox", "mais:plan": "standard" } });
  expect(made.leftOut).toEqual(["mais:TOKEN", "mais:deep"]);
});

test("what was set in the sandbox survives a change of the tracked file, and so does the sandbox's salt", () => {
  const base = file({ "mais:target": "live", "mais:plan": "starter", "mais:region": "frankfurt" });
  const current = file(
    { "mais:target": "sandbox", "mais:plan": "pro", "mais:region": "frankfurt", "mais:TOKEN": { secure: "v1:mine" } },
    "v1:sandbox-salt",
  );
  const tracked = file({ "mais:target": "live", "mais:plan": "standard", "mais:region": "oregon" });
  expect(parse(sandboxStackFile(tracked, base, current).text)).toEqual({
    encryptionsalt: "v1:sandbox-salt",
    config: {
      "mais:target": "sandbox",
      "mais:plan": "pro",
      "mais:region": "oregon",
      "mais:TOKEN": { secure: "v1:mine" },
    },
  });
});

test("a stack file that is none is refused with its name, the reason and the remedy", () => {
  expect(() => parseStackFile("config: [", "Pulumi.dev.yaml")).toThrow(/^Pulumi\.dev\.yaml is not a stack file: /);
  expect(() => parseStackFile("just words", "Pulumi.dev.yaml")).toThrow("it is no map");
  expect(parseStackFile("", "Pulumi.dev.yaml")).toEqual({ config: {} });
});

test("the target is read in both spellings", () => {
  expect(stackTarget(file({ "mais:target": "live" }))).toBe("live");
  expect(stackTarget(file({ mais: { target: "sandbox" } }))).toBe("sandbox");
  expect(stackTarget(file({}))).toBeUndefined();
});

test("the generated project points back to the checkout and keeps versions", () => {
  const text =
    "name: m\nmain: stacks/index.ts\nplugins:\n  providers:\n    - {name: r, path: packages/r, version: 0.1.0}\n";
  expect(parse(rebaseProjectFile(text, (path) => `../../${path}`))).toEqual({
    name: "m",
    main: "../../stacks/index.ts",
    plugins: { providers: [{ name: "r", path: "../../packages/r", version: "0.1.0" }] },
  });
  expect(() => rebaseProjectFile("name: m", (path) => path)).toThrow("Pulumi.yaml cannot be read: it has no `main`");
});

test.each([
  [["up", "--stack", "prod"], "prod"],
  [["up", "--stack=prod"], "prod"],
  [["up", "-s", "prod"], "prod"],
  [["-sprod", "up"], "prod"],
  [["stack", "init", "prod"], "prod"],
  [["stack", "output", "urls"], undefined],
  [["config", "set", "--secret", "mais:A"], undefined],
  [["config", "set", "mais:A", "--", "--stack=x"], undefined],
])("%j names the stack %s", (args, stack) => {
  expect(stackArgument(args)).toBe(stack);
});

test("only commands that work on a stack need one", () => {
  for (const args of [["up"], ["preview", "--json"], ["stack"], ["stack", "output"], ["config", "get", "a"]]) {
    expect(needsStack(args), args.join(" ")).toBe(true);
  }
  for (const args of [[], ["version"], ["stack", "init", "x"], ["stack", "ls"], ["up", "--help"], ["--help"]]) {
    expect(needsStack(args), args.join(" ")).toBe(false);
  }
});

const engine = { folder: "/engine", pulumi: "/engine/pulumi", version: "3.259.0", source: "cache" } as const;
const on = (target: "sandbox" | "live", env: Record<string, string | undefined>) => ({
  root: "/checkout",
  cwd: "/checkout/sub",
  env,
  engine,
  project: { stack: "dev", target, folder: target === "live" ? "/checkout" : "/it's/run", notes: [] },
});

test("a sandbox run has its own backend and passphrase, whatever the shell says", () => {
  const env = {
    PATH: "/usr/bin:/engine",
    PULUMI_BACKEND_URL: "s3://team",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/secret",
    MAIS_ENV_FILE: "prod.env",
  };
  const made = engineEnvironment(on("sandbox", env));
  expect(made).toMatchObject({
    PATH: "/checkout/node_modules/.bin:/engine:/usr/bin",
    PULUMI_BACKEND_URL: "file:///checkout/.mais/sandbox/state",
    PULUMI_CONFIG_PASSPHRASE: SANDBOX_PASSPHRASE,
    PULUMI_STACK: "dev",
    MAIS_TARGET: "sandbox",
    MAIS_ROOT: "/checkout",
    MAIS_ENV_FILE: "/checkout/sub/prod.env",
  });
  expect(made).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
});

test("a live run keeps the user's backend and passphrase, and never takes the sandbox's", () => {
  const own = { PULUMI_BACKEND_URL: "s3://team", PULUMI_CONFIG_PASSPHRASE: "theirs" };
  expect(engineEnvironment(on("live", own))).toMatchObject(own);
  const fromSandboxShell = {
    PULUMI_BACKEND_URL: "file:///checkout/.mais/sandbox/state",
    PULUMI_CONFIG_PASSPHRASE: SANDBOX_PASSPHRASE,
    MAIS_TARGET: "sandbox",
  };
  for (const name of Object.keys(fromSandboxShell)) {
    expect(engineEnvironment(on("live", fromSandboxShell))).not.toHaveProperty(name);
  }
});

test("shell commands never hold a live secret, and quote whatever a folder is called", () => {
  const live = shellExports(on("live", { PULUMI_CONFIG_PASSPHRASE: "theirs", RENDER_API_KEY: "rnd_secret" }));
  expect(live).not.toMatch(/theirs|rnd_secret/);
  expect(live).toContain("unset MAIS_TARGET");
  expect(shellExports(on("sandbox", {})).split("\n").at(-1)).toBe("cd '/it'\\''s/run'");
});

test("MAIS_SANDBOX_DIR moves state and project, and is handed on whole", () => {
  expect(engineVariables(on("sandbox", { MAIS_SANDBOX_DIR: "elsewhere" }))).toMatchObject({
    MAIS_SANDBOX_DIR: "/checkout/elsewhere",
    PULUMI_BACKEND_URL: "file:///checkout/elsewhere/state",
  });
});
