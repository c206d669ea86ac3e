import { z } from "zod";
import { type Condition, type FirewallInputs, owasp, type Rule } from "./firewall-inputs.ts";

const managed = z.object({ active: z.boolean(), action: z.string().nullish() });

const AnsweredRule = z.object({
  name: z.string(),
  description: z.string().nullish(),
  active: z.boolean(),
  conditionGroup: z.array(
    z.object({
      conditions: z.array(
        z.object({
          type: z.string(),
          op: z.string(),
          neg: z.boolean().nullish(),
          key: z.string().nullish(),
          value: z.union([z.string(), z.number(), z.array(z.string())]).nullish(),
        }),
      ),
    }),
  ),
  action: z.object({
    mitigate: z
      .object({
        action: z.string(),
        actionDuration: z.string().nullish(),
        rateLimit: z.record(z.string(), z.unknown()).nullish(),
        redirect: z.record(z.string(), z.unknown()).nullish(),
      })
      .optional(),
  }),
});

/** The configuration in force, as far as we write it. */
export const FirewallAnswer = z.object({
  firewallEnabled: z.boolean(),
  updatedAt: z.string().optional(),
  rules: z.array(AnsweredRule).default([]),
  ips: z
    .array(z.object({ hostname: z.string(), ip: z.string(), action: z.string(), notes: z.string().nullish() }))
    .default([]),
  crs: z.record(z.string(), managed).nullish(),
  managedRules: z.record(z.string(), managed).nullish(),
});
export type FirewallAnswer = z.output<typeof FirewallAnswer>;

type Fields = Record<string, unknown>;
type Managed = NonNullable<FirewallInputs["managedRulesets"]>;

const CATEGORIES = Object.keys(owasp.shape) as (keyof NonNullable<Managed["owasp"]>)[];
/** Our names, and Vercel's. */
const RULESETS = { botProtection: "bot_protection", aiBots: "ai_bots" } as const;

/** The whole configuration. Of Vercel's own rules those in `before` that are no longer wanted are switched off. */
export function firewallToWire(wanted: Omit<FirewallInputs, "projectId">, before: Managed = {}): Fields {
  const { enabled, rules, ipRules, managedRulesets = {} } = wanted;
  const crs = pairsOf(CATEGORIES, (name) => managedRulesets.owasp?.[name] ?? off(before.owasp?.[name]));
  const names = Object.keys(RULESETS) as (keyof typeof RULESETS)[];
  const own = pairsOf(
    names,
    (name) => managedRulesets[name] ?? off(before[name]),
    (name) => RULESETS[name],
  );
  const isOwasp = Object.values(crs).some((one) => (one as { active: boolean }).active);
  // Each category has an action of its own; the set as a whole is on or off.
  const managedRules = { ...own, ...(Object.keys(crs).length > 0 ? { owasp: { active: isOwasp } } : {}) };
  return {
    firewallEnabled: enabled,
    ...{ rules: rules.rules.map(ruleToWire), ips: ipRules.rules },
    ...(Object.keys(crs).length > 0 ? { crs } : {}),
    ...(Object.keys(managedRules).length > 0 ? { managedRules } : {}),
  };
}

function off<T extends { active: boolean }>(rule: T | undefined): T | undefined {
  return rule && { ...rule, active: false };
}

function pairsOf<Name extends string>(
  names: readonly Name[],
  value: (name: Name) => unknown,
  key: (name: Name) => string = (name) => name,
): Fields {
  const pairs = names.map((name) => [key(name), value(name)] as const);
  return Object.fromEntries(pairs.filter(([, one]) => one !== undefined));
}

function ruleToWire({ conditionGroups, action, ...rule }: Rule): Fields {
  const conditionGroup = conditionGroups.map(({ conditions }) => ({ conditions: conditions.map(conditionToWire) }));
  return { ...rule, conditionGroup, action: { mitigate: action } };
}

function conditionToWire({ value, values, ...rest }: Condition): Fields {
  const given = values ?? value;
  return { ...rest, ...(given === undefined ? {} : { value: given }) };
}

/** Whether there is anything in it that somebody could miss. */
export function isBlank({ rules, ips, crs, managedRules }: FirewallAnswer): boolean {
  const own = [...Object.values(crs ?? {}), ...Object.values(managedRules ?? {})];
  return rules.length + ips.length === 0 && !own.some(({ active }) => active);
}

/** In our words; rules of Vercel's own that are off and not known to us count as not there. */
export function firewallFromWire(answer: FirewallAnswer, known: Managed = {}): Fields {
  const { firewallEnabled, rules, ips, crs, managedRules } = answer;
  const seen = (live: z.output<typeof managed> | undefined, mine: unknown) =>
    live && (live.active || mine !== undefined) ? present(live) : undefined;
  const sets = present({
    owasp: nonEmpty(pairsOf(CATEGORIES, (name) => seen(crs?.[name], known.owasp?.[name]))),
    botProtection: seen(managedRules?.bot_protection, known.botProtection),
    aiBots: seen(managedRules?.ai_bots, known.aiBots),
  });
  return {
    enabled: firewallEnabled,
    rules: { rules: rules.map(ruleFromWire) },
    ipRules: { rules: ips.map(present) },
    managedRulesets: nonEmpty(sets) ?? null,
  };
}

function ruleFromWire({ conditionGroup, action, ...rule }: z.output<typeof AnsweredRule>): Fields {
  const groups = conditionGroup.map(({ conditions }) => ({
    conditions: conditions.map(({ value, neg, ...rest }) => ({
      ...present(rest),
      neg: neg === true,
      ...(Array.isArray(value) ? { values: value } : value == null ? {} : { value: String(value) }),
    })),
  }));
  return { ...present(rule), conditionGroups: groups, action: present({ action: "log", ...action.mitigate }) };
}

function nonEmpty(fields: Fields): Fields | undefined {
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/** Vercel says null, or an empty text, where there is nothing. */
function present(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}
