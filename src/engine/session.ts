import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../progress.ts";
import { exit, UserError } from "../user-error.ts";
import { type Captured, capture } from "./capture.ts";
import { removeDamagedAttributes } from "./damaged-attributes.ts";
import type { Engine } from "./engine.ts";
import { engineEnvironment } from "./environment.ts";
import type { Environment } from "./locate-engine.ts";
import { obtainEngine } from "./obtain-engine.ts";
import { openProject, type Project } from "./project.ts";
import { sandboxFolders } from "./sandbox-folder.ts";

/** An engine, a project and an environment that fit together. */
export interface Session {
  engine: Engine;
  project: Project;
  env: Record<string, string>;
}

export interface SessionOptions {
  root: string;
  cwd: string;
  env: Environment;
  stack: string;
  sandbox: boolean;
  progress: Progress;
}

/** Everything that must be there before the engine runs. On the sandbox the stack itself, too. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const session = await prepareSession(options);
  await ensureSandboxStack(session, options);
  return session;
}

/** The same without the stack: for commands that make or remove it themselves. */
export async function prepareSession(options: SessionOptions): Promise<Session> {
  const { root, cwd, env, stack, sandbox, progress } = options;
  const project = await openProject({ root, env, stack, sandbox: sandbox || env.MAIS_TARGET === "sandbox" });
  for (const note of project.notes) progress.line(note);
  const engine = await obtainEngine({ root, env, progress });
  const session = { engine, project, env: engineEnvironment({ root, cwd, env, engine, project }) };
  const damaged = await removeDamagedAttributes(session.env.PULUMI_BACKEND_URL, project.stack);
  for (const file of damaged)
    progress.line(`Removed ${file}, which a killed engine left cut short; the state is whole.`);
  return session;
}

/** Arguments as the engine needs them to run in its project. */
export function engineArguments(session: Session, args: readonly string[]): string[] {
  return ["-C", session.project.folder, ...args];
}

/** Runs the engine to its end, unseen. */
export async function captureEngine(session: Session, args: readonly string[]): Promise<Captured> {
  return await capture(session.engine.pulumi, engineArguments(session, args), { env: session.env });
}

/** A live stack is made by its team; the sandbox's by us, so that every command works at once. */
async function ensureSandboxStack(session: Session, { root, env }: SessionOptions): Promise<void> {
  const { project } = session;
  if (project.target !== "sandbox" || (await sandboxStackExists(root, env, project.stack))) return;
  const init = ["stack", "init", project.stack, "--no-select", "--secrets-provider", "passphrase", "--non-interactive"];
  const made = await captureEngine(session, init);
  // Another command may have made it in this very moment.
  if (made.code === 0 || made.stderr.includes("already exists")) return;
  throw new UserError(`The sandbox's stack ${project.stack} could not be made: ${made.reason}`, {
    advice: "Start over with an empty sandbox: mais sandbox reset",
    exit: exit.other,
  });
}

/** Asking the engine takes a third of a second, the file that it keeps a stack in takes none. */
async function sandboxStackExists(root: string, env: Environment, stack: string): Promise<boolean> {
  const folder = join(sandboxFolders(root, env).state, ".pulumi", "stacks", "mais-deploy");
  const found = await Promise.all(
    [".json", ".json.gz"].map((ending) =>
      access(join(folder, stack + ending)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
