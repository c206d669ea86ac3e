import type { FaultInput } from "../src/sandbox/fault-spec.ts";
import { liveObjects, type SandboxState } from "../test/helpers/live-objects.ts";
import { type Sandbox, startSandbox } from "../test/helpers/sandbox.ts";
import { temporaryFolder } from "../test/helpers/temporary-folder.ts";
import { Life } from "./life.ts";
import { type Make, nameOf, type Properties, type Subject } from "./subjects.ts";

/** What the sandbox holds at the three moments of a life, without ids. */
export interface Contents {
  made: string[];
  changed: string[];
  deleted: string[];
}

/** What a life without faults looks like. */
export interface Baseline extends Contents {
  calls: number;
}

export interface Outcome {
  /** What was tried, for a person who wants to see it again. */
  what: string;
  fired: number;
  duplicates: number;
  orphans: number;
  leaks: number;
  /** Why the object did not become what it should; absent where it did. */
  problem?: string;
}

/** What comes and goes with every version of a service, and is made again by every retry. */
const VERSIONS = /^\w+\/(deploys|deployments|events|jobs|promotions)\b/;

/** The life of one object without any fault: what must come out, and at how many calls a fault can strike. */
export async function observe(subject: Subject): Promise<Baseline> {
  const { contents, problem, calls } = await live(subject, []);
  if (problem !== undefined)
    throw new Error(`${subject.vendor.name} ${subject.type} fails without a fault: ${problem}`);
  return { ...contents, calls };
}

/** The same life while calls go wrong, judged by the one without faults. */
export async function runTrial(subject: Subject, baseline: Baseline, faults: readonly FaultInput[]): Promise<Outcome> {
  const { contents, fired, leaks, problem } = await live(subject, faults);
  const surplus = (seen: readonly string[], wanted: readonly string[]) => without(seen, wanted).length;
  const outcome = {
    ...{ what: describe(subject, faults), fired, leaks },
    duplicates: surplus(contents.made, baseline.made) + surplus(contents.changed, baseline.changed),
    orphans: surplus(contents.deleted, baseline.deleted),
  };
  const missing = [...without(baseline.made, contents.made), ...without(baseline.changed, contents.changed)];
  const lost = missing.length > 0 ? `missing: ${missing.join(", ")}` : undefined;
  const reason = problem ?? lost;
  return reason === undefined ? outcome : { ...outcome, problem: reason };
}

interface Lived {
  contents: Contents;
  calls: number;
  fired: number;
  leaks: number;
  problem?: string;
}

async function live(subject: Subject, faults: readonly FaultInput[]): Promise<Lived> {
  using folder = temporaryFolder();
  await using sandbox = await startSandbox([subject.vendor.name], {
    // What is asked in distress is judged by what comes of it.
    ...{ contract: "unchecked", delays: { renderDeploy: 0, vercelDeployment: 0, ...subject.delays } },
  });
  // Journal entries bear the machine's time, and objects the sandbox's.
  sandbox.clock.advance(Date.now() - sandbox.clock.now().getTime());
  const lifeOf = (type: string, name: string) =>
    new Life({ urn: urnOf(subject, type, name), vendor: subject.vendor, sandbox, folder: folder.path });
  const make: Make = async (type, name, inputs) => {
    const life = lifeOf(type, name);
    await life.up(inputs);
    if (!life.state) throw new Error(`${name} was not made`);
    return life.state;
  };
  const given = (await subject.prepare?.(make, sandbox)) ?? {};
  const before = sandbox.requests().length;
  for (const fault of faults) sandbox.faults.add(fault);
  const life = lifeOf(subject.type, "subject");
  const contents: Contents = { made: [], changed: [], deleted: [] };
  const problem = await lead({ life, subject, given, sandbox, contents }).catch((error: unknown) => String(error));
  if (problem !== undefined) await life.down().catch(() => {});
  // Whatever became of it: what is left over is an orphan.
  contents.deleted = contentsOf(sandbox, subject.vendor.name);
  const leaks = countLeaks(life.said, [...subject.vendor.secrets, ...life.secrets]);
  const calls = sandbox.requests().length - before;
  return { contents, calls, fired: sandbox.faults.fired, leaks, ...(problem === undefined ? {} : { problem }) };
}

interface Led {
  life: Life;
  subject: Subject;
  given: Properties;
  sandbox: Sandbox;
  contents: Contents;
}

/** Made, looked at, changed, looked at, deleted. Answers what is wrong with it. */
async function lead({ life, subject, given, sandbox, contents }: Led): Promise<string | undefined> {
  const look = () => contentsOf(sandbox, subject.vendor.name);
  const first = subject.inputs(given);
  await life.up(first);
  contents.made = look();
  const drift = await life.drift(first);
  const second = subject.changed(given);
  await life.up(second);
  contents.changed = look();
  drift.push(...(await life.drift(second)));
  await life.down();
  return drift.length > 0 ? `after it all, ${drift.join(", ")} differ` : undefined;
}

function contentsOf(sandbox: Sandbox, vendor: string): string[] {
  // Plain JSON, as the control plane dumps it.
  const vendors = { [vendor]: JSON.parse(JSON.stringify(sandbox.store(vendor))) } as SandboxState["vendors"];
  return liveObjects({ vendors })
    .filter((line) => !VERSIONS.test(line))
    .map((line) => {
      const [, kind = "", id = ""] = /^\w+\/(\S+) (\S+)/.exec(line) ?? [];
      return `${line.replace(/ \S+/, "")}${listsIn(vendors[vendor]?.[kind]?.[id])}`;
    })
    .sort();
}

/** Some objects live inside others: how many there are in each list. */
function listsIn(value: unknown, path = ""): string {
  if (value === null || typeof value !== "object") return "";
  const own = Array.isArray(value) && value.length > 0 ? ` ${path}:${value.length}` : "";
  return (
    own +
    Object.entries(value)
      .map(([key, inner]) => listsIn(inner, `${path}.${key}`))
      .join("")
  );
}

/** What `list` has more than `other`, counted. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function countLeaks(texts: readonly string[], secrets: readonly string[]): number {
  const forms = secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret);
    return [secret, encodeURIComponent(secret), bytes.toString("base64"), bytes.toString("base64url")];
  });
  return texts.filter((text) => forms.some((form) => text.includes(form))).length;
}

function urnOf({ vendor }: Subject, type: string, name: string): string {
  return `urn:pulumi:chaos::mais::${vendor.name}:index/${type}::${name}`;
}

function describe(subject: Subject, faults: readonly FaultInput[]): string {
  const struck = faults.map(({ nth = 1, ...fault }) => `call ${nth}: ${JSON.stringify(fault)}`);
  return `${nameOf(subject)}, ${struck.join(" and ")}`;
}
