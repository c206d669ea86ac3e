import { isPlaceholderSetting } from "./placeholder.ts";
import type { Problem } from "./problem.ts";
import { settingFaults } from "./setting-faults.ts";
import { type DraftSettings, SANDBOX_ACCOUNTS, type Settings, settingsSchema } from "./settings.ts";

export interface SettingsVerdict {
  /** Undefined if anything is wrong with the form of any setting. */
  settings?: Settings;
  /** What could be read, for judging the rest. */
  draft: DraftSettings;
  problems: Problem[];
}

/**
 * Reads the lower-case keys of the stack config. Each key is read by itself, so that a slip in one does not hide what is
 * wrong with another.
 */
export function readSettings(
  config: ReadonlyMap<string, string>,
  { target, stack }: { target?: Settings["target"] | undefined; stack: string },
): SettingsVerdict {
  const verdict: SettingsVerdict = { draft: {}, problems: [] };
  const raw = new Map([...config].map(([key, text]) => [key, decode(text)]));
  if (target) raw.set("target", target);
  const isLive = raw.get("target") !== "sandbox";
  if (!isLive) raw.set("accounts", withSandboxAccounts(raw.get("accounts")));
  const draft: Record<string, unknown> = verdict.draft;
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    const value = raw.get(key);
    const placeholders = isLive && EXAMPLES.has(key) ? placeholderPaths(value, [key]) : [];
    // Compiling a schema costs more than its one use here gains.
    const result = schema.safeParse(value, { jitless: true });
    const faults = result.success ? [] : settingFaults(result.error.issues, { value, path: [key], schema });
    const others = faults.filter(({ path }) => !placeholders.includes(path));
    if (result.success && placeholders.length === 0) draft[key] = result.data;
    for (const path of placeholders) {
      verdict.problems.push(settingProblem({ path, kind: "invalid", rule: PLACEHOLDER_RULE }, stack));
    }
    verdict.problems.push(...others.map((fault) => settingProblem(fault, stack)));
  }
  // Every key of the schema was read without a fault, so the draft is whole.
  return verdict.problems.length === 0 ? { ...verdict, settings: verdict.draft as Settings } : verdict;
}

/** What was written stays in only as far as it is unknown, and so to be told. */
function withSandboxAccounts(written: unknown): unknown {
  return typeof written === "object" && written !== null ? { ...written, ...SANDBOX_ACCOUNTS } : SANDBOX_ACCOUNTS;
}

/** Settings in which the stack files of the repository hold examples. */
const EXAMPLES = new Set(["domains", "repository", "accounts", "alerts", "logs"]);

const PLACEHOLDER_RULE = "expected your own value: this is the example that the repository came with";

/** One setting at fault. */
export interface SettingFault {
  /** `api.instances.max` */
  path: string;
  kind: Problem["kind"];
  rule: string;
}

export function settingProblem({ path, kind, rule }: SettingFault, stack: string): Problem {
  return { subject: path, of: "setting", kind, rule, fix: fixSetting(path, stack) };
}

export function fixSetting(path: string, stack: string): string {
  return `Set mais:${path} in Pulumi.${stack}.yaml`;
}

/** Pulumi hands every value over as text: objects and lists as JSON, the rest as it stands in the stack file. */
function decode(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function placeholderPaths(value: unknown, path: readonly string[]): string[] {
  if (typeof value === "string") return isPlaceholderSetting(value) ? [path.join(".")] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placeholderPaths(inner, [...path, key]));
}
