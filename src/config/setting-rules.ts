import type { Environment } from "./environments.ts";
import type { SettingFault } from "./read-settings.ts";
import { type DraftSettings, hasTier, type Tier } from "./settings.ts";
import { SUPABASE_CONNECTIONS } from "./vendor-terms.ts";

type Account = keyof NonNullable<DraftSettings["accounts"]>;

const ACCOUNTS: readonly { name: Account; tiers: readonly Tier[]; vendor: string }[] = [
  { name: "renderOwner", tiers: ["api", "worker", "cron"], vendor: "Render" },
  { name: "vercelTeam", tiers: ["web"], vendor: "Vercel" },
  { name: "supabaseOrganization", tiers: ["database", "storage"], vendor: "Supabase" },
  { name: "upstashEmail", tiers: ["redis"], vendor: "Upstash" },
  { name: "stripeAccount", tiers: ["stripe"], vendor: "Stripe" },
];

/** What settings demand of each other. A setting that is at fault by itself is not judged again. */
export function findSettingFaults(settings: DraftSettings, environment: Environment): SettingFault[] {
  return [
    ...missingAccounts(settings),
    ...repositoryFaults(settings),
    ...mailFaults(settings, environment),
    ...storageFaults(settings),
    ...poolerFaults(settings),
  ];
}

/** Without the account's id, a token of another account would build the stack there. */
function missingAccounts(settings: DraftSettings): SettingFault[] {
  const { accounts, target } = settings;
  if (target !== "live" || !accounts) return [];
  const needed = ACCOUNTS.filter(({ tiers }) => tiers.some((tier) => hasTier(settings, tier)));
  return needed
    .filter(({ name }) => !accounts[name])
    .map(({ name, vendor }) => ({
      path: `accounts.${name}`,
      kind: "missing",
      rule: `expected the ${vendor} account that the stack may touch`,
    }));
}

function repositoryFaults({ repository, target }: DraftSettings): SettingFault[] {
  if (target !== "live" || !repository || repository.url.startsWith("https://")) return [];
  const rule = "expected https://…: only the sandbox can deploy a folder of this checkout";
  return [{ path: "repository.url", kind: "forbidden", rule }];
}

function mailFaults({ mail, domains }: DraftSettings, environment: Environment): SettingFault[] {
  if (!mail) return [];
  const faults: SettingFault[] = [];
  if (domains && !domains.mail) {
    faults.push({ path: "domains.mail", kind: "missing", rule: "expected the domain that mail is sent from" });
  }
  if (environment === "prod" && mail.deliveryType !== "Live") {
    const rule = "expected Live: a Sandbox server accepts mail and delivers none";
    faults.push({ path: "mail.deliveryType", kind: "forbidden", rule });
  }
  return faults;
}

function storageFaults({ storage, database }: DraftSettings): SettingFault[] {
  if (!storage) return [];
  if (database === false) {
    const rule = "expected false: buckets live in the database's project, and database is left out";
    return [{ path: "storage", kind: "conflict", rule }];
  }
  const limit = storage.fileSizeLimit ?? DEFAULT_OBJECT_LIMIT;
  const tooLarge = Object.entries(storage.buckets).filter(([, { fileSizeLimit = 0 }]) => fileSizeLimit > limit);
  return tooLarge.map(([name]) => ({
    path: `storage.buckets.${name}.fileSizeLimit`,
    kind: "conflict",
    rule: `expected at most ${limit}, which no bucket may exceed: raise storage.fileSizeLimit first`,
  }));
}

/** What Supabase sets for a new project: 50 MiB. https://supabase.com/docs/guides/storage/uploads/file-limits */
const DEFAULT_OBJECT_LIMIT = 52_428_800;

/** The pooler's connections and the direct ones come from the same few that Postgres has. */
function poolerFaults({ database }: DraftSettings): SettingFault[] {
  if (!database || database.poolerConnections === undefined) return [];
  const { direct } = SUPABASE_CONNECTIONS[database.size ?? "micro"];
  const left = direct - database.directConnections;
  if (database.poolerConnections <= left) return [];
  const rule = `expected at most ${left}: a database of this size has ${direct} connections, less directConnections`;
  return [{ path: "database.poolerConnections", kind: "conflict", rule }];
}
