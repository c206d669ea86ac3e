import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exit, UserError } from "../user-error.ts";
import type { Environment } from "./locate-engine.ts";
import { sandboxFolders } from "./sandbox-folder.ts";
import { writeSandboxProject } from "./sandbox-project.ts";

/** Where a stack's engine runs, and on what. */
export interface Project {
  stack: string;
  target: "sandbox" | "live";
  /** Where the engine runs: the checkout, or the generated project of sandbox runs. */
  folder: string;
  /** Things to tell the user, once. */
  notes: string[];
}

export interface ProjectOptions {
  root: string;
  /** As the user wrote it: `prod`, or `organization/project/prod`. */
  stack: string;
  /** On the sandbox, whatever the stack's own target is. */
  sandbox: boolean;
  env: Environment;
}

const STACK_FILE = /^Pulumi\.([\w-]+(?:\.[\w-]+)*)\.yaml$/;

/** Finds a stack's project; for a sandbox run, brings the generated one up to date first. */
export async function openProject({ root, stack, sandbox, env }: ProjectOptions): Promise<Project> {
  const name = stack.split("/").at(-1) ?? stack;
  const file = `Pulumi.${name}.yaml`;
  const text = await readStackFile(root, name);
  if (!sandbox && !(await aimsAtSandbox(text, file))) return { stack, target: "live", folder: root, notes: [] };
  const folders = sandboxFolders(root, env);
  const leftOut = await writeSandboxProject({ root, folders, stack: name, tracked: { file, text } });
  const notes =
    leftOut.length > 0
      ? [
          `The sandbox cannot read the encrypted ${leftOut.join(", ")} of ${file}; ` +
            "give them with MAIS_ENV_FILE where they are needed.",
        ]
      : [];
  return { stack: name, target: "sandbox", folder: folders.run, notes };
}

async function aimsAtSandbox(text: string, file: string): Promise<boolean> {
  const { parseStackFile, stackTarget } = await import("./stack-file.ts");
  return stackTarget(parseStackFile(text, file)) === "sandbox";
}

async function readStackFile(root: string, name: string): Promise<string> {
  const stacks = await knownStacks(root);
  if (!stacks.includes(name)) {
    throw new UserError(`There is no stack "${name}": Pulumi.${name}.yaml is missing.`, {
      advice: stacks.length > 0 ? `Stacks of this checkout: ${stacks.join(", ")}.` : `No stack file is in ${root}.`,
      exit: exit.stackNotFound,
    });
  }
  return await readFile(join(root, `Pulumi.${name}.yaml`), "utf8");
}

/** Every environment that has a stack file. */
export async function knownStacks(root: string): Promise<string[]> {
  const names = (await readdir(root)).map((file) => STACK_FILE.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}
