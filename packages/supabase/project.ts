import type { Call, Found, UpdateCall } from "@mais/provider-kit";
import { defineResource, orAbsent, PartialFailure, Refused } from "@mais/provider-kit";
import { z } from "zod";
import type { LiveProject, Supabase } from "./client.ts";
import { milliseconds, timeouts } from "./duration.ts";
import { INSTANCE_SIZES, REGIONS } from "./placement.ts";
import { DEFAULT_LIMIT_MS, whenReady } from "./readiness.ts";

const inputs = {
  /** The organization's slug, as in `https://supabase.com/dashboard/org/<slug>`. A project cannot be moved by its settings. */
  organizationId: z.string().min(1),
  /** Shown in the dashboard; can be changed at any time. */
  name: z.string().min(1).max(256).optional(),
  /** Of the user `postgres`. Supabase never returns it. */
  databasePassword: z.string().min(4),
  /** Where the database lives, for good: `eu-central-1`. */
  region: z.enum(REGIONS),
  /** Compute size. Leave it out on the free plan, which refuses one; on paid plans Supabase then takes the smallest. */
  instanceSize: z.enum(INSTANCE_SIZES).optional(),
  /** Whether the JWT keys `anon` and `service_role` work. Supabase has announced their end. */
  legacyApiKeysEnabled: z.boolean().optional(),
  /** How long to wait for a healthy project: 10 minutes unless said otherwise. */
  timeouts,
};

