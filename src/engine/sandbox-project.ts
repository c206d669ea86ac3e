import { mkdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { UserError } from "../user-error.ts";
import type { SandboxFolders } from "./sandbox-folder.ts";
import { parseStackFile, sandboxStackFile } from "./stack-file.ts";

export interface SandboxProjectOptions {
  root: string;
  folders: SandboxFolders;
  stack: string;
  /** The stack file in the checkout. It is never written: the engine would put a salt into it. */
  tracked: { file: string; text: string };
}

/**
 * Brings the generated project of sandbox runs up to date with the checkout. Answers the settings that had to stay out,
 * when the file was made anew.
 */
export async function writeSandboxProject({ root, folders, stack, tracked }: SandboxProjectOptions): Promise<string[]> {
  await mkdir(folders.home, { recursive: true, mode: 0o700 });
  await mkdir(folders.run, { recursive: true });
  await mkdir(folders.state, { recursive: true });
  await writeProjectFile(root, folders.run);
  const stackFile = join(folders.run, `Pulumi.${stack}.yaml`);
  // What the stack file was made from; a name that the engine does not take for a stack.
  const baseFile = join(folders.run, `tracked-${stack}.yaml`);
  const [current, base] = await Promise.all([readIfThere(stackFile), readIfThere(baseFile)]);
  if (current !== undefined && base === tracked.text) return [];
  const made = sandboxStackFile(
    parseStackFile(tracked.text, tracked.file),
    base === undefined ? undefined : parseStackFile(base, baseFile),
    current === undefined ? undefined : parseStackFile(current, stackFile),
  );
  await replaceFile(stackFile, made.text);
  await replaceFile(baseFile, tracked.text);
  return made.leftOut;
}

/** The checkout's Pulumi.yaml, with its paths as seen from the generated folder. */
async function writeProjectFile(root: string, folder: string): Promise<void> {
  const text = await readFile(join(root, "Pulumi.yaml"), "utf8");
  // `relative` compares names, so links must be gone.
  const [from, to] = await Promise.all([realpath(folder), realpath(root)]);
  const generated = sandboxProjectFile(text, (path) => relative(from, join(to, path)));
  const file = join(folder, "Pulumi.yaml");
  if ((await readIfThere(file)) !== generated) await replaceFile(file, generated);
}

interface ProjectFile {
  main: string;
  plugins?: { providers?: { path: string }[] };
}

export function sandboxProjectFile(text: string, rebase: (path: string) => string): string {
  const project: ProjectFile = parseProjectFile(text);
  const providers = project.plugins?.providers?.map((provider) => ({ ...provider, path: rebase(provider.path) }));
  const plugins = providers ? { plugins: { ...project.plugins, providers } } : {};
  return stringify({ ...project, main: rebase(project.main), ...plugins });
}

function parseProjectFile(text: string): ProjectFile {
  try {
    const project: unknown = parse(text);
    // The file is our own; the engine judges the rest of it.
    if (typeof project === "object" && project !== null && "main" in project) return project as ProjectFile;
    throw new Error("it has no `main`");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UserError(`Pulumi.yaml cannot be read: ${reason}`, { advice: "Correct it, then try again.", cause });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** In one step, so that a run beside us never reads half a file. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${process.pid}-${Date.now()}`);
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}
