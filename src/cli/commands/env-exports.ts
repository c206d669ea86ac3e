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
  async run({ stack }, { out, place }) {
    const ops = await import("../../ops/env-exports.ts");
    const { shell, ...exports } = await ops.envExports(stack, place);
    out.result({ schema: "mais.env-exports/1", ...exports }, shell);
    return exit.ok;
  },
});
