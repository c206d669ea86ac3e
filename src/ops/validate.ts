import type { Environment } from "../config/environments.ts";
import { type GateInput, judge, type Verdict } from "../config/gate.ts";
import { currentBackend, readEnvFile } from "../config/load.ts";
import { otherEnvironments } from "../config/secret-record.ts";
import type { Place } from "./place.ts";
import { readStackConfig } from "./stack-config.ts";

/** Judges a whole environment as the next run would find it. Changes nothing. */
export async function validateStack(stack: string, environment: Environment, place: Place): Promise<Verdict> {
  const { root, cwd, env } = place;
  const { target, config, secretKeys } = await readStackConfig(stack, place);
  const isLive = target === "live";
  const input: GateInput = {
    environment,
    config,
    secretKeys,
    envFile: env.MAIS_ENV_FILE ? readEnvFile(env.MAIS_ENV_FILE, cwd) : undefined,
    // Only the word `sandbox` overrides: any other target in the file is for the gate to judge.
    target: isLive ? undefined : "sandbox",
    state: isLive ? currentBackend(env, root) : undefined,
    others: isLive ? otherEnvironments(root) : undefined,
  };
  return judge(input);
}
