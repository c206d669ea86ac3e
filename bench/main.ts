import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, ROOT, run, StackRun } from "../test/helpers/stack-run.ts";
import { interleaved } from "./measure.ts";

// What the toolkit costs beside the engine itself, and what it asks of the vendors. Quote the ratios: times are the machine's.

const MAIS = join(ROOT, "node_modules", ".bin", "mais");
const NODE = join(ROOT, "node_modules", ".bin", "node");
const PROD = join(ROOT, "test", "fixtures", "prod.env");

function succeeded(finished: Finished): Finished {
  if (finished.code !== 0) throw new Error(`a measured command failed:\n${finished.output}`);
  return finished;
}

/** The lines that `mais env-exports` prints, as an environment and a folder. */
async function exported(stack: StackRun): Promise<{ env: NodeJS.ProcessEnv; cwd: string }> {
  const script = `eval "$("${MAIS}" --sandbox env-exports --stack prod)"; pwd; env -0`;
  const { stdout } = succeeded(await run("sh", ["-ec", script], { env: stack.env }));
  const [cwd = "", ...rest] = stdout.split("\n");
  const entries = rest.join("\n").split("\0").filter(Boolean);
  return {
    cwd,
    env: Object.fromEntries(
      entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    ),
  };
}

/** An empty TypeScript program beside the same engine; it lies in the checkout so that it finds the SDK. */
function emptyProgram(): string {
  const folder = join(ROOT, ".mais", "bench-empty");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.ts\n",
  );
  writeFileSync(join(folder, "index.ts"), 'import "@pulumi/pulumi";\n');
  writeFileSync(join(folder, "package.json"), '{ "name": "empty", "type": "module" }\n');
  return folder;
}

async function apiCalls(stack: StackRun, label: string, action: () => Promise<Finished>): Promise<void> {
  const before = (await stack.requests()).length;
  succeeded(await action());
  const calls = (await stack.requests()).slice(before);
  const vendors = Map.groupBy(calls, ({ vendor }) => vendor);
  const counts = [...vendors].map(
    ([vendor, all]) => `${vendor} ${all.length} (${all.filter(({ write }) => write).length} writes)`,
  );
  console.log(
    `  ${label.padEnd(11)} ${String(calls.length).padStart(4)} calls   ${counts.sort().join(", ") || "none"}`,
  );
}

async function previews(stack: StackRun): Promise<void> {
  const { env, cwd } = await exported(stack);
  const empty = emptyProgram();
  const emptyEnv = { ...env, PULUMI_BACKEND_URL: `file://${join(stack.folder, "state")}`, PULUMI_STACK: undefined };
  succeeded(await run("pulumi", ["-C", empty, "stack", "init", "empty"], { env: emptyEnv }));
  const medians = await interleaved([
    {
      name: "empty",
      run: async () => succeeded(await run("pulumi", ["-C", empty, "preview", "--stack", "empty"], { env: emptyEnv })),
    },
    {
      name: "mais",
      run: async () => succeeded(await stack.pulumi("preview", "--stack", "prod", "--expect-no-changes")),
    },
    {
      name: "plain",
      run: async () =>
        succeeded(await run("pulumi", ["preview", "--stack", "prod", "--expect-no-changes"], { env, cwd })),
    },
  ]);
  rmSync(empty, { recursive: true });
  console.log("No-op preview of prod, median of 8:");
  report("an empty program", medians.get("empty"), medians.get("empty"));
  report("mais pulumi preview", medians.get("mais"), medians.get("empty"), 2);
  report("plain pulumi preview", medians.get("plain"), medians.get("empty"), 3);
}

async function validate(): Promise<void> {
  const args = ["validate", "--stack", "prod", "--env-file", PROD];
  const cold = join(ROOT, ".mais", "bench-cold-cache");
  const medians = await interleaved([
    { name: "node", run: () => run(NODE, ["-e", "0"]) },
    { name: "warm", run: () => run(MAIS, args) },
    {
      name: "cold",
      run: () => {
        rmSync(cold, { recursive: true, force: true });
        return run(MAIS, args, { env: { ...process.env, NODE_COMPILE_CACHE: cold } });
      },
    },
  ]);
  rmSync(cold, { recursive: true, force: true });
  console.log("mais validate, median of 8:");
  report("node -e 0", medians.get("node"), medians.get("node"));
  report("warm compile cache", medians.get("warm"), medians.get("node"), 4);
  report("cold compile cache", medians.get("cold"), medians.get("node"), 7);
}

function report(name: string, value = 0, base = 1, limit?: number): void {
  const ratio = value / base;
  const verdict = limit === undefined ? "" : `   at most ${limit.toFixed(1)}: ${ratio <= limit ? "holds" : "MISSED"}`;
  console.log(`  ${name.padEnd(22)} ${value.toFixed(0).padStart(6)} ms   ${ratio.toFixed(2)} times${verdict}`);
  if (limit !== undefined && ratio > limit) process.exitCode = 1;
}

await using stack = (await StackRun.open()).with({ MAIS_ENV_FILE: PROD });
console.log("Calls to the vendors' APIs, prod:");
await apiCalls(stack, "create", () => stack.pulumi("up", "--stack", "prod", "--yes"));
await apiCalls(stack, "no-op up", () => stack.pulumi("up", "--stack", "prod", "--yes", "--expect-no-changes"));
await apiCalls(stack, "refresh", () => stack.pulumi("refresh", "--stack", "prod", "--yes"));
await previews(stack);
await validate();
