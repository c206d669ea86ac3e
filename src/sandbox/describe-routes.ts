import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator, Route } from "./emulator.ts";

const BEGIN = "<!-- endpoints: written by `node src/sandbox/describe-routes.ts` -->";
const END = "<!-- end of endpoints -->";

/** The endpoints of every vendor with what each rests on, as Markdown. */
export function describeRoutes(emulators: readonly Emulator[]): string {
  return emulators.map(describeVendor).join("\n\n");
}

/** The document with its part between the two marks replaced. */
export function insertRoutes(document: string, emulators: readonly Emulator[]): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The document lacks the marks ${BEGIN} and ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${describeRoutes(emulators)}\n\n${document.slice(end)}`;
}

function describeVendor({ vendor, routes }: Emulator): string {
  const rows = routes
    .toSorted((a, b) => compare(a.path, b.path) || compare(a.method, b.method))
    .map((route) => `| \`${route.method} ${route.path}\` | ${evidence(route)} |`);
  const heading = `### ${vendor} (${routes.length})`;
  return [heading, "", count(routes), "", "| Endpoint | Rests on |", "| --- | --- |", ...rows].join("\n");
}

const KINDS = ["contract", "documented", "inferred", "unknown"] as const;

/** `118 contract, 11 inferred` */
function count(routes: readonly Route[]): string {
  const counts = KINDS.map((kind) => ({ kind, number: routes.filter((route) => route.evidence === kind).length }));
  return counts.flatMap(({ kind, number }) => (number > 0 ? [`${number} ${kind}`] : [])).join(", ");
}

function evidence({ evidence, source, open }: Route): string {
  const rests = source ? `[${evidence}](${source})` : evidence;
  return open ? `${rests}; asks for no credential` : rests;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

if (import.meta.main) {
  const { emulators } = await import("./emulators.ts");
  const file = join(import.meta.dirname, "..", "..", "docs", "sandbox.md");
  writeFileSync(file, insertRoutes(readFileSync(file, "utf8"), emulators));
}
