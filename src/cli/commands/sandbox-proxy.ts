import { proxySettings, SHELLS, type Shell, shellLines } from "../../ops/sandbox-proxy.ts";
import type { Context, OptionTable, Values } from "../command.ts";
import { type ExitCode, exit } from "../exit.ts";

export const proxyOptions = {
  shell: { type: "string", value: "NAME", default: "posix", about: "proxy: whose lines to print", choices: SHELLS },
} as const satisfies OptionTable;

/** `mais sandbox proxy`: lines for `eval`, and nothing else on stdout. */
export async function proxy(dir: string, { out }: Context, { shell }: Values<typeof proxyOptions>): Promise<ExitCode> {
  const { proxy: address, variables } = await proxySettings(dir);
  const { schema: _, ...rest } = address;
  // The option's choices are the shells.
  out.result({ schema: "mais.sandbox.proxy/1", ...rest, variables }, shellLines(variables, shell as Shell));
  out.note(
    `The vendors' own tools reach the sandbox in a shell that evaluated these lines; every other host is refused there.`,
  );
  return exit.ok;
}
