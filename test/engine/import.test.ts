import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, run } from "../helpers/stack-run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const SECRET = "a-value-that-nobody-may-see";
const PROVIDERS = `
import { VendorProvider } from "@mais/provider-kit/program";
const endpoint = "sandbox" as const;
const vendors = {
  render: new VendorProvider("render", { endpoint, account: { ownerId: "tea-sandbox0000000000000" } }),
  stripe: new VendorProvider("stripe", { endpoint, account: { account: "acct_sandbox", mode: "test" } }),
};
const context = { provider: (vendor: keyof typeof vendors) => vendors[vendor] };
`;

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let env: NodeJS.ProcessEnv;

/** A checkout with this command line and these providers, and a program that has nothing but two provider instances. */
beforeAll(async () => {
  folder = temporaryFolder();
  root = join(folder.path, "checkout");
  await mkdir(join(root, "stacks"), { recursive: true });
  for (const name of ["src", "package.json", "Pulumi.yaml", "tsconfig.json"])
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  for (const name of ["node_modules", "packages", "tools"]) await symlink(join(ROOT, name), join(root, name));
  await writeFile(join(root, "Pulumi.dev.yaml"), "config:\n  mais:target: sandbox\n");
  await writeFile(join(root, "stacks", "index.ts"), PROVIDERS);
  env = { ...process.env, NO_COLOR: "1", CI: "true", MAIS_SANDBOX_DIR: join(folder.path, "sandbox") };
  // Said outright: the launchers would look for it beside the folder that the link to the packages leads to.
  env.MAIS_RUN_DIR = join(folder.path, "run");
  const started = await mais("sandbox", "start");
  expect(started.code, started.output).toBe(0);
});

afterAll(async () => {
  await mais("sandbox", "stop");
  folder[Symbol.dispose]();
});

const node = join(ROOT, "node_modules", ".bin", "node");
const mais = (...args: string[]) => run(node, [join(root, "src", "cli", "main.ts"), ...args], { env, cwd: root });

/** A call of a vendor's API on the sandbox, as a person with a token would make it. */
async function vendor(path: string, token: string, body: string, type: string): Promise<{ id: string }> {
  const { url } = JSON.parse(await readFile(join(folder.path, "sandbox", "address.json"), "utf8")) as { url: string };
  const headers = { authorization: `Bearer ${token}`, "content-type": type };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as { id: string };
}

test("an environment group is imported by its name; with the printed program nothing differs, and no secret is shown", async () => {
  const group = { name: "shared", ownerId: "tea-sandbox0000000000000", envVars: [{ key: "TOKEN", value: SECRET }] };
  const { id } = await vendor("/render/v1/env-groups", "sandbox_render", JSON.stringify(group), "application/json");
  // The stack is empty: its provider instance is made along the way.
  const imported = await mais("import", "render:EnvGroup", "shared", "shared", "--json");
  expect(imported.code, imported.output).toBe(0);
  expect(imported.output).not.toContain(SECRET);
  const document = JSON.parse(imported.stdout) as { schema: string; id: string; code: string; configKeys: string[] };
  expect(document).toMatchObject({ schema: "mais.import/1", id, protect: false, isDeclared: false });
  expect(document.configKeys).toEqual(["imported:shared_envVars_TOKEN_value"]);

  await writeFile(join(root, "stacks", "index.ts"), inOrder(document.code));
  await mais("pulumi", "config", "set", "--secret", document.configKeys[0] ?? "", SECRET, "--stack", "dev");
  const preview = await mais("pulumi", "preview", "--stack", "dev", "--expect-no-changes", "--diff");
  expect(preview.code, preview.output).toBe(0);

  const twice = await mais("import", "render:EnvGroup", "other", id);
  expect(twice.stderr).toContain(`${id} is in the state of stack dev already`);
  expect(twice.code).toBe(2);
});

test("what does not exist is refused, and the state stays as it was", async () => {
  const refused = await mais("import", "stripe:WebhookEndpoint", "hook", "https://nobody.example.com/hook");
  expect(refused.stderr).toContain('no stripe WebhookEndpoint with the id or url "https://nobody.example.com/hook"');
  expect(refused.code).toBe(4);
});

test("pulumi's own import protects what it imports, which destroy names; mais import does not", async () => {
  const form = "url=https%3A%2F%2Fapi.example.com%2Fhook&enabled_events[]=charge.succeeded";
  const { id } = await vendor(
    "/stripe/v1/webhook_endpoints",
    "sandbox_stripe_test",
    form,
    "application/x-www-form-urlencoded",
  );
  const type = "stripe:index/webhookEndpoint:WebhookEndpoint";
  const options = ["--generate-code=false", "--yes", "--skip-preview", "--stack", "dev"];
  const plain = await mais("pulumi", "import", ...options, type, "hook", id);
  expect(plain.code, plain.output).toBe(0);
  const refused = await mais("pulumi", "destroy", "--yes", "--skip-preview", "--stack", "dev");
  expect(refused.output).toContain("cannot be deleted");
  expect(refused.output).toMatch(/2 errored/);

  const urn = `urn:pulumi:dev::mais-deploy::${type}::hook`;
  expect((await mais("pulumi", "state", "delete", urn, "--force", "--yes", "--stack", "dev")).code).toBe(0);
  const imported = await mais("import", "stripe:WebhookEndpoint", "hook", "https://api.example.com/hook");
  expect(imported.code, imported.output).toBe(0);
  expect(imported.stdout).toContain('new WebhookEndpoint("hook", {');
  expect(imported.stderr).toContain("warning: Stripe does not tell its signing secret again");
  const destroy = await mais("pulumi", "destroy", "--yes", "--skip-preview", "--stack", "dev");
  expect(destroy.code, destroy.output).toBe(0);
});

/** The printed program after the provider instances that it names. */
function inOrder(code: string): string {
  const lines = code.split("\n");
  const isImport = (line: string) => line.startsWith("import ");
  return [...lines.filter(isImport), PROVIDERS, ...lines.filter((line) => !isImport(line))].join("\n");
}
