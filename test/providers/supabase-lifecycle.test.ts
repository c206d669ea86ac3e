import { provider } from "@pulumi/supabase/provider";
import { expect, test } from "vitest";
import { officialDifferences } from "../helpers/official-shape.ts";
import { type ProviderRun, runProvider } from "../helpers/provider-run.ts";
import { type Sandbox, startSandbox } from "../helpers/sandbox.ts";
import { connect } from "../helpers/supabase-provider.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const urn = (token: string, name: string) => `urn:pulumi:dev::mais::supabase:index/${token}::${name}`;
const projectUrn = urn("project:Project", "database");

const inputs = {
  organizationId: "sandbox",
  databasePassword: "correct-horse-battery",
  region: "eu-central-1",
  instanceSize: "micro",
};

/** The engine's view of a sandbox whose projects are ready at once. */
async function start(): Promise<AsyncDisposable & { sandbox: Sandbox; run: ProviderRun }> {
  const sandbox = await startSandbox(["supabase"], { delays: { supabaseProject: 0 } });
  const folder = temporaryFolder();
  return {
    sandbox,
    run: runProvider(provider, connect(sandbox), folder.path),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

test("the resources are the official ones, with additions and no contradiction", () => {
  const connection = ["databaseHost", "databaseName", "databasePort", "databaseUser", "url"];
  const pooler = ["poolerHost", "poolerPort", "poolerUser", "sessionPoolerPort"];
  const additions = ["databasePasswordGeneration", "dedicatedIpv4", "pointInTimeDays", "waitForServices"];
  const keys = ["anonKey", "publishableKey", "secretKey", "serviceRoleKey"];
  expect(officialDifferences(provider, "supabase")).toMatchObject({
    "supabase:index/project:Project": {
      added: [...connection, ...pooler, ...keys, ...additions, "replaceData"].sort(),
      missing: [],
      contradicting: [],
    },
    "supabase:index/settings:Settings": { added: [], missing: [], contradicting: [] },
  });
});

test("a refresh right after creation finds no difference, in any resource", async () => {
  await using started = await start();
  const { run } = started;
  const project = await run.create(projectUrn, inputs);
  const settings = {
    projectRef: project.id,
    sslEnforcement: true,
    auth: JSON.stringify({ disable_signup: true, smtp_pass: "a-mail-password" }),
    network: JSON.stringify({ restrictions: ["::/0", "0.0.0.0/0"] }),
    storage: JSON.stringify({ features: { imageTransformation: { enabled: false } } }),
  };
  const made = [
    project,
    await run.create(urn("settings:Settings", "settings"), settings),
    await run.create(urn("bucket:Bucket", "files"), {
      projectRef: project.id,
      name: "files",
      allowedMimeTypes: ["b/c", "a/*"],
    }),
  ];
  for (const object of made) expect(await run.refresh(object)).toEqual(object);
  expect(project.inputs.name).toBe("mais-dev-database");
});

test("drift in what was written is seen, in what was not it is left alone", async () => {
  await using started = await start();
  const { run, sandbox } = started;
  const project = await run.create(projectUrn, inputs);
  const stored = sandbox
    .store("supabase")
    .collection<{ name: string; legacyKeysEnabled: boolean }>("projects")
    .get(project.id);
  if (stored) Object.assign(stored, { name: "renamed-by-hand", legacyKeysEnabled: false, addons: {} });
  const seen = await run.refresh(project);
  expect(seen?.inputs).toEqual({ ...project.inputs, name: "renamed-by-hand", instanceSize: "nano" });
});

test("region and organization never change in place, and never by replacement either", async () => {
  await using started = await start();
  const { run } = started;
  const project = await run.create(projectUrn, inputs);
  expect(() => run.diff(project, { ...inputs, region: "us-east-1" })).toThrow(
    /region cannot change in place.*copy the database/,
  );
  expect(() => run.diff(project, { ...inputs, organizationId: "other" })).toThrow(
    /organizationId cannot change in place/,
  );
  expect(run.diff(project, { ...inputs, name: "new", databasePassword: "another" })).toMatchObject({
    changed: ["databasePassword", "name"],
    replaces: false,
  });
});

test("a project of the same name that is not ours is refused untouched, with the import command", async () => {
  await using started = await start();
  const { run, sandbox } = started;
  const project = await run.create(projectUrn, inputs);
  const twin = run.create(urn("project:Project", "twin"), { ...inputs, name: "mais-dev-database" });
  await expect(twin).rejects.toThrow(new RegExp(`import .*Project twin ${project.id}`));
  expect(sandbox.requests().filter(({ method, path }) => method === "POST" && path === "/v1/projects")).toHaveLength(1);
});

test("an imported project has its inputs and connection; only the password is unknowable", async () => {
  await using started = await start();
  const { run } = started;
  const project = await run.create(projectUrn, inputs);
  const imported = await run.import(projectUrn, project.id);
  const { databasePassword: _unknowable, ...knowable } = project.inputs;
  expect(imported?.inputs).toEqual({ ...knowable, legacyApiKeysEnabled: true });
  expect(imported?.outputs).toMatchObject({
    poolerHost: project.outputs.poolerHost,
    secretKey: project.outputs.secretKey,
  });
});

test("bad inputs are refused together before anything is called", async () => {
  await using started = await start();
  const { run, sandbox } = started;
  const bad = {
    organizationId: "",
    databasePassword: "abc",
    region: "mars-1",
    instanceSize: "huge",
    timeouts: { create: "soon" },
  };
  const refused = await run.create(projectUrn, bad).catch((error: unknown) => String(error));
  for (const name of ["organizationId", "databasePassword", "region", "instanceSize", "timeouts.create"])
    expect(refused).toContain(name);
  expect(refused).not.toContain("abc");
  const settings = { projectRef: "short", auth: "[]", network: '{"restrictions":["anywhere"]}' };
  const unset = await run
    .create(urn("settings:Settings", "settings"), settings)
    .catch((error: unknown) => String(error));
  expect(unset).toMatch(/projectRef must be a project ref.*auth must be the JSON text of an object/);
  const network = { projectRef: "abcdefghijklmnopqrst", network: '{"restrictions":["anywhere"]}' };
  await expect(run.create(urn("settings:Settings", "settings"), network)).rejects.toThrow(
    /network must be \{"restrictions"/,
  );
  const hidden = { ...network, network: '{"restrictions":["10.0.0.0/8","203.0.113.0/24"]}' };
  await expect(run.create(urn("settings:Settings", "settings"), hidden)).rejects.toThrow(
    /private addresses \(10\.0\.0\.0\/8\)/,
  );
  expect(sandbox.requests()).toEqual([]);
});
