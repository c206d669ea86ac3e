import { resolve } from "node:path";
import { type CommandTable, runCommandLine } from "./runner.ts";

/** Loaded one by one: `mais validate` must not pay for what `mais demo` needs. */
export const commands: CommandTable = {
  demo: async () => (await import("./commands/demo.ts")).demo,
  up: async () => (await import("./commands/up.ts")).upCommand,
  validate: async () => (await import("./commands/validate.ts")).validate,
  pulumi: async () => (await import("./commands/pulumi.ts")).pulumi,
  "env-exports": async () => (await import("./commands/env-exports.ts")).envExports,
  sandbox: async () => (await import("./commands/sandbox.ts")).sandbox,
  import: async () => (await import("./commands/import.ts")).importCommand,
  repair: async () => (await import("./commands/repair.ts")).repair,
  unlock: async () => (await import("./commands/unlock.ts")).unlock,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  "secrets rotate": async () => (await import("./commands/secrets-rotate.ts")).secretsRotate,
  version: async () => (await import("./commands/version.ts")).version,
};

if (import.meta.main) {
  const { argv, env, stdout, stderr } = process;
  process.exitCode = await runCommandLine(commands, {
    args: argv.slice(2),
    env,
    root: resolve(import.meta.dirname, "../.."),
    cwd: process.cwd(),
    stdout,
    stderr,
  });
}
