import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { exit, UserError } from "../../user-error.ts";

const texts = z.record(z.string(), z.string()).default({});
const manifestSchema = z.looseObject({
  name: z.string().optional(),
  scripts: texts,
  dependencies: texts,
  devDependencies: texts,
  engines: z.looseObject({ node: z.string().optional() }).default({}),
  packageManager: z.string().optional(),
  workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).default([]) })]).optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** A folder with a package.json; the repository's own is `.`. */
export interface Package {
  folder: string;
  manifest: Manifest;
}

export interface Repository {
  path: string;
  packages: readonly Package[];
  /** Lock files at the repository's root. */
  locks: readonly Lock[];
}

/** A package manager's lock file. */
export interface Lock {
  file: string;
  manager: "npm" | "pnpm" | "yarn";
}

const LOCKS: readonly Lock[] = [
  { file: "package-lock.json", manager: "npm" },
  { file: "npm-shrinkwrap.json", manager: "npm" },
  { file: "pnpm-lock.yaml", manager: "pnpm" },
  { file: "yarn.lock", manager: "yarn" },
];

/** Reads the package.json files of a repository; nothing else of it is needed, and nothing in it is changed. */
export function readRepository(path: string): Repository {
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw refusal(`There is no folder ${path}.`, "Name the checkout of the application: mais doctor --repo PATH");
  }
  if (!existsSync(join(path, "package.json"))) {
    throw refusal(`${path} has no package.json.`, "Name the repository's root folder, where its package.json is.");
  }
  const root = { folder: ".", manifest: readManifest(path, ".") };
  const members = memberFolders(path, root.manifest).map((folder) => ({
    folder,
    manifest: readManifest(path, folder),
  }));
  return { path, packages: [root, ...members], locks: locksIn(path, ".") };
}

export function locksIn(path: string, folder: string): Lock[] {
  return LOCKS.filter(({ file }) => existsSync(join(path, folder, file)));
}

export function packageAt({ packages }: Repository, folder: string): Package | undefined {
  return packages.find((candidate) => candidate.folder === tidy(folder));
}

/** `/`, `./apps/web/` and `apps/web` in one form. */
export function tidy(folder: string): string {
  return posix.normalize(folder).replace(/^\/+|\/+$/g, "") || ".";
}

/** Everything that npm installs for a package while it is built. */
export function dependenciesOf({ manifest }: Package): Record<string, string> {
  return { ...manifest.devDependencies, ...manifest.dependencies };
}

function memberFolders(path: string, { workspaces }: Manifest): string[] {
  const declared = [...(Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? [])), ...pnpmPatterns(path)];
  // Without a workspace, site and server may still stand side by side, each with its own package.json.
  const patterns = declared.length > 0 ? declared : ["*", "*/*"];
  const kept = patterns.filter((pattern) => !pattern.startsWith("!"));
  const exclude = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => tidy(pattern.slice(1)));
  const files = globSync(
    kept.map((pattern) => `${tidy(pattern)}/package.json`),
    { cwd: path, exclude: ["**/node_modules", ...exclude] },
  );
  return [...new Set(files.map((file) => tidy(posix.dirname(file.replaceAll("\\", "/")))))]
    .filter((f) => f !== ".")
    .sort();
}

/** https://pnpm.io/pnpm-workspace_yaml */
function pnpmPatterns(path: string): string[] {
  const file = join(path, "pnpm-workspace.yaml");
  if (!existsSync(file)) return [];
  return understood(file, () => {
    const content = z.looseObject({ packages: z.array(z.string()).default([]) }).nullable();
    return content.parse(parse(readFileSync(file, "utf8")) ?? null)?.packages ?? [];
  });
}

function readManifest(path: string, folder: string): Manifest {
  const file = join(path, folder, "package.json");
  return understood(file, () => manifestSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
}

/** The parser's own message may quote the file, so it stays in the cause. */
export function understood<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new UserError(`${file} cannot be read: its syntax or the form of a field is wrong.`, {
      advice: "Correct it so that its package manager reads it, then run mais doctor again.",
      exit: exit.usage,
      cause,
    });
  }
}

function refusal(message: string, advice: string): UserError {
  return new UserError(message, { advice, exit: exit.usage });
}
