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
  const tier = new DatabaseTier(
    "database",
    {
      projectName: context.nameOf("database"),
      organization: settings.accounts.supabaseOrganization ?? "",
      region: settings.regions.supabase,
      size: settings.database.size,
      password: secrets.make("database-password", PASSWORD_LENGTH),
      poolSize: Number(variables.get("DATABASE_POOL_SIZE")?.value),
      enforceSsl: settings.database.enforceSsl,
      buckets: settings.storage ? settings.storage.buckets : {},
      keep: settings.protect && environment !== "dev",
    },
    { providers: [context.provider("supabase")] },
  );
  const { url, directUrl, apiUrl, secretKey, projectRef } = tier;
  return {
    variables: { DATABASE_URL: url, DIRECT_URL: directUrl, SUPABASE_URL: apiUrl, SUPABASE_SECRET_KEY: secretKey },
    ids: { supabaseProject: projectRef },
  };
}
