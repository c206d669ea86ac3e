import { engineVariables, shellExports } from "../engine/environment.ts";
import { openSession } from "../engine/session.ts";
import type { Place } from "./place.ts";

export interface EnvExports {
  stack: string;
  target: "sandbox" | "live";
  /** The working folder. */
  folder: string;
  set: Record<string, string>;
  unset: string[];
  /** All of it as shell commands. */
  shell: string;
}

/** What a shell needs so that plain `pulumi` works on this stack. The sandbox's stack is made if it is not there. */
export async function envExports(stack: string, place: Place): Promise<EnvExports> {
  // A shell that was set up for the sandbox must be able to leave it again.
  const own = { ...place, env: { ...place.env, MAIS_TARGET: undefined } };
  const { engine, project } = await openSession({ ...own, stack });
  const options = { ...own, engine, project };
  const set: Record<string, string> = {};
  const unset: string[] = [];
  for (const [name, value] of Object.entries(engineVariables(options))) {
    if (value === undefined) unset.push(name);
    else set[name] = value;
  }
  const { target, folder } = project;
  return { stack: project.stack, target, folder, set, unset, shell: shellExports(options) };
}
