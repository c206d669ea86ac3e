import { defineCommand, shared } from "../command.ts";
import { exit } from "../exit.ts";

export const envExports = defineCommand({
  name: "env-exports",
  about: "Print shell commands after which plain `pulumi` works",
  details:
    "It prints the working folder, the path and, on the sandbox, the backend and its published passphrase. A live\n" +
    "stack's backend, passphrase and tokens stay yours: they are never printed.",
  examples: ['eval "$(npx mais env-exports --stack dev)" && pulumi up', "mais --sandbox env-exports --stack prod"],
  options: { stack: shared.stackOrDev },
  async run({ stack }, { out, root, cwd, env, sandbox }) {
    const [{ openSession }, { engineVariables, shellExports }] = await Promise.all([
      import("../../engine/session.ts"),
      import("../../engine/environment.ts"),
    ]);
    // A shell that was set up for the sandbox must be able to leave it again.
    const own = { ...env, MAIS_TARGET: undefined };
    const { engine, project } = await openSession({ root, cwd, env: own, stack, sandbox, progress: out });
    const options = { root, cwd, env: own, engine, project };
    const variables = Object.entries(engineVariables(options));
    out.result(
      {
        schema: "mais.env-exports/1",
        stack: project.stack,
        target: project.target,
        folder: project.folder,
        set: Object.fromEntries(variables.filter(([, value]) => value !== undefined)),
        unset: variables.filter(([, value]) => value === undefined).map(([name]) => name),
      },
      shellExports(options),
    );
    return exit.ok;
  },
});
