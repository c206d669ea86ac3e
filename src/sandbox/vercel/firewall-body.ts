import { z } from "zod";

export const CATEGORIES = ["sd", "ma", "lfi", "rfi", "rce", "php", "gen", "xss", "sqli", "sf", "java"] as const;

const words = (text: string) => z.enum(text.split(" "));

const condition = z.strictObject({
  type: words(
    "host path method header query cookie target_path route raw_path ip_address region protocol scheme environment user_agent geo_continent geo_country geo_country_region geo_city geo_as_number ja4_digest ja3_digest rate_limit_api_id server_action",
  ),
  op: words("re eq neq ex nex inc ninc pre suf sub gt gte lt lte"),
  neg: z.boolean().optional(),
  key: z.string().optional(),
  value: z.union([z.string(), z.number(), z.array(z.string()).max(75)]).optional(),
});

const rateLimit = z.strictObject({
  algo: z.enum(["fixed_window", "token_bucket"]),
  window: z.number(),
  limit: z.number(),
  keys: z.array(z.string()),
  action: z.enum(["log", "challenge", "deny", "rate_limit"]).nullish(),
});

const mitigate = z.strictObject({
  action: z.enum(["log", "challenge", "deny", "bypass", "rate_limit", "redirect"]),
  rateLimit: rateLimit.nullish(),
  redirect: z.strictObject({ location: z.string(), permanent: z.boolean() }).nullish(),
  actionDuration: z.string().nullish(),
  bypassSystem: z.boolean().nullish(),
});

const rule = z.strictObject({
  id: z.string().optional(),
  name: z.string().max(160),
  description: z.string().max(256).optional(),
  active: z.boolean(),
  conditionGroup: z.array(z.strictObject({ conditions: z.array(condition).max(65) })).max(25),
  action: z.strictObject({ mitigate: mitigate.optional() }),
});

const ip = z.strictObject({
  id: z.string().optional(),
  hostname: z.string(),
  ip: z.string(),
  notes: z.string().optional(),
  action: z.enum(["deny", "challenge", "log", "bypass"]),
});

const category = z.strictObject({ active: z.boolean(), action: z.enum(["deny", "log"]) });

const managed = z.strictObject({ active: z.boolean(), action: z.enum(["log", "challenge", "deny"]).optional() });

/** The body is closed, its managed rules by what answers name. */
export const PutFirewall = z.strictObject({
  firewallEnabled: z.boolean(),
  rules: z.array(rule).optional(),
  ips: z.array(ip).optional(),
  crs: z.partialRecord(z.enum(CATEGORIES), category).optional(),
  managedRules: z
    .partialRecord(z.enum(["ai_bots", "bot_protection", "owasp", "vercel_ruleset", "traffic_sources"]), managed)
    .optional(),
  botIdEnabled: z.boolean().optional(),
});
