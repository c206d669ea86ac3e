import { defineProvider, PLUGIN_VERSION, Refused } from "@mais/provider-kit";
import { z } from "zod";
import { ApiObject } from "./api-object.ts";
import { Apikey } from "./apikey.ts";
import { Bucket } from "./bucket.ts";
import { Supabase, type SupabaseConfig } from "./client.ts";
import { DatabaseRole } from "./database-role.ts";
import { getApikeys, getBranch, getHealth, getPooler, listBackups } from "./functions.ts";
import { Project } from "./project.ts";
import { Settings } from "./settings.ts";

export const provider = defineProvider<Supabase, SupabaseConfig>({
  name: "supabase",
  title: "Supabase",
  version: PLUGIN_VERSION,
  baseUrl: "https://api.supabase.com",
  sandboxPath: "/supabase",
  config: {
    /** The slug of the one organization that this instance may work in. */
    organization: z.string().optional(),
  },
  credentials: {
    SUPABASE_ACCESS_TOKEN: {
      about: "Manages Supabase projects",
      getIt: "https://supabase.com/dashboard/account/tokens",
      live: /^sbp_(oauth_)?[a-f0-9]{40}$/,
    },
  },
  connect: (connection) => new Supabase(connection),
  async verifyAccount(api, { organization }, signal) {
    if (organization === undefined) return;
    const reached = await api.organizations(signal);
    if (reached.includes(organization)) return;
    throw new Refused(
      `SUPABASE_ACCESS_TOKEN does not reach the organization "${organization}" ` +
        `(it reaches: ${reached.join(", ") || "none"}). Use a token of one of its members, or correct the organization`,
    );
  },
  resources: [Project, Settings, Apikey, Bucket, DatabaseRole, ApiObject],
  invokes: [getPooler, getApikeys, getHealth, listBackups, getBranch],
});
