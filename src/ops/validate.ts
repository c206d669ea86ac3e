import { parseEnvFile } from "../config/env-file.ts";
import type { Environment } from "../config/environments.ts";
import { judge, type Verdict } from "../config/gate.ts";
import { currentBackend, readEnvFile } from "../config/load.ts";
import type { Place } from "./place.ts";
import { readStackConfig } from "./stack-config.ts";

/** Judges a whole environment as the next run would find it. Changes nothing in it. */
export async function validateStack(stack: string, environment: Environment, place: Place): Promise<Verdict> {
  const { root, cwd, env } = place;
  const envFile = env.MAIS_ENV_FILE ? readEnvFile(env.MAIS_ENV_FILE, cwd) : undefined;
  const given = parseEnvFile(envFile?.text ?? "").values;
  const isOverridden = (key: string) => (given.get(key.replace(/^mais:/, "")) ?? "").trim() !== "";
  const { target, ...config } = await readStackConfig(stack, place, isOverridden);
  // Only the word `sandbox` overrides: any other target in the file is for the gate to judge.
  if (target === "sandbox") return judge({ environment, ...config, envFile, target });
  const { otherEnvironments } = await import("../config/secret-record.ts");
  const state = currentBackend(env, root);
  return judge({ environment, ...config, envFile, state, others: otherEnvironments(root) });
}
