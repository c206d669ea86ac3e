import * as z from "zod";
import { stripeEvents } from "./stripe-events.ts";
import { RENDER_PLANS, SUPABASE_SIZES } from "./vendor-terms.ts";

const count = (max: number) => z.int().min(1).max(max);
const path = z.string().regex(/^\/[^\s?#]*$/, "expected a path that starts with /, for example /health");
const command = z.string().trim().min(1);
const renderPlan = z.enum(RENDER_PLANS);
/** Render takes 1 to 90. https://render.com/docs/scaling */
const percentage = z.int().min(1).max(90);
/** Node processes in one instance; each has a database pool of its own. */
const processes = count(64).default(1);

/** How long an instance that is to stop may finish what it has begun. https://render.com/docs/deploys#zero-downtime-deploys */
const shutdownSeconds = count(300).optional();

/** The public API: a web service on Render. */
export const api = z
  .strictObject({
    plan: renderPlan,
    instances: z
      .strictObject({ min: count(100), max: count(100) })
      .refine(({ min, max }) => max >= min, { path: ["max"], message: "expected at least instances.min" }),
    /** The load at which Render adds an instance, in percent. Needed where `max` is above `min`. */
    scaling: z.strictObject({ cpu: percentage.optional(), memory: percentage.optional() }).optional(),
    processes,
    buildCommand: command,
    startCommand: command,
    /** Runs once per deploy before the new version starts, for example `npx prisma migrate deploy`. */
    preDeployCommand: command.optional(),
    shutdownSeconds,
    health: z
      .strictObject({
        /** Render's own probe. It must not call other vendors. */
        path: path.default("/health"),
        /** The gate of a release: may call Stripe, Postmark and the like. Never Render's probe. */
        readinessPath: path.default("/health/ready"),
        /** Of our prober and of uptime monitors; Render's own probe cannot be timed. */
        intervalSeconds: count(3_600).default(30),
        timeoutSeconds: count(60).default(5),
      })
      .prefault({})
      .refine(({ path: alive, readinessPath }) => alive !== readinessPath, {
        path: ["readinessPath"],
        message:
          "expected another path than health.path: readiness calls other vendors, and their outage would restart the API",
      })
      .refine(({ intervalSeconds, timeoutSeconds }) => timeoutSeconds < intervalSeconds, {
        path: ["timeoutSeconds"],
        message: "expected less than health.intervalSeconds",
      }),
  })
  .refine(({ instances, scaling }) => instances.max <= instances.min || scaling?.cpu || scaling?.memory, {
    path: ["scaling"],
    message: "expected cpu or memory, in percent: instances.max is above instances.min and something must decide",
  });

/** The queue's worker: a background worker on Render. */
export const worker = z.strictObject({
  plan: renderPlan,
  instances: count(100),
  processes,
  buildCommand: command,
  startCommand: command,
  /** Give it what the longest job takes: what is not done then is done again by another worker. */
  shutdownSeconds,
});

const CRON_FIELD = /^[\d*,/\-A-Za-z]+$/;

/** The nightly job: a cron job on Render. */
export const cron = z.strictObject({
  plan: renderPlan,
  /** Five fields, in UTC. */
  schedule: z.string().refine((text) => {
    const fields = text.trim().split(/\s+/);
    return fields.length === 5 && fields.every((field) => CRON_FIELD.test(field));
  }, 'expected a cron expression of five fields, for example "0 3 * * *"'),
  buildCommand: command,
  startCommand: command,
});

/** The Next.js site on Vercel. */
export const web = z.strictObject({
  /** `previews`: production is open; `all`: nothing is open; `none`: everything is. */
  protection: z.enum(["none", "previews", "all"]),
  /** Vercel's spelling of Node's major version. */
  nodeVersion: z.enum(["22.x", "24.x"]),
  installCommand: command.optional(),
  buildCommand: command.optional(),
});

/** A range in IPv4 or IPv6. */
const addresses = z.string().refine((text) => z.union([z.cidrv4(), z.cidrv6()]).safeParse(text).success, {
  error: "expected a range of addresses, for example 203.0.113.0/24",
});

/** Postgres: a project on Supabase. */
export const database = z
  .strictObject({
    /** Left out, Supabase gives its smallest; an organization on the free plan refuses any size. */
    size: z.enum(SUPABASE_SIZES).optional(),
    /** `daily` comes with every paid plan; `pointInTime` replaces it and costs extra. */
    backups: z.enum(["none", "daily", "pointInTime"]),
    /** How far back a point-in-time restore may go. */
    pointInTimeDays: z.union([z.literal(7), z.literal(14), z.literal(28)]).optional(),
    enforceSsl: z.boolean(),
    /** Connections past the pooler that may be open at once: a migration, a backup, people. */
    directConnections: count(400).default(10),
    /** Database connections of the pooler, per user. Left out, Supabase decides by the size. */
    poolerConnections: count(400).optional(),
    /** The database's own host answers on IPv4 too, for a price, and migrations use it in place of the session pooler. */
    dedicatedIpv4: z.boolean().default(false),
    /** Whether the Data API serves the public schema to whoever holds a key. Left out, it stays as it is: Supabase's default is on. */
    dataApi: z.boolean().optional(),
    /** Who may connect to the database and its pooler. Left out, it stays as it is: Supabase's default is everybody. */
    allowedAddresses: z.array(addresses).min(1).optional(),
    /** Raise it to give the database a new password; services get it in the same run. */
    passwordGeneration: count(1_000_000).default(1),
  })
  .refine(({ backups, pointInTimeDays }) => (backups === "pointInTime") === (pointInTimeDays !== undefined), {
    path: ["pointInTimeDays"],
    message: 'expected 7, 14 or 28 with backups "pointInTime", and nothing otherwise',
  })
  // https://supabase.com/docs/guides/platform/manage-your-usage/point-in-time-recovery
  .refine(({ backups, size }) => backups !== "pointInTime" || (size !== undefined && size !== "micro"), {
    path: ["size"],
    message: "expected small or larger: Supabase offers point-in-time recovery from small on",
  });

/** Supabase takes none above 500 GB. https://supabase.com/docs/guides/storage/uploads/file-limits */
const LARGEST_OBJECT = 536_870_912_000;

/** Buckets in the database's project. */
export const storage = z.strictObject({
  /** The largest object of any bucket, in bytes. Left out, Supabase's 50 MiB. */
  fileSizeLimit: z.int().positive().max(LARGEST_OBJECT).optional(),
  /** Raise it to rotate SUPABASE_SECRET_KEY; the old key works until the services run with the new one. */
  keyGeneration: count(1_000_000).default(1),
  buckets: z.record(
    z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "expected 3 to 63 lower-case letters, digits or dashes"),
    z.strictObject({
      public: z.boolean(),
      /** In bytes. */
      fileSizeLimit: z.int().positive().optional(),
      allowedMimeTypes: z
        .array(z.string().regex(/^[\w.+-]+\/[\w.+*-]+$/, "expected a type such as image/png"))
        .optional(),
    }),
  ),
});

export { redis } from "./redis-tier.ts";

const currency = z.string().regex(/^[a-z]{3}$/, "expected a lower-case ISO code, for example eur");

/** Payments: webhook endpoints and the catalogue on Stripe. */
export const stripe = z.strictObject({
  /** Events of the platform's own account. */
  events: stripeEvents("platform", "charge.refunded"),
  webhookPath: path.default("/webhooks/stripe"),
  /** Events of connected accounts; Stripe sends those to an endpoint of their own. `false`: no Connect. */
  connect: z.union([
    z.literal(false),
    z.strictObject({
      events: stripeEvents("connected", "account.updated"),
      webhookPath: path.default("/webhooks/stripe/connect"),
    }),
  ]),
  /** Endpoints of the same addresses, made by somebody else, that ours follow: see docs/providers.md. */
  besides: z.array(z.string().regex(/^we_\w+$/, "expected the id of an endpoint: we_…")).default([]),
  /** Stands before each price's lookup key. Stacks that share an account and mode (dev and staging do) need different ones. */
  lookupPrefix: z
    .string()
    .regex(/^[a-z0-9_-]{0,40}$/, "expected at most 40 lower-case letters, digits, dashes or underscores")
    .default(""),
  /** What is sold, by a name of ours. Amounts are in the currency's smallest unit. */
  products: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/, "expected lower-case letters, digits or dashes"),
      z.strictObject({
        name: z.string().min(1).max(250),
        description: z.string().min(1).optional(),
        prices: z.record(
          z.string().regex(/^[a-z][a-z0-9-]*$/, "expected lower-case letters, digits or dashes"),
          z.strictObject({
            currency,
            unitAmount: z.int().min(0),
            /** Left out, the price is paid once. */
            interval: z.enum(["day", "week", "month", "year"]).optional(),
          }),
        ),
      }),
    )
    .default({}),
});

/** Mail: a server on Postmark. */
export const mail = z.strictObject({
  /** `Sandbox` accepts mail and delivers none. Postmark cannot change it later. */
  deliveryType: z.enum(["Live", "Sandbox"]),
  /** Id of the stream that the application sends on. */
  stream: z
    .string()
    .regex(
      /^(?!pm-)[a-z][a-z0-9_-]{0,29}$/,
      "expected a lower-case stream id of at most 30 characters, not starting with pm-",
    ),
  /** Bounces and spam complaints are reported to the API at this path. `false`: they are not. */
  webhookPath: z.union([z.literal(false), path]),
  /** `own`: this stack makes `domains.mail` at Postmark. Domains belong to the account, so one stack of an account may. */
  domain: z.enum(["own", "existing"]).default("existing"),
  /** A folder of this checkout with a folder for each template; Postmark judges each before it is written. */
  templates: z
    .string()
    .regex(/^(?!.*\.\.)[\w@-][\w@.-]*(\/[\w@.-]+)*$/, "expected a folder of this checkout, for example mail/templates")
    .optional(),
});
