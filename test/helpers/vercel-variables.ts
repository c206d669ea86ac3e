import { type Fields, vercelCaller } from "./vercel-caller.ts";
import { startVercelRig, type VercelRig } from "./vercel-rig.ts";

export const KIND = "ProjectEnvironmentVariables";
/** A variable of a program. */
export const variable = (key: string, value: string, rest: Fields = {}): Fields => ({
  key,
  value,
  sensitive: false,
  targets: ["production"],
  ...rest,
});
export const secret = (key: string, value: string, rest: Fields = {}): Fields =>
  variable(key, value, { sensitive: true, ...rest });

/** A rig with one project, and the resource of its variables under the name `env`. */
export async function startWithVariables() {
  const rig = await startVercelRig();
  const call = vercelCaller(rig.sandbox);
  const projectId = String((await call("POST", "/v11/projects", { name: "web" })).body.id);
  const up = (variables: Fields[], rest: Fields = {}) => rig.up(KIND, "env", { projectId, variables, ...rest });
  return { rig, call, projectId, up, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

/** What Vercel holds, sensitive values included. */
export function held(rig: VercelRig): string[] {
  const envs = rig.sandbox
    .store("vercel")
    .collection<{ key: string; value: string; target: string[]; gitBranch?: string }>("envs");
  return envs
    .list()
    .map(({ key, value, target }) => `${key}=${value} ${target.join("+")}`)
    .sort();
}

/** Where Vercel's variables apply, in the order in which they were made. */
export function scopes(rig: VercelRig): Fields[] {
  const envs = rig.sandbox.store("vercel").collection<Fields>("envs");
  return envs
    .list()
    .map(({ target, customEnvironmentIds, gitBranch }) =>
      gitBranch === undefined ? { target, customEnvironmentIds } : { target, customEnvironmentIds, gitBranch },
    );
}

export const methods = (calls: string[]) => calls.map((call) => call.split(" ")[0]);
