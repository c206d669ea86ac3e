import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applicationVariables } from "./application-variables.ts";
import { ENVIRONMENTS, type Environment } from "./environments.ts";
import { MATRIX } from "./matrix.ts";
import { stackVariables } from "./stack-variables.ts";
import type { Row } from "./variable.ts";

type Entry = readonly [name: string, row: Row];

/** Previous values come and go with a rotation; nobody fills one in. */
const LISTED = [...MATRIX].filter(([, row]) => !row.previousOf);

const ROOT = join(import.meta.dirname, "..", "..");

/** Files that follow from the matrix, by their path in the checkout. To write them: `node src/config/docs.ts`. */
export function generatedFiles(): Record<string, string> {
  const page = "docs/variables.md";
  return { ".env.example": envExample(LISTED), [page]: withTables(readFileSync(join(ROOT, page), "utf8")) };
}

function envExample(entries: readonly Entry[]): string {
  const isOwn = ([name]: Entry) => Object.hasOwn(applicationVariables, name);
  return [
    "# Variables of the application. Copy to .env, which Git ignores, and fill in; never commit a value.",
    "# Judge the copy: mais validate --stack dev --env-file .env",
    "",
    ...entries.filter(isOwn).flatMap((entry) => [...exampleNotes(entry), exampleLine(entry), ""]),
    "# What the stack adds when it deploys, and the team's own. Give one only where you run without the stack.",
    "",
    ...entries
      .filter((entry) => !isOwn(entry))
      .flatMap((entry) => [...exampleNotes(entry), `# ${exampleLine(entry)}`, ""]),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function exampleNotes([, row]: Entry): string[] {
  const { dev, prod } = row;
  const inProd = prod.shape.words === dev.shape.words ? "" : `; in prod ${prod.shape.words}`;
  const state = dev.required ? "required" : prod.required ? "required in prod" : "optional";
  return [`# ${row.about} (${state})`, `#   ${dev.shape.words}${inProd}`, `#   ${row.getIt}`];
}

function exampleLine([name, { dev }]: Entry): string {
  return `${name}=${name === "NODE_ENV" ? "development" : (dev.fallback ?? "")}`;
}

/** A table between `<!-- table: NAME -->` and `<!-- end -->` is made anew; all else in the page is a person's. */
function withTables(page: string): string {
  const isOf = (rows: object) => (entry: Entry) => Object.hasOwn(rows, entry[0]);
  const [isApplications, isStacks] = [isOf(applicationVariables), isOf(stackVariables)];
  const tables: Readonly<Record<string, (entry: Entry) => boolean>> = {
    application: isApplications,
    stack: isStacks,
    team: (entry) => !isApplications(entry) && !isStacks(entry),
  };
  return page.replace(/(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, start, name, end) => {
    const rows = LISTED.filter(tables[name] ?? (() => false));
    return `${start}${table(rows)}${end}`;
  });
}

function table(entries: readonly Entry[]): string {
  const head = ["Variable", "For", "dev", "staging", "prod", "Secret", "Used by", "Needed at", "Comes from"];
  const rows = entries.map(([name, row]) => [
    `\`${name}\``,
    row.about,
    ...ENVIRONMENTS.map((environment) => requirementOf(row, environment)),
    row.secret ? "yes" : "no",
    row.usedBy.join(", "),
    row.phase,
    sourceOf(row),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function requirementOf(row: Row, environment: Environment): string {
  const { required, shape, fallback } = row[environment];
  const isAsBefore = environment !== "dev" && row[environment] === row[environment === "prod" ? "staging" : "dev"];
  if (isAsBefore) return "the same";
  const state = required ? "**required**" : fallback === undefined ? "optional" : `\`${fallback}\` if absent`;
  return `${state}: ${shape.words}`;
}

/** Where the value comes from when the stack deploys and nobody gives one. */
function sourceOf({ provisioned, generated, derived }: Row): string {
  if (provisioned) return provisioned.by;
  if (generated) return "made up by the stack";
  return derived ? `\`mais:${derived.from}\`` : "you";
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) writeFileSync(join(ROOT, path), text);
}
