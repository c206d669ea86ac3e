import * as z from "zod";
import { logs } from "./logs.ts";
import { receipts } from "./receipts.ts";
import * as tier from "./tiers.ts";
import { RENDER_REGIONS, SUPABASE_REGIONS, UPSTASH_REGIONS } from "./vendor-terms.ts";

/** Parts of the stack that a team may leave out. */
export const TIERS = ["api", "worker", "cron", "web", "database", "storage", "redis", "stripe", "mail"] as const;

export type Tier = (typeof TIERS)[number];

const domain = z
  .string()
  .regex(
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    "expected a lower-case domain, for example api.your-app.com",
  );

const folder = z
  .string()
  .regex(/^(\.|[\w@.-]+(\/[\w@.-]+)*)$/, "expected a folder in the repository, for example apps/api");

/** `false` in the stack file leaves the tier out. Leaving out the line does not: losing one by accident must not delete a database. */
function leftOutBy<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.literal(false), schema]);
}

/** Everything that `Pulumi.<env>.yaml` may say under `mais:` in lower case. */
export const settingsSchema = z.strictObject({
  /** Where the stack lives. `mais --sandbox` overrides it. */
  target: z.enum(["sandbox", "live"]),
  domains: z.strictObject({
    /** Public host of the API; the origin of webhook addresses. A name under onrender.com needs no domain of yours. */
    api: domain,
    /** Public host of the site; the API's only allowed origin. A name under vercel.app needs no domain of yours. */
    web: domain,
    /** What mail is sent from. Needed with the mail tier. */
    mail: domain.optional(),
  }),
  repository: z.strictObject({
    /** `https://github.com/<owner>/<name>`; on the sandbox also a folder of this checkout, such as `examples/api`. */
    url: z
      .string()
      .regex(
        /^(https:\/\/[^\s/]+\/\S+|[\w@-][\w@.-]*(\/[\w@.-]+)*)$/,
        "expected https://… or, on the sandbox, a folder of this checkout",
      ),
    branch: z.string().regex(/^[^\s~^:?*[\\]+$/, "expected a branch name"),
    apiRoot: folder.default("."),
    webRoot: folder.default("."),
  }),
  /** Whose accounts the stack may touch; a token of another account is refused. On the sandbox always the sandbox's own. */
  accounts: z.strictObject({
    renderOwner: z
      .string()
      .regex(/^(tea|usr)-[a-z0-9-]+$/, "expected a workspace id: tea-…")
      .optional(),
    vercelTeam: z
      .string()
      .regex(/^team_\w+$/, "expected a team id: team_…")
      .optional(),
    supabaseOrganization: z
      .string()
      .regex(/^[\w-]+$/, "expected the organization's slug")
      .optional(),
    upstashEmail: z.email("expected the e-mail address of the Upstash account").optional(),
    stripeAccount: z
      .string()
      .regex(/^acct_\w+$/, "expected an account id: acct_…")
      .optional(),
    /** A server of the account that no stack manages: Postmark's accounts have no name, so this tells one from another. */
    postmarkServer: z
      .string()
      .regex(/^\d+$/, 'expected a server\'s number in quotes, for example "1234567"')
      .optional(),
  }),
  regions: z.strictObject({
    render: z.enum(RENDER_REGIONS),
    supabase: z.enum(SUPABASE_REGIONS),
    upstash: z.enum(UPSTASH_REGIONS),
    /** https://vercel.com/docs/regions */
    vercel: z.string().regex(/^[a-z]{3}\d$/, "expected one of Vercel's regions, for example fra1"),
  }),
  api: leftOutBy(tier.api),
  worker: leftOutBy(tier.worker),
  cron: leftOutBy(tier.cron),
  web: leftOutBy(tier.web),
  database: leftOutBy(tier.database),
  storage: leftOutBy(tier.storage),
  redis: leftOutBy(tier.redis),
  stripe: leftOutBy(tier.stripe),
  mail: leftOutBy(tier.mail),
  /** Where the services' logs go; left out, Render alone keeps them, for a few days. */
  logs: logs.optional(),
  /** Who hears of trouble. */
  alerts: z.strictObject({ emails: z.array(z.email("expected an e-mail address")) }),
  /** Keeps what holds data from being deleted. To destroy a stack: set false, run up, then destroy. */
  protect: z.boolean(),
  /** A live stack with its state inside the checkout. */
  allowLocalState: z.boolean().default(false),
  /** A Git push deploys. Left out, only `release` does. */
  deployOnPush: z.boolean().default(false),
  /** The one resource with data that may be replaced in the next run. */
  replaceData: z.string().min(1).optional(),
  /** What is known of each secret without its value; `mais env import`, `mais env set` and `mais secrets rotate` write it. */
  receipts: receipts.default({}),
});

export type Settings = z.output<typeof settingsSchema>;

/** Settings as far as they could be read: a key at fault is undefined. */
export type DraftSettings = { [Key in keyof Settings]?: Settings[Key] | undefined };

/** The accounts that the sandbox holds. */
export const SANDBOX_ACCOUNTS = {
  renderOwner: "tea-sandbox0000000000000",
  vercelTeam: "team_sandbox",
  supabaseOrganization: "sandbox",
  upstashEmail: "sandbox@mais.invalid",
  stripeAccount: "acct_sandbox",
} as const satisfies Settings["accounts"];

/** Whether the tier is part of the stack, as far as is known: one whose settings are at fault counts as wanted. */
export function hasTier(settings: DraftSettings, name: Tier): boolean {
  return settings[name] !== false;
}
