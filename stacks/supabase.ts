import type * as pulumi from "@pulumi/pulumi";
import { DatabaseTier } from "../src/components/database-tier.ts";
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
  const { database: wanted, storage, accounts, regions } = settings;
  const tier = new DatabaseTier(
    "database",
    {
      ...wanted,
      projectName: context.nameOf("database"),
      organization: accounts.supabaseOrganization ?? "",
      region: regions.supabase,
      pointInTimeDays: wanted.pointInTimeDays ?? 0,
      password: secrets.make("database-password", PASSWORD_LENGTH, wanted.passwordGeneration),
      poolSize: Number(variables.get("DATABASE_POOL_SIZE")?.value),
      storage: storage || undefined,
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
