import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encryptedKeys, flattenConfig } from "../config/load.ts";
import { openProject, type Project } from "../engine/project.ts";
import { exit, UserError } from "../user-error.ts";
import type { Place } from "./place.ts";

/** A stack's config, decrypted, as a program would get it. */
export interface StackConfig {
  target: Project["target"];
  config: Record<string, string>;
  secretKeys: string[];
}

/**
 * Reads a stack's config from its file; the engine is asked only if something in it is encrypted. Keys that `isOverridden`
 * names count for nothing, so they may stay encrypted.
 */
export async function readStackConfig(
  stack: string,
  place: Place,
  isOverridden: (key: string) => boolean = () => false,
): Promise<StackConfig> {
  const { root, env } = place;
  const file = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const sandbox = place.sandbox || env.MAIS_TARGET === "sandbox" || (await plainlyAimsAtSandbox(join(root, file)));
  const { folder, target, notes } = await openProject({ root, env, stack, sandbox });
  for (const note of notes) place.progress.line(note);
  const [{ parseStackFile }, text] = await Promise.all([
    import("../engine/stack-file.ts"),
    readFile(join(folder, file), "utf8"),
  ]);
  const { config } = parseStackFile(text, file);
  const secretKeys = encryptedKeys(config);
  const isReadable = secretKeys.every(isOverridden);
  const decrypted = isReadable ? {} : await decrypt(stack, { ...place, sandbox });
  return { target, config: { ...flattenConfig(config), ...decrypted }, secretKeys };
}

/** Spares a whole parse of the file, which is made over to the sandbox's copy and parsed there. */
async function plainlyAimsAtSandbox(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^ {2}mais:target: *["']?sandbox["']? *$/m.test(text);
}

/** What `pulumi config --json` answers for a key. */
interface ConfigValue {
  value?: string;
}

async function decrypt(stack: string, place: Place): Promise<Record<string, string>> {
  const { captureEngine, prepareSession } = await import("../engine/session.ts");
  const session = await prepareSession({ ...place, stack });
  const answer = await captureEngine(session, ["config", "--json", "--show-secrets", "--stack", stack]);
  if (answer.code !== 0) {
    const reason = answer.reason.replace(/^error: /, "");
    throw new UserError(`The encrypted values of stack ${stack} cannot be read: ${reason}`, {
      advice: [
        "Give the engine what it needs: PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or a login.",
        `Or judge a file of variables alone: mais validate --stack ${stack} --env-file FILE`,
      ],
      exit: exit.authentication,
    });
  }
  // The engine's own document, https://www.pulumi.com/docs/iac/cli/commands/pulumi_config/
  const values = JSON.parse(answer.stdout) as Record<string, ConfigValue>;
  return Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value ?? ""]));
}
