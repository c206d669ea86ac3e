import { accepted } from "./rotation.js";

/** What the API needs from its environment, and how each value must look. A problem names the variable, never its value. */

const always = {
  NODE_ENV: ["development, test or production", (value) => /^(development|test|production)$/.test(value)],
  DATABASE_URL: ["a postgresql:// URL with host and database", isDatabaseUrl],
  JWT_SECRET: ["32 characters or more", (value) => value.length >= 32],
  BOOKING_TOKEN_SECRET: ["32 characters or more", (value) => value.length >= 32],
};

const credentials = {
  STRIPE_SECRET_KEY: ["a key of the form sk_live_…, sk_test_…, rk_live_… or rk_test_…", isStripeKey],
  STRIPE_WEBHOOK_SECRET: ["a secret of the form whsec_…", (value) => /^whsec_\S+$/.test(value)],
  POSTMARK_SERVER_TOKEN: ["a server token", (value) => value.trim() !== ""],
};

const isRedisUrl = (value) => /^rediss?:\/\/\S+$/.test(value) && URL.canParse(value);
const where = {
  DIRECT_URL: ["a postgresql:// URL with host and database", isDatabaseUrl],
  REDIS_URL: ["a redis:// or rediss:// URL", isRedisUrl],
  REDIS_QUEUE_URL: ["a redis:// or rediss:// URL", isRedisUrl],
  TENANT_SECRETS_ENCRYPTION_KEY: ["64 hexadecimal digits", (value) => /^[0-9a-f]{64}$/i.test(value)],
};

/** Whose fingerprints are told to whoever may know them. */
export const SECRETS = [
  ...["DATABASE_URL", "JWT_SECRET", "BOOKING_TOKEN_SECRET", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"],
  ...["STRIPE_CONNECT_WEBHOOK_SECRET", "POSTMARK_SERVER_TOKEN", "POSTMARK_WEBHOOK_PASSWORD", "SENTRY_DSN"],
  ...["REDIS_URL", "REDIS_QUEUE_URL", "DIRECT_URL", "SUPABASE_SECRET_KEY", "TENANT_SECRETS_ENCRYPTION_KEY"],
  ...["GOOGLE_CLIENT_SECRET", "MAIS_FINGERPRINT_TOKEN"],
];

/**
 * @typedef {object} Settings
 * @property {string} adapters
 * @property {number} port
 * @property {string | undefined} databaseUrl Undefined as well where it has the wrong form.
 * @property {string | undefined} migrationUrl Of a user that may make tables; the application's own may not.
 * @property {string | undefined} queueUrl
 * @property {string[]} sessionSecrets The one to sign with, and the one before it while a rotation is under way.
 * @property {string[]} bookingSecrets
 * @property {string[]} stripeSecrets
 * @property {number} poolSize
 * @property {Set<string>} given The variables that have a value.
 * @property {{ variable: string, message: string }[]} problems
 */

/**
 * @param {Record<string, string | undefined>} env
 * @returns {Settings}
 */
export function readSettings(env) {
  const adapters = env.ADAPTERS_PRESET || "mock";
  const required = adapters === "real" ? { ...always, ...credentials } : always;
  const optional = adapters === "real" ? where : { ...where, ...credentials };
  const problems = [...judge(env, required, true), ...judge(env, optional, false)];
  if (Boolean(env.GOOGLE_CLIENT_ID) !== Boolean(env.GOOGLE_CLIENT_SECRET)) {
    const variable = env.GOOGLE_CLIENT_ID ? "GOOGLE_CLIENT_SECRET" : "GOOGLE_CLIENT_ID";
    problems.push({
      variable,
      message: "missing; the calendar needs GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or neither",
    });
  }
  if (!["mock", "real"].includes(adapters))
    problems.push({ variable: "ADAPTERS_PRESET", message: "expected mock or real" });
  const sound = (variable) =>
    problems.some((each) => each.variable === variable) ? undefined : env[variable] || undefined;
  return {
    adapters,
    // Render says where to listen with PORT; elsewhere it is API_PORT.
    port: Number(env.PORT || env.API_PORT || 3001),
    databaseUrl: sound("DATABASE_URL"),
    migrationUrl: sound("DIRECT_URL"),
    queueUrl: sound("REDIS_QUEUE_URL") ?? sound("REDIS_URL"),
    sessionSecrets: accepted(env, "JWT_SECRET"),
    bookingSecrets: accepted(env, "BOOKING_TOKEN_SECRET"),
    stripeSecrets: accepted(env, "STRIPE_WEBHOOK_SECRET"),
    poolSize: Number(env.DATABASE_POOL_SIZE) || 5,
    given: new Set(Object.keys(env).filter((variable) => env[variable])),
    problems,
  };
}

function judge(env, rules, required) {
  return Object.entries(rules).flatMap(([variable, [expected, holds]]) => {
    const value = env[variable];
    if (!value) return required ? [{ variable, message: `missing; expected ${expected}` }] : [];
    return holds(value) ? [] : [{ variable, message: `expected ${expected}` }];
  });
}

function isStripeKey(value) {
  return /^(sk|rk)_(live|test)_\w+$/.test(value);
}

function isDatabaseUrl(value) {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { hostname, pathname } = new URL(value);
  return hostname !== "" && pathname.length > 1;
}
