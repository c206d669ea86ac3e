import type { InputProblem } from "@mais/provider-kit";
import { z } from "zod";

const condition = z.strictObject({
  /** What of the request is looked at: `path`, `host`, `method`, `header`, `ip_address`, `geo_country`, … */
  type: z.enum([
    ...(["host", "path", "raw_path", "target_path", "route", "method", "header", "query", "cookie"] as const),
    ...(["ip_address", "region", "protocol", "scheme", "environment", "user_agent", "geo_continent"] as const),
    ...(["geo_country", "geo_country_region", "geo_city", "geo_as_number", "ja4_digest", "ja3_digest"] as const),
    ...(["rate_limit_api_id", "server_action"] as const),
  ]),
  /** `eq`, `pre` (begins with), `suf` (ends with), `sub` (holds), `re`, `inc` (is one of), `ex` (is there), … */
  op: z.enum(["re", "eq", "neq", "ex", "nex", "inc", "ninc", "pre", "suf", "sub", "gt", "gte", "lt", "lte"]),
  /** Turned round: holds where the condition does not. */
  neg: z.boolean().default(false),
  /** Which header, query parameter or cookie. */
  key: z.string().min(1).optional(),
  value: z.string().optional(),
  values: z.array(z.string()).min(1).max(75).optional(),
});
export type Condition = z.output<typeof condition>;

const rateLimit = z.strictObject({
  algo: z.enum(["fixed_window", "token_bucket"]),
  /** Seconds. */
  window: z.int().min(1),
  /** Requests per window and key. */
  limit: z.int().min(1),
  /** What requests are counted by: `ip`, `ja4`, … */
  keys: z.array(z.string().min(1)).min(1),
  /** What happens above the limit; `rate_limit` answers 429. */
  action: z.enum(["log", "challenge", "deny", "rate_limit"]),
});

const action = z.strictObject({
  action: z.enum(["log", "challenge", "deny", "bypass", "rate_limit", "redirect"]),
  /** How long it lasts for who has met it, such as `1m`. */
  actionDuration: z.string().min(1).optional(),
  rateLimit: rateLimit.optional(),
  redirect: z.strictObject({ location: z.string().min(1), permanent: z.boolean() }).optional(),
});

const rule = z.strictObject({
  name: z.string().min(4).max(160),
  description: z.string().min(1).max(256).optional(),
  active: z.boolean().default(true),
  /** Holds where one of the groups does, and a group where all of its conditions do. */
  conditionGroups: z
    .array(z.strictObject({ conditions: z.array(condition).min(1).max(65) }))
    .min(1)
    .max(25),
  action,
});
export type Rule = z.output<typeof rule>;

const ipRule = z.strictObject({
  /** The host that it holds for, or `*`. */
  hostname: z.string().min(1),
  /** An address, or a range of them. */
  ip: z.string().min(1),
  action: z.enum(["deny", "challenge", "log", "bypass"]),
  notes: z.string().min(1).optional(),
});

const category = z.strictObject({ action: z.enum(["deny", "log"]), active: z.boolean().default(true) }).optional();

/** Categories of the OWASP core rule set, under Vercel's short names. */
export const owasp = z.strictObject({
  ...{ sd: category, ma: category, lfi: category, rfi: category, rce: category, php: category },
  ...{ gen: category, xss: category, sqli: category, sf: category, java: category },
});

const managedRuleset = z
  .strictObject({ action: z.enum(["log", "challenge", "deny"]), active: z.boolean().default(true) })
  .optional();

export const firewallInputs = {
  projectId: z.string().min(1),
  /** Off, nothing of it is in force, and it stays. */
  enabled: z.boolean().default(true),
  /** In the order in which they are asked. */
  rules: z.strictObject({ rules: z.array(rule) }).default({ rules: [] }),
  ipRules: z.strictObject({ rules: z.array(ipRule) }).default({ rules: [] }),
  /** Vercel's own rules. Those that are left out are not managed. */
  managedRulesets: z
    .strictObject({ owasp: owasp.optional(), botProtection: managedRuleset, aiBots: managedRuleset })
    .optional(),
};
export type FirewallInputs = z.output<z.ZodObject<typeof firewallInputs>>;

/** What Vercel would refuse, or what would do nothing, all of it at once. */
export function firewallProblems({ enabled, rules, ipRules, managedRulesets }: FirewallInputs): InputProblem[] {
  const isEmpty = rules.rules.length + ipRules.rules.length === 0 && managedRulesets === undefined;
  const nothing = { property: "enabled", reason: "is off and there are no rules: leave the resource out instead" };
  return [
    ...(!enabled && isEmpty ? [nothing] : []),
    ...rules.rules.flatMap((one) =>
      ruleReasons(one).map((reason) => ({ property: "rules", reason: `rule "${one.name}" ${reason}` })),
    ),
  ];
}

function ruleReasons({ action: { action: kind, rateLimit: limit, redirect }, conditionGroups }: Rule): string[] {
  const reasons = conditionGroups.flatMap(({ conditions }) => conditions.flatMap(conditionReasons));
  if ((kind === "rate_limit") !== (limit !== undefined))
    reasons.push('needs rateLimit with action "rate_limit", and only then');
  if ((kind === "redirect") !== (redirect !== undefined))
    reasons.push('needs redirect with action "redirect", and only then');
  return reasons;
}

const WITHOUT_VALUE = ["ex", "nex"];
const KEYED = ["header", "query", "cookie"];

function conditionReasons({ type, op, key, value, values }: Condition): string[] {
  const given = [value, values].filter((one) => one !== undefined).length;
  const wanted = WITHOUT_VALUE.includes(op) ? 0 : 1;
  return [
    ...(given === wanted
      ? []
      : [`has a condition ${type} ${op}, which needs ${wanted ? "value or values" : "no value"}`]),
    ...(KEYED.includes(type) && key === undefined ? [`has a condition ${type} ${op}, which needs a key`] : []),
  ];
}
