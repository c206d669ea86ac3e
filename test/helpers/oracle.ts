import type { Environment } from "../../src/config/environments.ts";
import { VALUES } from "./oracle-values.ts";

/** A configuration as the oracle sees it. */
export interface OracleInput {
  environment: Environment;
  /** What is given, after who wins over whom; blank is absent. */
  given: ReadonlyMap<string, string>;
  /** Left out: a file judged alone, where nothing but the file gives a value. */
  stack?: OracleStack;
}

export interface OracleStack {
  tiers: ReadonlySet<string>;
  /** The database is there from an earlier run, and whether its encryption key is in the state. */
  before?: { database: boolean; key: boolean };
  /** Secrets of another environment. */
  elsewhere: ReadonlySet<string>;
  /** Pools: DATABASE_POOL_SIZE times this must not pass the pooler's clients. */
  processes: number;
  poolerClients: number;
}

interface Line {
  /** Where it must be there although nothing else says so. */
  required: "everywhere" | "prod" | "nowhere";
  fallback?: string;
  secret?: "apart" | "may repeat here" | "may repeat anywhere";
  usedBy: string;
  /** The tier whose resource has it; `made up` by the stack, or following from a setting. */
  from?: string;
}

/** design.md, section 5, and the tables of docs/variables.md, as a person reads them. Order is the tables'. */
const TABLE: Readonly<Record<string, Line>> = {
  NODE_ENV: { required: "everywhere", usedBy: "api worker cron" },
  ADAPTERS_PRESET: { required: "nowhere", fallback: "mock", usedBy: "api worker cron" },
  API_PORT: { required: "nowhere", fallback: "3001", usedBy: "api" },
  LOG_LEVEL: { required: "nowhere", fallback: "info", usedBy: "api worker cron" },
  DATABASE_URL: { required: "everywhere", secret: "may repeat here", usedBy: "api worker cron", from: "database" },
  DATABASE_POOL_SIZE: { required: "nowhere", fallback: "5", usedBy: "api worker cron" },
  CORS_ORIGIN: { required: "nowhere", fallback: "http://localhost:5173", usedBy: "api", from: "a setting" },
  JWT_SECRET: { required: "everywhere", secret: "apart", usedBy: "api", from: "made up" },
  BOOKING_TOKEN_SECRET: { required: "everywhere", secret: "apart", usedBy: "api worker", from: "made up" },
  TENANT_SECRETS_ENCRYPTION_KEY: { required: "prod", secret: "apart", usedBy: "api worker", from: "made up once" },
  STRIPE_SECRET_KEY: { required: "prod", secret: "apart", usedBy: "api worker" },
  STRIPE_WEBHOOK_SECRET: { required: "prod", secret: "apart", usedBy: "api", from: "stripe" },
  POSTMARK_SERVER_TOKEN: { required: "prod", secret: "apart", usedBy: "api worker", from: "mail" },
  SENTRY_DSN: { required: "prod", secret: "may repeat anywhere", usedBy: "api worker cron web" },
};

export const APPLICATION_VARIABLES = Object.keys(TABLE);

const NEEDED_BY_REAL_ADAPTERS = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "POSTMARK_SERVER_TOKEN"];

/** Each variable at fault with the kind of its problem: `JWT_SECRET missing`, in order. */
export function oracle(input: OracleInput): string[] {
  const kinds = new Map<string, string>();
  for (const [name, line] of Object.entries(TABLE)) {
    const kind = ofItself(name, line, input);
    if (kind) kinds.set(name, kind);
  }
  for (const name of NEEDED_BY_REAL_ADAPTERS) {
    const isAbsent = givenValue(name, input) === undefined && !isSupplied(TABLE[name], input);
    if (givenValue("ADAPTERS_PRESET", input) === "real" && isAbsent) kinds.set(name, "missing");
  }
  const conflicts = [...repeated(input, kinds), ...overdrawn(input)];
  return [...[...kinds].map(([name, kind]) => `${name} ${kind}`), ...conflicts].sort();
}

function ofItself(name: string, line: Line, input: OracleInput): string | undefined {
  const { environment } = input;
  const value = givenValue(name, input);
  if (value !== undefined) return judged(name, value, environment);
  if (!isWanted(line, input)) return undefined;
  if (isSupplied(line, input)) return undefined;
  if (line.from === "made up once" && input.stack) return "missing";
  if (line.fallback !== undefined) return judged(name, line.fallback, environment);
  const isRequired = line.required === "everywhere" || (line.required === "prod" && environment === "prod");
  return isRequired ? "missing" : undefined;
}

function givenValue(name: string, { given }: OracleInput): string | undefined {
  const value = given.get(name);
  return value === undefined || value.trim() === "" ? undefined : value;
}

function judged(name: string, value: string, environment: Environment): string | undefined {
  const judgement = VALUES[name]?.[value]?.[environment];
  if (!judgement) throw new Error(`nobody has judged this value of ${name}`);
  return judgement === "fine" ? undefined : judgement;
}

function isWanted({ usedBy }: Line, { stack }: OracleInput): boolean {
  return !stack || usedBy.split(" ").some((surface) => stack.tiers.has(surface));
}

function isSupplied(line: Line | undefined, { stack }: OracleInput): boolean {
  if (!stack || !line?.from) return false;
  if (line.from === "made up once") return !stack.before?.database || stack.before.key;
  return line.from === "made up" || line.from === "a setting" || stack.tiers.has(line.from);
}

/** Secrets differ from each other and between environments; one that is at fault already is not compared. */
function repeated(input: OracleInput, kinds: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const [name, { secret }] of Object.entries(TABLE)) {
    const value = givenValue(name, input);
    if (!secret || value === undefined || kinds.has(name)) continue;
    const repeatsHere = secret === "apart" && seen.has(value);
    const repeatsElsewhere = secret !== "may repeat anywhere" && input.stack?.elsewhere.has(value);
    if (repeatsHere || repeatsElsewhere) found.add(`${name} conflict`);
    if (secret === "apart") seen.add(value);
  }
  return found;
}

/** Pool size × instances × processes within the pooler's limit. */
function overdrawn(input: OracleInput): string[] {
  if (!input.stack?.tiers.has("database")) return [];
  const poolSize = Number(givenValue("DATABASE_POOL_SIZE", input) ?? "5");
  return poolSize * input.stack.processes > input.stack.poolerClients ? ["DATABASE_POOL_SIZE conflict"] : [];
}
