import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/main.ts";
import { runLine } from "../helpers/command-line.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

type Tree = Record<string, unknown>;
const next = { dependencies: { next: "16.0.0" }, scripts: { build: "next build" } };
const server = { name: "api", dependencies: { express: "5.0.0" }, scripts: { build: "tsc", start: "node server.js" } };

/** Stack file, repository, and the findings that are not "ok". */
async function examine(settings: Tree, tree: Tree) {
  using folder = temporaryFolder();
  const files = { "Pulumi.prod.yaml": { config: settings }, ...prefixed(tree) };
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }
  const { code, stdout, stderr } = await runLine(commands, ["doctor", "--repo", "app", "--json"], {
    root: folder.path,
  });
  const findings: { verdict: string; subject: string; fix?: string }[] = JSON.parse(stdout).findings ?? [];
  const rest = findings.filter(({ verdict }) => verdict !== "ok");
  return {
    code,
    stderr,
    count: findings.length,
    rest: rest.map(({ verdict, subject, fix }) => [verdict, subject, fix]),
  };
}

const prefixed = (tree: Tree) => Object.fromEntries(Object.entries(tree).map(([name, text]) => [`app/${name}`, text]));
const monorepo = {
  "package.json": { workspaces: ["apps/*"], engines: { node: "24.x" } },
  "package-lock.json": "{}",
  "apps/web/package.json": next,
  "apps/api/package.json": server,
};
const workspaceApi = { buildCommand: "npm ci && npm run build -w apps/api", startCommand: "npm start --workspace=api" };

test("one application at the root fits without a setting", async () => {
  const root = { ...next, engines: { node: "22.x" }, scripts: { build: "next build", start: "next start" } };
  const api = { buildCommand: "npm ci", startCommand: "npm start" };
  const { code, rest, count } = await examine(
    { "mais:web": {}, "mais:api": api },
    { "package.json": root, "package-lock.json": "{}" },
  );
  expect({ code, rest }).toEqual({ code: 0, rest: [] });
  expect(count).toBe(9);
});

test("the site's own folder and the workspace's root fit a monorepo of npm", async () => {
  const settings = { "mais:repository": { webRoot: "apps/web" }, "mais:web": {}, "mais:api": workspaceApi };
  expect(await examine(settings, monorepo)).toMatchObject({ code: 0, rest: [] });
});

test("without a workspace, site and server are found in folders of their own", async () => {
  const settings = { "mais:repository": { webRoot: "apps/web", apiRoot: "server" }, "mais:web": {}, "mais:api": {} };
  const { rest } = await examine(settings, {
    "package.json": { engines: { node: "24.x" } },
    "package-lock.json": "{}",
    "apps/web/package.json": next,
    "server/package.json": server,
    "server/package-lock.json": "{}",
  });
  expect(rest).toEqual([]);
});

test("the root with apps/web/.next is refused, and the right setting named", async () => {
  const { code, rest } = await examine({ "mais:web": { outputDirectory: "apps/web/.next" } }, monorepo);
  const right = "set mais:repository.webRoot in Pulumi.prod.yaml to apps/web";
  expect(code).toBe(2);
  expect(rest).toEqual([
    ["wrong", "repository.webRoot", right.replace("set", "Set")],
    ["wrong", "web.outputDirectory", `Remove outputDirectory from Pulumi.prod.yaml, and ${right}`],
  ]);
});

test("pnpm and turbo: another manager's install, a missing script, an old Node and a cut-off lock file are wrong", async () => {
  const settings = {
    "mais:repository": { webRoot: "apps/web", apiRoot: "apps/api" },
    "mais:web": { buildCommand: "turbo run build" },
    "mais:api": { buildCommand: "npm ci", startCommand: "pnpm serve" },
  };
  const { code, rest } = await examine(settings, {
    "package.json": { packageManager: "pnpm@10.0.0", engines: { node: "18.x" }, devDependencies: { turbo: "2.0.0" } },
    "pnpm-workspace.yaml": "packages: [apps/*]",
    "pnpm-lock.yaml": "",
    "turbo.json": { tasks: { build: {} } },
    "apps/web/package.json": next,
    "apps/api/package.json": server,
  });
  expect(code).toBe(2);
  expect(rest.map(([verdict, subject]) => `${verdict} ${subject}`)).toEqual([
    "wrong ./package.json engines.node",
    "unknown web.buildCommand",
    "wrong repository.apiRoot",
    "wrong api.startCommand",
    "wrong api.buildCommand",
  ]);
});

test.each([
  ["no folder", {}, "There is no folder"],
  ["no package.json", { "README.md": "" }, "has no package.json"],
  ["broken JSON", { "package.json": "{" }, "cannot be read"],
])("%s is an error that says so", async (_what, tree, message) => {
  const { code, stderr } = await examine({}, tree);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
