import type { Environment } from "../../src/config/environments.ts";

/** What the design says of one value, told by a person who looked at it, and by no code. */
export type Judgement = "fine" | "invalid" | "forbidden";
type PerEnvironment = Readonly<Record<Environment, Judgement>>;

const fine: PerEnvironment = { dev: "fine", staging: "fine", prod: "fine" };
const invalid: PerEnvironment = { dev: "invalid", staging: "invalid", prod: "invalid" };
const notInProd: PerEnvironment = { ...fine, prod: "forbidden" };
const inProdAlone: PerEnvironment = { dev: "forbidden", staging: "forbidden", prod: "fine" };
const inDevAlone: PerEnvironment = { dev: "fine", staging: "forbidden", prod: "forbidden" };

type Values = Readonly<Record<string, PerEnvironment>>;

const all = (judgement: PerEnvironment, ...values: string[]): Values =>
  Object.fromEntries(values.map((value) => [value, judgement]));

/** Values that more than one secret can have. */
const SHARED = {
  text: "Zq8vN3kT1xLw7RbYc5GfHd2MjPs9Ua4E",
  long: "b7Xk-2Qw9_Lm4Rt8Vn1Zc6Hd3Jf5Gs0Py-Ue_Ai7Ok2Tq9W",
  hex: "4f9c27e1b8063ad5f1e27c94b0a86d35e9427f1c8b3650da7f42c1e89b056d3a",
  signing: "whsec_Q7v2Lk9TnXw4Rb8YcFz1",
  issued: "rk_live_51Qd7vKx2LmTn9Rw",
};

const RANDOM: Values = {
  ...all(fine, SHARED.text, SHARED.long, SHARED.hex, "k3Jd-92Lq_xTz7Vb1Rm5Wc8Ny4Hp6Gf0Su"),
  ...all(invalid, "Zq8vN3kT1xLw7RbYc5GfHd2MjPs9Ua4", "abcdabcdabcdabcdabcdabcdabcdabcd", "a".repeat(40)),
  ...all(invalid, "changeme-changeme-changeme-changeme", "my-super-secret-production-password-2026!"),
  ...all(invalid, "<put thirty-two or more characters here>", "0123456789012345678901234567890123456789"),
};

/** Of each of the application's variables, values and what design.md, section 5, says of them. */
export const VALUES: Readonly<Record<string, Values>> = {
  NODE_ENV: {
    production: fine,
    ...all(inDevAlone, "development", "test"),
    ...all(invalid, "prod", "Production", "changeme"),
  },
  ADAPTERS_PRESET: { real: fine, mock: notInProd, ...all(invalid, "REAL", "fake", "...") },
  API_PORT: { ...all(fine, "3001", "1", "65535"), ...all(invalid, "0", "65536", "80.5", "-1", "http", " 80") },
  LOG_LEVEL: {
    ...all(fine, "trace", "debug", "info", "warn", "error", "fatal", "silent"),
    ...all(invalid, "INFO", "verbose", "warning", "todo"),
  },
  DATABASE_URL: {
    ...all(fine, "postgresql://app:pw@db.mais.app:5432/mais", "postgres://app:pw@10.0.0.5/mais"),
    ...all(notInProd, "postgresql://app@localhost/mais", "postgresql://app@127.0.0.1:5432/mais"),
    ...all(invalid, "mysql://app@db.mais.app/mais", "postgresql://db.mais.app", "postgresql://db.mais.app:5432/"),
    ...all(invalid, "db.mais.app/mais", "postgresql:///mais", "postgresql://your-user:pw@db.mais.app/mais"),
  },
  DATABASE_POOL_SIZE: {
    ...all(fine, "1", "5", "20", "44", "45", "1000"),
    ...all(invalid, "0", "five", "2.5", "-5"),
  },
  CORS_ORIGIN: {
    ...all(fine, "https://app.mais.app", "https://a.mais.app, https://b.mais.app:8443"),
    ...all(notInProd, "*", "http://app.mais.app", "http://localhost:5173", "https://*.mais.app", "https://localhost"),
    ...all(invalid, "app.mais.app", "https://app.mais.app/", "https://app.mais.app/path", "ftp://app.mais.app"),
  },
  JWT_SECRET: RANDOM,
  BOOKING_TOKEN_SECRET: RANDOM,
  TENANT_SECRETS_ENCRYPTION_KEY: {
    ...all(fine, SHARED.hex, "4F9C27E1B8063AD5F1E27C94B0A86D35E9427F1C8B3650DA7F42C1E89B056D3B"),
    ...all(invalid, SHARED.hex.slice(1), `${SHARED.hex}0`, `g${SHARED.hex.slice(1)}`, "0".repeat(64)),
    ...all(invalid, "0123456789abcdef".repeat(4), "deadbeef".repeat(8), "changeme", SHARED.text),
  },
  STRIPE_SECRET_KEY: {
    ...all(notInProd, "sk_test_51Qd7vKx2LmTn9Rw", "rk_test_51Qd7vKx2LmTn9Rw"),
    ...all(inProdAlone, "sk_live_51Qd7vKx2LmTn9Rw", SHARED.issued),
    ...all(invalid, "pk_live_51Qd7vKx2LmTn9Rw", "sk_live_...", "sk_test_xxxxxxxxxxxx", "51Qd7vKx2LmTn9Rw"),
    ...all(invalid, "sk_prod_51Qd7vKx2LmTn9Rw", "sk_live_", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
  },
  STRIPE_WEBHOOK_SECRET: {
    ...all(fine, SHARED.signing, "whsec_9TnXw4Rb8YcFz1Q7v2Lk"),
    ...all(invalid, "whsec_...", "whsec_xxxxxxxxxxxx", "we_1Qd7vKx2LmTn9Rw", "whsec"),
  },
  POSTMARK_SERVER_TOKEN: {
    ...all(fine, "8f2c1d7e-4b3a-4c69-9e05-7a1b2c3d4e5f", SHARED.signing, SHARED.long, SHARED.issued, SHARED.hex),
    ...all(invalid, "your-server-token", "changeme", "xxxx", "TODO", "POSTMARK_SERVER_TOKEN"),
  },
  SENTRY_DSN: {
    ...all(fine, "https://4f9c27e1b806@o42.ingest.sentry.io/7", "https://4f9c27e1b806@localhost/7"),
    ...all(invalid, "http://4f9c27e1b806@o42.ingest.sentry.io/7", "https://o42.ingest.sentry.io/7"),
    ...all(invalid, "https://4f9c27e1b806@o42.ingest.sentry.io/app", "sentry", "https://<key>@sentry.io/1"),
  },
};
