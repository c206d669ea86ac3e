import { spawn } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { capture } from "../../src/engine/capture.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const checkout = join(import.meta.dirname, "..", "..");
const node = join(checkout, "node_modules", ".bin", "node");
const STACK_FILES = {
  "Pulumi.dev.yaml": "config:\n  mais:target: sandbox\n",
  "Pulumi.prod.yaml": "encryptionsalt: v1:live\nconfig:\n  mais:target: live\n  mais:TOKEN:\n    secure: v1:abc\n",
};
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config("mais");
if (config.get("wait")) {
  console.log("the program waits");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}
export const seen = { target: config.require("target"), stack: pulumi.getStack(), env: process.env.MAIS_TARGET, node: process.versions.node };
`;

let folder: ReturnType<typeof temporaryFolder>;
let root: string;

/** A small checkout of its own: this command line and this engine, and a program that asks no vendor for anything. */
beforeAll(async () => {
  folder = temporaryFolder();
  root = join(folder.path, "a checkout");
  await cp(join(checkout, "src"), join(root, "src"), { recursive: true });
  await cp(join(checkout, "package.json"), join(root, "package.json"));
  await symlink(join(checkout, "node_modules"), join(root, "node_modules"));
  await symlink(join(checkout, "tools"), join(root, "tools"));
  const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
  await writeFile(join(root, "Pulumi.yaml"), `name: mais-deploy\nmain: stacks/index.ts\n${runtime}`);
  await cp(join(checkout, "tsconfig.json"), join(root, "tsconfig.json"));
  await mkdir(join(root, "stacks"));
  await writeFile(join(root, "stacks", "index.ts"), PROGRAM);
  for (const [name, text] of Object.entries(STACK_FILES)) await writeFile(join(root, name), text);
});

afterAll(() => folder[Symbol.dispose]());

const mais = (...args: string[]) => capture(node, [join(root, "src", "cli", "main.ts"), ...args], { cwd: folder.path });

test("the first command on the sandbox makes the stack; a second up changes nothing", async () => {
  const up = await mais("pulumi", "up", "--yes", "--skip-preview");
  expect(up.code, up.stderr).toBe(0);
  const seen = JSON.parse((await mais("pulumi", "stack", "output", "seen", "--json")).stdout);
  expect(seen).toMatchObject({ target: "sandbox", stack: "dev", env: "sandbox" });
  expect(Number(seen.node.split(".")[0])).toBeGreaterThanOrEqual(22);
  expect((await mais("pulumi", "preview", "--expect-no-changes")).code).toBe(0);
});

test("any stack runs on the sandbox, and no tracked file is touched", async () => {
  const up = await mais("--sandbox", "pulumi", "up", "--stack", "prod", "--yes", "--skip-preview");
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain("mais:TOKEN of Pulumi.prod.yaml");
  const output = await mais("--sandbox", "pulumi", "stack", "output", "seen", "--stack", "prod", "--json");
  expect(JSON.parse(output.stdout)).toMatchObject({ target: "sandbox", stack: "prod" });
  for (const [name, text] of Object.entries(STACK_FILES)) {
    expect(await readFile(join(root, name), "utf8")).toBe(text);
  }
});

test("a setting made in the sandbox is kept, secrets included", async () => {
  expect((await mais("pulumi", "config", "set", "--secret", "mais:NOTE", "in the sandbox")).code).toBe(0);
  expect((await mais("pulumi", "up", "--yes", "--skip-preview")).code).toBe(0);
  expect((await mais("pulumi", "config", "get", "mais:NOTE")).stdout.trim()).toBe("in the sandbox");
});

test("the engine's own exit code comes back", async () => {
  expect((await mais("pulumi", "no-such-command")).code).not.toBe(0);
  const missing = await mais("pulumi", "stack", "output", "nothing");
  expect(missing.code).not.toBe(0);
  const direct = await capture("sh", [
    "-c",
    `eval "$('${node}' '${root}/src/cli/main.ts' env-exports)"; pulumi stack output nothing`,
  ]);
  expect(missing.code).toBe(direct.code);
});

test("after eval of env-exports plain pulumi works, with the same state", async () => {
  const script = `eval "$('${node}' '${root}/src/cli/main.ts' env-exports --stack dev)" && pulumi preview --expect-no-changes --non-interactive`;
  const plain = await capture("sh", ["-c", script], { cwd: folder.path });
  expect(plain.code, plain.stderr).toBe(0);
  expect(plain.stdout).toContain("unchanged");
});

test("an unknown stack is refused with the ones that there are, without starting the engine", async () => {
  const refused = await mais("pulumi", "up", "--stack", "production");
  expect(refused.code).toBe(6);
  expect(refused.stderr).toContain('There is no stack "production"');
  expect(refused.stderr).toContain("dev, prod");
  expect(refused.stderr).not.toMatch(/^\s+at /m);
});

test("an interrupt reaches the engine once: it cancels in good order and gives its lock back", async () => {
  const set = await mais("--sandbox", "pulumi", "config", "set", "mais:wait", "yes", "--stack", "prod");
  expect(set.code, set.stderr).toBe(0);
  const args = ["--sandbox", "pulumi", "up", "--stack", "prod", "--yes", "--skip-preview", "--non-interactive"];
  const child = spawn(node, [join(root, "src", "cli", "main.ts"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const running = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        // By now the engine has the stack's lock and listens for signals.
        if (said.includes("the program waits")) resolve();
      });
    }
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await Promise.race([running, ended]);
  child.kill("SIGINT");
  expect(await ended, said).not.toBe(0);
  // A second signal would have ended it on the spot, without these words.
  expect(said.match(/received; cancelling/g)).toHaveLength(1);
  expect(said).toContain("update canceled");
  await mais("--sandbox", "pulumi", "config", "rm", "mais:wait", "--stack", "prod");
  const again = await mais("--sandbox", "pulumi", "up", "--stack", "prod", "--yes", "--skip-preview");
  expect(again.code, again.stderr + again.stdout).toBe(0);
});
