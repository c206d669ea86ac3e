import { nearest } from "../nearest.ts";
import type { Given } from "./judge-variables.ts";
import { holdsToken, plainTokenProblem } from "./logs.ts";
import type { Problem } from "./problem.ts";
import { unknownSetting } from "./setting-faults.ts";
import { settingsSchema } from "./settings.ts";
import type { Row } from "./variable.ts";

const NAMESPACE = "mais:";
/** How the origin of a value in the stack config is told. */
export const STACK_CONFIG = "the stack config";
/** Tokens that deploy: the plugins read them from the environment, and nothing may store them. */
const DEPLOY_TOKENS = new Set([
  "RENDER_API_KEY",
  "VERCEL_API_TOKEN",
  "SUPABASE_ACCESS_TOKEN",
  "UPSTASH_API_KEY",
  "UPSTASH_EMAIL",
  "STRIPE_API_KEY",
  "POSTMARK_ACCOUNT_TOKEN",
]);

export interface ConfigKeys {
  /** Lower-case keys: settings. */
  settings: ReadonlyMap<string, string>;
  /** Upper-case keys: given variables. */
  given: ReadonlyMap<string, Given>;
  problems: readonly Problem[];
}

interface Surroundings {
  stack: string;
  rows: ReadonlyMap<string, Row>;
  secretKeys?: readonly string[] | undefined;
}

/** Tells settings from variables, and finds keys that are neither. */
export function sortConfig(config: Readonly<Record<string, string>>, surroundings: Surroundings): ConfigKeys {
  const { stack, rows, secretKeys } = surroundings;
  const settings = new Map<string, string>();
  const given = new Map<string, Given>();
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(config)) {
    const name = key.startsWith(NAMESPACE) ? key.slice(NAMESPACE.length) : undefined;
    if (name === undefined) problems.push(...misplaced(key, surroundings));
    else if (Object.hasOwn(settingsSchema.shape, name)) {
      settings.set(name, value);
      const isPlain = secretKeys && !secretKeys.includes(key);
      if (name === "logs" && isPlain && holdsToken(value)) problems.push(plainTokenProblem(stack));
    } else if (rows.has(name)) {
      if (value.trim() !== "") given.set(name, { value, origin: STACK_CONFIG });
      const isPlain = secretKeys && !secretKeys.includes(key) && value.trim() !== "";
      if (isPlain && rows.get(name)?.secret) problems.push(plainSecret(name, stack));
    } else problems.push(unknownKey(name, surroundings));
  }
  return { settings, given, problems };
}

function plainSecret(name: string, stack: string): Problem {
  return {
    subject: name,
    of: "variable",
    kind: "forbidden",
    rule: `expected an encrypted value: a secret stands in Pulumi.${stack}.yaml in plain text`,
    origin: STACK_CONFIG,
    fix: `Make a new value, the old one may be in your Git history, and run: pulumi config set --secret mais:${name} --stack ${stack}`,
  };
}

/** `pulumi config set NAME` without `mais:` puts the key under the project's name, where nothing reads it. */
function misplaced(key: string, { stack, rows }: Surroundings): Problem[] {
  const name = key.slice(key.indexOf(":") + 1);
  if (!rows.has(name)) return [];
  const fix = `Run: pulumi config rm ${key} --stack ${stack}, then set mais:${name}`;
  return [{ subject: key, of: "setting", kind: "invalid", rule: `expected mais:${name}; nothing reads this key`, fix }];
}

function unknownKey(name: string, { stack, rows }: Surroundings): Problem {
  const fix = `Correct or remove mais:${name} in Pulumi.${stack}.yaml`;
  if (DEPLOY_TOKENS.has(name)) {
    const rule = "expected in the environment only: a deploy token is never stored";
    const remedy = `Run: pulumi config rm mais:${name} --stack ${stack}, make a new token, and export it as ${name}`;
    return { subject: name, of: "variable", kind: "forbidden", rule, fix: remedy };
  }
  if (/[a-z]/.test(name)) {
    const variable = nearest(name.toUpperCase(), rows.keys());
    const close = nearest(name, Object.keys(settingsSchema.shape)) ?? variable;
    const rule = close
      ? `unknown setting; did you mean ${close}?`
      : unknownSetting(name, Object.keys(settingsSchema.shape));
    return { subject: name, of: "setting", kind: "invalid", rule, fix };
  }
  const close = nearest(name, rows.keys());
  const rule = close
    ? `unknown variable; did you mean ${close}?`
    : "unknown variable; a team's own are declared in stacks/variables.ts";
  return { subject: name, of: "variable", kind: "invalid", rule, fix };
}