const outputs = {
  /** `https://<ref>.supabase.co`, the base of the Data, Auth and Storage APIs. */
  url: z.string(),
  /** Direct connections; IPv6 only, unless the IPv4 add-on is on. */
  databaseHost: z.string(),
  databasePort: z.number(),
  databaseUser: z.string(),
  databaseName: z.string(),
  /** The shared pooler. `poolerPort` is transaction mode (no prepared statements), `sessionPoolerPort` session mode. */
  poolerHost: z.string(),
  poolerPort: z.number(),
  sessionPoolerPort: z.number(),
  poolerUser: z.string(),
  /** Legacy JWT keys; absent where Supabase no longer makes them. */
  anonKey: z.string().optional(),
  serviceRoleKey: z.string().optional(),
  /** The keys that replace them. */
  publishableKey: z.string().optional(),
  secretKey: z.string().optional(),
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Outputs = z.output<z.ZodObject<typeof outputs>>;

/** A Supabase project: Postgres with its pooler, Auth, Storage and APIs. Ready when it and all its services are healthy. */
export const Project = defineResource("supabase:index/project:Project", {
  inputs,
  outputs,
  secrets: ["databasePassword", "anonKey", "serviceRoleKey", "publishableKey", "secretKey"],
  replaceOn: ["organizationId", "region"],
  writeOnly: ["databasePassword", "timeouts"],
  autoName: { property: "name", maxLength: 256 },
  dataBearing: true,
  migration:
    "Make a second project in the wanted region or organization, copy the database (roles and Storage objects too), " +
    "switch the application over, then remove this one.",
  find,
  create,
  read: (api: Supabase, id, call) => readProject(api, id, call),
  update,
  delete: (api, id, { signal }) => api.deleteProject(id, signal),
});
export type Project = InstanceType<typeof Project>;

/** Supabase lets several projects bear one name, so the name is looked up before one is made. */
async function find(api: Supabase, { organizationId, name }: Inputs, { signal }: Call): Promise<Found[]> {
  const all = await api.listProjects(signal);
  return all
    .filter((project) => project.organizationId === organizationId && project.name === name && !isGone(project))
    .map(({ ref, createdAt }) => ({ id: ref, label: `Supabase project ${name}`, ...(createdAt ? { createdAt } : {}) }));
}

async function create(api: Supabase, wanted: Inputs, call: Call) {
  requireOwnOrganization(api, wanted.organizationId);
  const { name, organizationId, databasePassword, region, instanceSize } = wanted;
  const { ref } = await api.createProject(
    { name, organizationId, databasePassword, region, instanceSize },
    call.signal,
  );
  try {
    await whenReady(api, ref, { ...call, limitMs: limit(wanted.timeouts?.create) });
    if (wanted.legacyApiKeysEnabled !== undefined)
      await api.setLegacyKeysEnabled(ref, wanted.legacyApiKeysEnabled, call.signal);
    return { id: ref, ...(await present(api, ref, { ...call, inputs: wanted })) };
  } catch (error) {
    throw unfinished(ref, error);
  }
}

/** Runs whatever changed; with nothing changed it finishes a project that was left half-made. */
async function update(api: Supabase, ref: string, wanted: Inputs, call: UpdateCall<typeof inputs, typeof outputs>) {
  const { changed, signal } = call;
  const limitMs = limit(wanted.timeouts?.update);
  // One that was taken over from an interrupted run may still be coming up, and refuses changes until it is.
  const isUnready = changed.size === 0 || call.outputs.poolerHost === undefined;
  try {
    if (isUnready) await whenReady(api, ref, { ...call, limitMs });
    if (changed.has("name") && wanted.name !== undefined) await api.renameProject(ref, wanted.name, signal);
    if (changed.has("databasePassword")) await api.setDatabasePassword(ref, wanted.databasePassword, signal);
    if (changed.has("instanceSize")) await resize(api, ref, { size: wanted.instanceSize, call: { ...call, limitMs } });
    if ((isUnready || changed.has("legacyApiKeysEnabled")) && wanted.legacyApiKeysEnabled !== undefined)
      await api.setLegacyKeysEnabled(ref, wanted.legacyApiKeysEnabled, signal);
    return await present(api, ref, { ...call, inputs: wanted });
  } catch (error) {
    if (changed.size === 0) throw unfinished(ref, error);
    throw error;
  }
}

interface Resize {
  /** Undefined leaves the size as it is: the program stopped managing it. */
  size: string | undefined;
  call: Call & { limitMs: number };
}

async function resize(api: Supabase, ref: string, { size, call }: Resize): Promise<void> {
  if (size === undefined) return;
  const current = await api.instanceSize(ref, call.signal);
  if (current === size || (size === "nano" && current === undefined)) return;
  // There is no add-on for nano: it is what remains without one.
  if (size === "nano" && current) await api.removeInstanceSize(ref, current, call.signal);
  else await api.resize(ref, size, call.signal);
  await whenReady(api, ref, call);
}

type Reading = Pick<Call, "signal"> & { inputs: Partial<Inputs> | undefined; outputs?: Partial<Outputs> | undefined };

async function readProject(api: Supabase, ref: string, call: Reading) {
  const project = await orAbsent(api.getProject(ref, call.signal));
  if (!project || isGone(project)) return undefined;
  if (call.inputs === undefined) requireOwnOrganization(api, project.organizationId);
  return orAbsent(describe(api, project, call));
}

/** For a project that was just made or changed: its absence is an error. */
async function present(api: Supabase, ref: string, call: Reading) {
  const live = await readProject(api, ref, call);
  if (!live)
    throw new Refused(`Supabase project ${ref} vanished meanwhile. Run \`mais pulumi refresh\`, then try again`);
  return live;
}

async function describe(api: Supabase, project: LiveProject, { signal, inputs: known, outputs: before }: Reading) {
  const { ref, organizationId, name, region } = project;
  const asksLegacy = known === undefined || known.legacyApiKeysEnabled !== undefined;
  const [size, legacy, address] = await Promise.all([
    api.instanceSize(ref, signal),
    asksLegacy ? api.legacyKeysEnabled(ref, signal) : undefined,
    // What is not up has no pooler or keys to ask for; what state knows of them stays.
    project.status === "ACTIVE_HEALTHY" ? connection(api, project, signal) : before,
  ]);
  return {
    ...{ organizationId, name, region: region as Inputs["region"] },
    // Only a size that somebody wrote can be missing; a free project has none, and must not get one on import.
    instanceSize: (size ?? (known?.instanceSize ? "nano" : undefined)) as Inputs["instanceSize"],
    ...(legacy === undefined ? {} : { legacyApiKeysEnabled: legacy }),
    ...address,
  };
}

async function connection(api: Supabase, { ref, databaseHost }: LiveProject, signal: AbortSignal): Promise<Outputs> {
  const [{ secretKeys: _all, ...keys }, pooler] = await Promise.all([api.keys(ref, signal), api.pooler(ref, signal)]);
  if (!pooler) throw new Refused(`Supabase named no pooler for the primary database of project ${ref}`);
  return {
    url: `https://${ref}.supabase.co`,
    ...{ databaseHost, databasePort: 5432, databaseUser: "postgres", databaseName: pooler.database },
    // Both modes share the host; the API lists one of them only.
    ...{ poolerHost: pooler.host, poolerPort: 6543, sessionPoolerPort: 5432, poolerUser: pooler.user },
    ...keys,
  };
}

function isGone({ status }: LiveProject): boolean {
  return status === "REMOVED" || status === "GOING_DOWN";
}

function limit(duration: string | undefined): number {
  return duration ? milliseconds(duration) : DEFAULT_LIMIT_MS;
}

function requireOwnOrganization(api: Supabase, organizationId: string): void {
  if (!api.organization || api.organization === organizationId) return;
  throw new Refused(
    `The project belongs to organization "${organizationId}", this provider to "${api.organization}". ` +
      "Set both to the same organization, or give the project a provider of its own",
  );
}

/** The project exists: it keeps its id, and the next run finishes it. */
function unfinished(ref: string, error: unknown): PartialFailure {
  const reason = error instanceof Error ? error.message : String(error);
  const advice = "The project exists and stays in state; run the same command again to finish it";
  return new PartialFailure(ref, { url: `https://${ref}.supabase.co` }, [`${reason}. ${advice}`], { cause: error });
}
