import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import type { FaultInput } from "../src/sandbox/fault-spec.ts";
import { liveObjects, type SandboxState } from "../test/helpers/live-objects.ts";
import { ROOT, StackRun } from "../test/helpers/stack-run.ts";
import { engineBelow, killHard, servingProcess } from "./processes.ts";
import { Random } from "./random.ts";
import { emptyTally, type Tally } from "./tally.ts";

// One run: the whole prod stack is brought up on a sandbox of its own while faults strike, some of them kill -9 of the
// engine, of its providers, or of both; then `mais up` is repeated, and nothing else, until it ends well.

const ENV_FILE = join(ROOT, "test", "fixtures", "prod.env");
const VENDORS = ["render", "vercel", "supabase", "upstash", "stripe", "postmark"] as const;
const MOST_ATTEMPTS = 8;
/** Longest that one attempt may take; a run without faults takes about ten seconds. */
const ATTEMPT_LIMIT_MS = 180_000;
/** The sandbox's clock runs ahead, so that nobody waits for a database that is coming up. */
const CLOCK_STEP_MS = 500;

interface Plan {
  faults: FaultInput[];
  /** Per attempt: what is killed, and how long after its start. */
  kills: { target: "engine" | "provider" | "both"; afterMs: number }[];
}

/** One to three faults at the vendors, and one or two kills: at least a third of all that strikes is kill -9. */
export function planRun(random: Random): Plan {
  const faults = Array.from({ length: random.between(1, 3) }, () => pickFault(random));
  const kills = Array.from({ length: random.pick([1, 1, 2, 2]) }, () => ({
    target: random.pick(["engine", "engine", "provider", "both"] as const),
    afterMs: random.between(700, 6_000),
  }));
  return { faults, kills };
}

function pickFault(random: Random): FaultInput {
  const where = {
    vendor: random.pick(VENDORS),
    ...(random.next() < 0.6 ? { method: "POST" } : {}),
    nth: random.between(1, 4),
  };
  return random.pick<() => FaultInput>([
    () => ({ ...where, kind: "cut-before" }),
    () => ({ ...where, kind: "cut-after" }),
    () => ({ ...where, kind: "half" }),
    () => ({ ...where, kind: "truncated" }),
    () => ({ ...where, kind: "html", handled: random.next() < 0.5 }),
    () => ({
      ...where,
      kind: "status",
      status: random.pick([500, 502, 503, 504] as const),
      handled: random.next() < 0.5,
    }),
    () => ({ ...where, kind: "status", status: 429, retryAfter: random.pick(["0", "1", "-1"]) }),
    () => ({ ...where, kind: "latency", ms: random.between(50, 800), handled: random.next() < 0.5 }),
  ])();
}

/** The objects that a stack should end with, without their ids: `render/services mais-deploy-prod-api`. */
export async function objectsOf(stack: StackRun): Promise<string[]> {
  const all = liveObjects(await stack.control<SandboxState>("/state"));
  // How often something was deployed is no matter here.
  return all
    .filter((line) => !/^(render|vercel)\/deploy/.test(line))
    .map((line) => line.replace(/^(\S+) \S+ /, "$1 "))
    .sort();
}

/** What a run without any fault ends with. */
export async function expectedObjects(): Promise<string[]> {
  await using stack = await StackRun.open({ MAIS_ENV_FILE: ENV_FILE });
  const { code, output } = await stack.mais("--sandbox", "up", "--stack", "prod", "--yes");
  if (code !== 0) throw new Error(`prod does not come up without faults:\n${output}`);
  return await objectsOf(stack);
}

