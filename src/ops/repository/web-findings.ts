import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { judgeCommand } from "./commands.ts";
import type { Finding, StackChoice } from "./finding.ts";
import { dependenciesOf, packageAt, type Repository, tidy, understood } from "./read-repository.ts";

/** Folders that hold a Next.js site. */
export function nextFolders(repository: Repository): string[] {
  const configs = ["js", "mjs", "cjs", "ts", "mts"].map((ending) => `next.config.${ending}`);
  return repository.packages
    .filter(
      (one) =>
        dependenciesOf(one).next !== undefined ||
        configs.some((file) => existsSync(join(repository.path, one.folder, file))),
    )
    .map(({ folder }) => folder);
}

/** Whether Vercel finds and builds the site with this stack's settings. */
export function webFindings(choice: StackChoice, repository: Repository): Finding[] {
  const { web } = choice;
  if (!web) return [];
  const found = nextFolders(repository);
  return [
    rootFinding(choice, found, repository),
    outputFinding(choice, found, repository),
    ...buildFinding(choice, repository),
  ];
}

function rootFinding({ webRoot, stack }: StackChoice, found: readonly string[], repository: Repository): Finding {
  const about = {
    subject: "repository.webRoot",
    read: `${webRoot}; Next.js is in ${found.join(", ") || "no package"}`,
  };
  // Vercel looks for the framework in the root directory's own package.json. https://vercel.com/docs/monorepos
  const rule = "expected the folder whose package.json depends on next";
  if (found.length === 0)
    return {
      ...about,
      verdict: "wrong",
      rule,
      fix: "Add next to the site's package.json, or name the repository that has it",
    };
  const here = packageAt(repository, webRoot);
  if (!found.includes(tidy(webRoot))) {
    const written = found.length === 1 ? found[0] : `one of ${found.join(", ")}`;
    return {
      ...about,
      verdict: "wrong",
      rule,
      fix: `Set mais:repository.webRoot in Pulumi.${stack}.yaml to ${written}`,
    };
  }
  if (!here || dependenciesOf(here).next === undefined)
    return { ...about, verdict: "wrong", rule, fix: `Add next to ${tidy(webRoot)}/package.json` };
  return { ...about, verdict: "ok", rule };
}

/** An output directory is a setting of the stack, or of the site's vercel.json, which overrides the project's. */
function outputFinding({ web, webRoot, stack }: StackChoice, found: readonly string[], { path }: Repository): Finding {
  const file = join(tidy(webRoot), "vercel.json");
  const ofFile = vercelOutput(join(path, file));
  const written = web?.outputDirectory ?? ofFile;
  const subject =
    web?.outputDirectory === undefined && ofFile !== undefined ? `${file} outputDirectory` : "web.outputDirectory";
  // Vercel's Next.js preset reads distDir of next.config itself. https://vercel.com/docs/builds/configure-a-build
  const rule = "expected no output directory: Vercel's Next.js preset finds .next in the root directory";
  if (written === undefined) return { verdict: "ok", subject, read: "not set", rule };
  const where = subject === "web.outputDirectory" ? `Pulumi.${stack}.yaml` : file;
  const root = found.length === 1 ? `, and set mais:repository.webRoot in Pulumi.${stack}.yaml to ${found[0]}` : "";
  return {
    verdict: "wrong",
    subject,
    read: `${written} under ${webRoot}`,
    rule,
    fix: `Remove outputDirectory from ${where}${root}`,
  };
}

function vercelOutput(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const shape = z.looseObject({ outputDirectory: z.string().nullish() });
  return understood(file, () => shape.parse(JSON.parse(readFileSync(file, "utf8"))).outputDirectory ?? undefined);
}

function buildFinding({ web, webRoot, stack }: StackChoice, repository: Repository): Finding[] {
  const here = packageAt(repository, webRoot);
  if (!here) return [];
  const command = web?.buildCommand;
  const subject = "web.buildCommand";
  const rule = "expected a command whose script is in the root directory's package.json";
  if (command === undefined) {
    const has = here.manifest.scripts.build !== undefined;
    const read = `not set; script build ${has ? "is there" : "is missing, so Vercel runs next build"}`;
    return [{ verdict: "ok", subject, read, rule }];
  }
  const { verdict, why } = judgeCommand(command, webRoot, repository);
  const fix = `Remove mais:web.buildCommand from Pulumi.${stack}.yaml, or name a script of ${here.folder}/package.json`;
  return [{ verdict, subject, read: `${command}: ${why}`, rule, ...(verdict === "wrong" ? { fix } : {}) }];
}
