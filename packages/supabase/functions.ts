import { defineFunction } from "@mais/provider-kit";
import { z } from "zod";
import type { Supabase } from "./client.ts";
import { SERVICES } from "./placement.ts";

const ref = z.string().regex(/^[a-z]{20}$/, "must be a project ref: 20 lowercase letters");
const inputs = { projectRef: ref };

/** Connection strings of the primary database's pooler, by pool mode, with `[YOUR-PASSWORD]` where the password goes. */
export const getPooler = defineFunction("supabase:index/getPooler:getPooler", {
  inputs,
  outputs: { projectRef: z.string(), url: z.record(z.string(), z.string()) },
  async run(api: Supabase, { projectRef }, { signal }) {
    const entries = await api.database.poolers(projectRef, signal);
    return { projectRef, url: Object.fromEntries(entries.map(({ mode, url }) => [mode, url])) };
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
    const { secretKey: _theDefault, ...keys } = await api.apiKeys.summary(projectRef, signal);
    return { projectRef, ...keys };
  },
});

/** How a project and its services are. A project that is paused or coming up has a status and no services to ask. */
export const getHealth = defineFunction("supabase:index/getHealth:getHealth", {
  inputs: {
    ...inputs,
    /** Which to ask. @defaultValue all of them */
    services: z.array(z.enum(SERVICES)).min(1).optional(),
  },
  outputs: {
    projectRef: z.string(),
    /** `ACTIVE_HEALTHY`, `INACTIVE` (paused), `COMING_UP` and others. */
    status: z.string(),
    /** The project is up and every service that was asked is healthy. */
    healthy: z.boolean(),
    services: z.array(z.object({ name: z.string(), status: z.string(), error: z.string().optional() })),
  },
  async run(api: Supabase, { projectRef, services = [...SERVICES] }, { signal }) {
    const { status } = await api.getProject(projectRef, signal);
    const isUp = status === "ACTIVE_HEALTHY";
    const found = isUp ? await api.health(projectRef, services, signal) : [];
    return {
      ...{ projectRef, status, services: found },
      healthy: isUp && found.every((service) => service.status === "ACTIVE_HEALTHY"),
    };
  },
});

/** What a project can be restored from. Backups hold the database alone: no objects of its buckets. */
export const listBackups = defineFunction("supabase:index/listBackups:listBackups", {
  inputs,
  outputs: {
    projectRef: z.string(),
    /** Daily backups give way to point-in-time recovery, and the list is then empty. */
    pointInTime: z.boolean(),
    /** The range of a point-in-time restore, in seconds since 1970. */
    earliestUnix: z.number().optional(),
    latestUnix: z.number().optional(),
    backups: z.array(z.object({ id: z.number(), status: z.string(), physical: z.boolean(), insertedAt: z.string() })),
  },
  async run(api: Supabase, { projectRef }, { signal }) {
    const { pointInTime, earliest, latest, backups } = await api.database.backups(projectRef, signal);
    return { projectRef, pointInTime, earliestUnix: earliest, latestUnix: latest, backups };
  },
});

/** A project's preview branches, without the default one; none where branching is off. */
export const getBranch = defineFunction("supabase:index/getBranch:getBranch", {
  inputs: { parentProjectRef: ref },
  outputs: {
    parentProjectRef: z.string(),
    branches: z.array(z.object({ id: z.string(), gitBranch: z.string().optional(), projectRef: z.string() })),
  },
  async run(api: Supabase, { parentProjectRef }, { signal }) {
    return { parentProjectRef, branches: await api.database.branches(parentProjectRef, signal) };
  },
});
