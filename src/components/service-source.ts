/** Where the code of a Render service comes from. */
export interface Source {
  /** `https://github.com/…`, or `file:///…` on the sandbox. */
  repoUrl: string;
  branch: string;
  rootDirectory: string;
  buildCommand: string;
  startCommand: string;
  /** A Git push deploys; otherwise only a release does. */
  deployOnPush: boolean;
}

/** Render's `runtimeSource`, root directory and start command for a Node service. */
export function nodeService({ repoUrl, branch, rootDirectory, buildCommand, startCommand, deployOnPush }: Source) {
  return {
    runtimeSource: {
      nativeRuntime: { repoUrl, branch, buildCommand, runtime: "node" as const, autoDeploy: deployOnPush },
    },
    rootDirectory: rootDirectory === "." ? undefined : rootDirectory,
    startCommand,
  };
}

/** Render's form of environment variables. */
export function envVars<Value>(variables: Record<string, Value>): Record<string, { value: Value }> {
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, { value }]));
}
