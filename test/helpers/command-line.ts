import { type CommandTable, runCommandLine } from "../../src/cli/runner.ts";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process, on streams that are kept. */
export async function runLine(
  commands: CommandTable,
  args: readonly string[],
  surroundings: { env?: Record<string, string>; root?: string; terminal?: boolean } = {},
): Promise<Ran> {
  const { env = {}, root = "/nowhere", terminal = false } = surroundings;
  const kept = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof kept) => ({
    isTTY: terminal,
    write: (text: string) => {
      kept[name] += text;
    },
  });
  const streams = { stdout: sink("stdout"), stderr: sink("stderr") };
  const code = await runCommandLine(commands, { args, env, root, cwd: root, ...streams });
  return { code, ...kept };
}
