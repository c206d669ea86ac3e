import type { DemoResult } from "../../ops/demo.ts";
import type { Probe } from "../../ops/probe.ts";
import { defineCommand } from "../command.ts";
import { exit } from "../exit.ts";
import type { Style } from "../output.ts";
import { changedInWords } from "../words.ts";

export const demo = defineCommand({
  name: "demo",
  about: "Bring the whole dev stack up on the local sandbox and ask for its health",
  details:
    "It needs no account. The API, its worker and its nightly job really run, on PostgreSQL and Redis where this machine has them. The sandbox goes on running; a second run changes nothing.",
  examples: ["npm run demo", "mais demo", "mais demo --json"],
  options: {},
  async run(_values, { out, place }) {
    const [{ runDemo }, { changedSteps, countByVendor }] = await Promise.all([
      import("../../ops/demo.ts"),
      import("../../ops/up.ts"),
    ]);
    const result = await runDemo(place);
    const changed = changedSteps(result.up.steps).length;
    const counts = countByVendor(result.up.steps);
    const { up, sandboxUrl, services, probes, ok: isWell, notes } = result;
    const { stack, changes, outputs, warnings } = up;
    out.result(
      {
        schema: "mais.demo/1",
        ok: isWell,
        ...{ stack, changes, counts, sandboxUrl, services, probes, notes, outputs, warnings },
      },
      page(result, { changed, counts, isWell, style: out.style }),
    );
    return isWell ? exit.ok : exit.deploy;
  },
});

interface Facts {
  changed: number;
  counts: Record<string, number>;
  isWell: boolean;
  style: Style;
}

function page(
  { up, sandboxUrl, services, probes, notes }: DemoResult,
  { changed, counts, isWell, style }: Facts,
): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const news = changedInWords(changed);
  const health = isWell ? "" : style.red(" Not every service is well: see below.");
  return [
    "",
    style.bold(`Stack ${up.stack} is up on the sandbox: ${total} resources. ${news}`) + health,
    ...section(style, "Resources", table(countRows(counts))),
    ...section(style, "Running here", table(services.map(serviceRow))),
    ...section(style, "Health", [...table(probes.map(probeRow)), ...notes.map((note) => `  ${note}`)]),
    ...section(style, "Outputs", table(outputRows(up.outputs, up.secretOutputs))),
    ...section(
      style,
      "Warnings",
      up.warnings.map((warning) => `  ${warning}`),
    ),
    ...section(style, "What to try next", table(nextSteps(sandboxUrl, services))),
  ].join("\n");
}

function section(style: Style, title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ["", style.bold(title), ...lines] : [];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** By name; our own secrets are no vendor's and come last. */
function countRows(counts: Record<string, number>): [string, string][] {
  const { mais, ...vendors } = counts;
  const rows = Object.keys(vendors)
    .sort()
    .map((vendor): [string, string] => [vendor, `${vendors[vendor]}`]);
  return mais === undefined ? rows : [...rows, ["mais", `${mais} generated secrets`]];
}

function serviceRow({ name, vendor, type, localUrl, kind }: DemoResult["services"][number]): [string, string] {
  const what = localUrl ?? (type === "cron" ? "a cron job: it runs when it is due" : "a worker");
  const note = kind === "stand-in" ? "a stand-in: its code is elsewhere" : "";
  return [`${name} (${vendor})`, `${what}  ${note}`.trimEnd()];
}

function probeRow({ url, ok, status, ms, says, problem }: Probe): [string, string] {
  return [url, ok ? `${status} ${says ?? "ok"} (${ms} ms)` : `${problem ?? status}`];
}

/** `{ urls: { api } }` becomes `urls.api`. */
function outputRows(outputs: Record<string, unknown>, secret: readonly string[]): [string, string][] {
  const flat = (name: string, value: unknown): [string, string][] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return value === undefined || value === null
        ? []
        : [[name, typeof value === "string" ? value : JSON.stringify(value)]];
    }
    return Object.entries(value).flatMap(([key, inner]) => flat(`${name}.${key}`, inner));
  };
  const plain = Object.entries(outputs).flatMap(([name, value]) => flat(name, value));
  return [...plain, ...secret.map((name): [string, string] => [name, "(secret)"])];
}

function nextSteps(sandboxUrl: string, services: DemoResult["services"]): [string, string][] {
  const api = services.find(({ kind, localUrl }) => kind === "file" && localUrl);
  return [
    ...(api
      ? [[`curl ${api.localUrl}/bookings`, "the bookings; examples/api/README.md says how to book"] as [string, string]]
      : []),
    ["npx mais pulumi preview", "what a change of Pulumi.dev.yaml would do"],
    ["npx mais sandbox status", `what runs on ${sandboxUrl}`],
    ["npx mais sandbox logs", "every request that the six vendors received"],
    ["npx mais pulumi destroy --yes", "take the stack down"],
    ["npx mais sandbox stop", "end the sandbox; what it keeps stays"],
  ];
}