export async function engineRun(seed: string, expected: readonly string[]): Promise<Tally> {
  const plan = planRun(new Random(seed));
  await using stack = await StackRun.open({ MAIS_ENV_FILE: ENV_FILE });
  await stack.mais("sandbox", "start");
  for (const fault of plan.faults) await stack.control("/faults", { method: "POST", body: fault });
  using _clock = runAhead(stack);
  const tally = { ...emptyTally(), runs: 1 };
  const outputs: string[] = [];
  let code: number | null = null;
  for (let attempt = 0; attempt < MOST_ATTEMPTS && code !== 0; attempt++) {
    const ended = await attemptUp(stack, plan.kills[attempt]);
    code = ended.code;
    outputs.push(ended.output);
    tally.faults += ended.killed;
  }
  tally.faults += (await stack.control<{ fired: number }>("/faults")).fired;
  return await judge({ tally, seed, code, outputs, expected, stack });
}

async function attemptUp(stack: StackRun, kill: Plan["kills"][number] | undefined) {
  const mais = join(ROOT, "node_modules", ".bin", "mais");
  const child = spawn(mais, ["--sandbox", "up", "--stack", "prod", "--yes"], {
    cwd: ROOT,
    env: stack.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      output += text;
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const limit = setTimeout(() => killHard(child.pid), ATTEMPT_LIMIT_MS);
  const killed = kill && child.pid ? await killLater(child.pid, kill, ended) : 0;
  const code = await ended;
  clearTimeout(limit);
  return { code, output, killed };
}

/** Answers how many processes it ended. */
async function killLater(
  mais: number,
  { target, afterMs }: Plan["kills"][number],
  ended: Promise<unknown>,
): Promise<number> {
  const over = await Promise.race([ended.then(() => true), sleep(afterMs, false)]);
  if (over) return 0;
  const engine = engineBelow(mais);
  const serving = servingProcess(engine ? [mais, engine] : [mais]);
  const victims = { engine: [engine], provider: [serving], both: [serving, engine] }[target];
  return victims.filter(killHard).length;
}

function runAhead(stack: StackRun): Disposable {
  const timer = setInterval(() => {
    stack.control("/clock", { method: "POST", body: { advanceMs: CLOCK_STEP_MS } }).catch(() => {}); // it may just be stopping
  }, 100);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

interface Ended {
  tally: Tally;
  seed: string;
  code: number | null;
  outputs: string[];
  expected: readonly string[];
  stack: StackRun;
}

async function judge({ tally, seed, code, outputs, expected, stack }: Ended): Promise<Tally> {
  const objects = await objectsOf(stack);
  const surplus = minus(objects, expected);
  const missing = minus(expected, objects);
  tally.duplicates = surplus.filter((line) => expected.includes(line)).length;
  tally.orphans = surplus.length - tally.duplicates;
  tally.leaks = leaksIn([...outputs, ...stateTexts(stack)].join("\n")).length;
  const again = await stack.pulumi("preview", "--stack", "prod", "--expect-no-changes");
  const settled = code === 0 && missing.length === 0 && again.code === 0;
  if (settled && surplus.length === 0) tally.converged = 1;
  if (tally.converged === 0 || tally.leaks > 0) {
    const why = [...missing.map((line) => `missing ${line}`), ...surplus.map((line) => `surplus ${line}`)];
    const last = outputs.at(-1)?.trim().split("\n").slice(-12).join("\n");
    tally.failures.push(
      `seed ${seed}: exit ${code}, preview ${again.code}; ${why.join("; ")}\n${last}\n${again.code === 0 ? "" : again.output}`,
    );
  }
  return tally;
}

function minus(a: readonly string[], b: readonly string[]): string[] {
  const left = [...b];
  return a.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Names of the given secrets whose values stand in a text. */
function leaksIn(text: string): string[] {
  const given = Object.entries(parseEnv(readFileSync(ENV_FILE, "utf8")));
  const secrets = given.filter(([name]) => /SECRET|TOKEN|KEY$/.test(name));
  return secrets.filter(([, value]) => value && value.length > 12 && text.includes(value)).map(([name]) => name);
}

function stateTexts(stack: StackRun): string[] {
  const folder = join(stack.folder, "state");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
