import { mkdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { SandboxFolders } from "./sandbox-folder.ts";

export interface SandboxProjectOptions {
  root: string;
  folders: SandboxFolders;
  stack: string;
  /** The stack file in the checkout. It is never written: the engine would put a salt into it. */
  tracked: { file: string; text: string };
}

/**
 * Brings the generated project of sandbox runs up to date with the checkout. Answers the settings that had to stay out,
 * when the file was made anew. Beside each generated file lies what it was made from, so that a run that finds nothing
 * new parses nothing: the YAML parser takes longer to load than all else here.
 */
export async function writeSandboxProject({ root, folders, stack, tracked }: SandboxProjectOptions): Promise<string[]> {
  await mkdir(folders.home, { recursive: true, mode: 0o700 });
  await mkdir(folders.run, { recursive: true });
  await mkdir(folders.state, { recursive: true });
  await writeProjectFile(root, folders.run);
  const stackFile = join(folders.run, `Pulumi.${stack}.yaml`);
  const baseFile = join(folders.run, `tracked-${stack}.yaml`);
  const [current, base] = await Promise.all([readIfThere(stackFile), readIfThere(baseFile)]);
  if (current !== undefined && base === tracked.text) return [];
  const { parseStackFile, sandboxStackFile } = await import("./stack-file.ts");
  const made = sandboxStackFile(
    parseStackFile(tracked.text, tracked.file),
    base === undefined ? undefined : parseStackFile(base, baseFile),
    current === undefined ? undefined : parseStackFile(current, stackFile),
  );
  await replaceFile(stackFile, made.text);
  await replaceFile(baseFile, tracked.text);
  return made.leftOut;
}

async function writeProjectFile(root: string, folder: string): Promise<void> {
  const text = await readFile(join(root, "Pulumi.yaml"), "utf8");
  // `relative` compares names, so links must be gone.
  const [from, to] = await Promise.all([realpath(folder), realpath(root)]);
  const base = `# ${from} -> ${to}\n${text}`;
  const [file, baseFile] = [join(folder, "Pulumi.yaml"), join(folder, "tracked-project")];
  const [current, previous] = await Promise.all([readIfThere(file), readIfThere(baseFile)]);
  if (current !== undefined && previous === base) return;
  const { rebaseProjectFile } = await import("./project-file.ts");
  await replaceFile(
    file,
    rebaseProjectFile(text, (path) => relative(from, join(to, path))),
  );
  await replaceFile(baseFile, base);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** In one step, so that a run beside us never reads half a file. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${process.pid}-${performance.now()}`);
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}
