import type * as pulumi from "@pulumi/pulumi";
import { DatabaseTier } from "../src/components/database-tier.ts";
import type { Receipt } from "../src/config/receipts.ts";
import type { Context } from "./configure.ts";
import type { Secrets } from "./secrets.ts";
import type { Values } from "./wire.ts";

const PASSWORD_LENGTH = 40;

export function database(
  context: Context,
  secrets: Secrets,
): { variables: Values; ids: Record<string, pulumi.Output<string>> } {
  const { settings, environment, variables } = context.configuration;
  if (!settings.database) return { variables: {}, ids: {} };
  const { database: wanted, storage, accounts, regions, receipts } = settings;
  const passwordGeneration = raised(wanted.passwordGeneration, receipts.DATABASE_URL);
  const tier = new DatabaseTier(
    "database",
    {
      ...{ ...wanted, passwordGeneration },
      projectName: context.nameOf("database"),
      organization: accounts.supabaseOrganization ?? "",
      region: regions.supabase,
      pointInTimeDays: wanted.pointInTimeDays ?? 0,
      password: secrets.make("database-password", PASSWORD_LENGTH, passwordGeneration),
      poolSize: Number(variables.get("DATABASE_POOL_SIZE")?.value),
      storage: storage
        ? { ...storage, keyGeneration: raised(storage.keyGeneration, receipts.SUPABASE_SECRET_KEY) }
        : undefined,
      keep: settings.protect && environment !== "dev",
      replaceData: settings.replaceData,
    },
    { providers: [context.provider("supabase")] },
  );
  const { url, directUrl, apiUrl, secretKey, projectRef } = tier;
  const objects: Values = secretKey ? { SUPABASE_URL: apiUrl, SUPABASE_SECRET_KEY: secretKey } : {};
  return {
    variables: { DATABASE_URL: url, DIRECT_URL: directUrl, ...objects },
    ids: { supabaseProject: projectRef },
  };
}

/** A renewal counts on top of the setting: either one, raised, gives another value. */
function raised(generation: number, receipt: Receipt | undefined): number {
  return generation + (receipt?.generation ?? 1) - 1;
}
