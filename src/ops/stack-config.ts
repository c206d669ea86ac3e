import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encryptedKeys, flattenConfig } from "../config/load.ts";
import { openProject, type Project } from "../engine/project.ts";
import { parseStackFile } from "../engine/stack-file.ts";
import { exit, UserError } from "../user-error.ts";
import type { Place } from "./place.ts";

/** A stack's config, decrypted, as a program would get it. */
export interface StackConfig {
  target: Project["target"];
  config: Record<string, string>;
  secretKeys: string[];
}

/** Reads a stack's config from its file; the engine is asked only if something in it is encrypted. */
export async function readStackConfig(stack: string, place: Place): Promise<StackConfig> {
  const { root, env, sandbox } = place;
  const isSandbox = sandbox || env.MAIS_TARGET === "sandbox";
  const { folder, target, notes } = await openProject({ root, env, stack, sandbox: isSandbox });
  for (const note of notes) place.progress.line(note);
  const file = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const { config } = parseStackFile(await readFile(join(folder, file), "utf8"), file);
  const secretKeys = encryptedKeys(config);
  const decrypted = secretKeys.length > 0 ? await decrypt(stack, place) : {};
  return { target, config: { ...flattenConfig(config), ...decrypted }, secretKeys };
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
    throw new UserError(`The encrypted values of stack ${stack} cannot be read: ${answer.reason}`, {
      advice: [
        "Give the engine what it needs: PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or a login.",
        `Or judge a file of variables alone: mais validate --stack ${stack} --env-file FILE`,
      ],
      exit: exit.authentication,
    });
  }
  const values = JSON.parse(answer.stdout) as Record<string, ConfigValue>;
  return Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value ?? ""]));
}
