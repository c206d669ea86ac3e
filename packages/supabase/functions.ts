import { defineFunction } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";

const inputs = { projectRef: z.string().regex(/^[a-z]{20}$/, "must be a project ref: 20 lowercase letters") };

/** Connection strings of the primary database's pooler, by pool mode, with `[YOUR-PASSWORD]` where the password goes. */
export const getPooler = defineFunction("supabase:index/getPooler:getPooler", {
  inputs,
  outputs: { projectRef: z.string(), url: z.record(z.string(), z.string()) },
  async run(api: Supabase, { projectRef }, { signal }) {
    return { projectRef, url: await api.poolerUrls(projectRef, signal) };
  },
});

/** A project's API keys: the legacy ones, the default publishable one, and every secret one. */
export const getApikeys = defineFunction("supabase:index/getApikeys:getApikeys", {
  inputs,
  outputs: {
    projectRef: z.string(),
    anonKey: z.string().optional(),
    serviceRoleKey: z.string().optional(),
    publishableKey: z.string().optional(),
    secretKeys: z.array(z.object({ name: z.string(), apiKey: z.string() })),
  },
  secrets: ["anonKey", "serviceRoleKey", "publishableKey", "secretKeys"],
  async run(api: Supabase, { projectRef }, { signal }) {
    const { anonKey, serviceRoleKey, publishableKey, secretKeys } = await api.keys(projectRef, signal);
    return { projectRef, anonKey, serviceRoleKey, publishableKey, secretKeys };
  },
});
