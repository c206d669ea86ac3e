import type { Call, Found, UpdateCall } from "@mais/provider-kit";
import { defineResource, orAbsent, PartialFailure, Refused } from "@mais/provider-kit";
import type { LiveProject, Supabase } from "./client.ts";
import { poolerAddress } from "./pooler-address.ts";
import { ADD_ON_INPUTS, addOnInputs, settleAddOns, type WantedAddOns } from "./project-add-ons.ts";
import { check, type Inputs, inputs, type Outputs, outputs } from "./project-inputs.ts";
import { requireUsable, trouble } from "./project-status.ts";
import { waitLimit, whenReady } from "./readiness.ts";

/** A Supabase project: Postgres with its pooler, Auth, Storage and APIs. Ready when it and all its services are healthy. */
export const Project = defineResource("supabase:index/project:Project", {
  inputs,
  outputs,
  secrets: ["databasePassword", "anonKey", "serviceRoleKey", "publishableKey", "secretKey"],
  replaceOn: ["organizationId", "region"],
  writeOnly: ["databasePassword", "databasePasswordGeneration", "waitForServices", "timeouts"],
  unordered: ["waitForServices"],
  autoName: { property: "name", maxLength: 256 },
  dataBearing: true,
  migration:
    "Make a second project in the wanted region or organization, copy the database (roles and Storage objects too), " +
    "switch the application over, then remove this one.",
  check,
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
    .map(({ ref, status, createdAt }) => ({
      id: ref,
      label: `Supabase project ${name}${trouble(status, ref) ? ` (${status})` : ""}`,
      ...(createdAt ? { createdAt } : {}),
    }));
}

async function create(api: Supabase, wanted: Inputs, call: Call) {
  requireOwnOrganization(api, wanted.organizationId);
  const { name, organizationId, databasePassword, region, instanceSize } = wanted;
  const { ref } = await api.createProject(
    { name, organizationId, databasePassword, region, instanceSize },
    call.signal,
  );
  try {
    await finish(api, ref, { wanted, call, limitMs: waitLimit(wanted.timeouts?.create, call) });
    return { id: ref, ...(await present(api, ref, { ...call, inputs: wanted })) };
  } catch (error) {
    throw unfinished(ref, error);
  }
}

/** Runs whatever changed; with nothing changed it finishes a project that was left half-made. */
async function update(api: Supabase, ref: string, wanted: Inputs, call: UpdateCall<typeof inputs, typeof outputs>) {
  const { changed } = call;
  const limitMs = waitLimit(wanted.timeouts?.update, call);
  // One that was taken over from an interrupted run may still be coming up, and refuses changes until it is.
  const isUnready = changed.size === 0 || call.outputs.poolerHost === undefined;
  try {
    if (isUnready) await finish(api, ref, { wanted, call, limitMs });
    else await untilSettled(api, ref, { wanted, call, limitMs });
    await change(api, ref, { wanted, call, limitMs });
    return await present(api, ref, { ...call, inputs: wanted });
  } catch (error) {
    if (changed.size === 0) throw unfinished(ref, error);
    throw error;
  }
}

interface Step<C extends Call> {
  wanted: Inputs;
  call: C;
  limitMs: number;
}

/** What somebody else has begun (a restart, a resize) is over before we change anything. An unhealthy one can be changed. */
async function untilSettled(api: Supabase, ref: string, { wanted, call, limitMs }: Step<Call>): Promise<void> {
  const project = await api.getProject(ref, call.signal);
  requireUsable(project);
  if (project.status.startsWith("ACTIVE_")) return;
  await whenReady(api, ref, { ...call, limitMs, services: wanted.waitForServices });
}

/** What a new project still needs, whether it was just made or left half-made. */
async function finish(api: Supabase, ref: string, { wanted, call, limitMs }: Step<Call>): Promise<void> {
  const ready = () => whenReady(api, ref, { ...call, limitMs, services: wanted.waitForServices });
  await ready();
  if (ADD_ON_INPUTS.some((name) => wanted[name] !== undefined)) await settleAddOns(api, ref, { wanted, call, ready });
  if (wanted.legacyApiKeysEnabled !== undefined)
    await api.apiKeys.setLegacyEnabled(ref, wanted.legacyApiKeysEnabled, call.signal);
}

async function change(
  api: Supabase,
  ref: string,
  { wanted, call, limitMs }: Step<UpdateCall<typeof inputs, typeof outputs>>,
): Promise<void> {
  const { changed, signal } = call;
  if (changed.has("name") && wanted.name !== undefined) await api.renameProject(ref, wanted.name, signal);
  if (changed.has("databasePassword") || changed.has("databasePasswordGeneration"))
    await api.database.setPassword(ref, wanted.databasePassword, signal);
  const due = ADD_ON_INPUTS.filter((name) => changed.has(name) && wanted[name] !== undefined);
  if (due.length > 0) {
    const addOns: WantedAddOns = Object.fromEntries(due.map((name) => [name, wanted[name]]));
    const ready = () => whenReady(api, ref, { ...call, limitMs, services: wanted.waitForServices });
    await settleAddOns(api, ref, { wanted: addOns, call, ready });
  }
  if (changed.has("legacyApiKeysEnabled") && wanted.legacyApiKeysEnabled !== undefined)
    await api.apiKeys.setLegacyEnabled(ref, wanted.legacyApiKeysEnabled, signal);
}

type Reading = Pick<Call, "signal" | "warn"> & {
  inputs: Partial<Inputs> | undefined;
  outputs?: Partial<Outputs> | undefined;
};

async function readProject(api: Supabase, ref: string, call: Reading) {
  const project = await orAbsent(api.getProject(ref, call.signal));
  if (!project || isGone(project)) return undefined;
  const isImport = call.inputs === undefined;
  if (isImport) {
    requireOwnOrganization(api, project.organizationId);
    // Its keys and addresses cannot be asked for, and nothing could be wired from it.
    requireUsable(project);
  }
  const reason = trouble(project.status, ref);
  if (reason) call.warn(reason);
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
  const [booked, legacy, address] = await Promise.all([
    api.addOns.booked(ref, signal),
    asksLegacy ? api.apiKeys.legacyEnabled(ref, signal) : undefined,
    // What is not up has no pooler or keys to ask for; what state knows of them stays.
    project.status === "ACTIVE_HEALTHY" ? connection(api, project, signal) : before,
  ]);
  const { size, pointInTimeDays, dedicatedIpv4 } = addOnInputs(booked);
  return {
    ...{ organizationId, name, region: region as Inputs["region"] },
    // Only what somebody wrote can be missing; a free project has no add-on, and must not get one on import.
    instanceSize: (size ?? (known?.instanceSize ? "nano" : undefined)) as Inputs["instanceSize"],
    pointInTimeDays: (pointInTimeDays ??
      (known?.pointInTimeDays === undefined ? undefined : 0)) as Inputs["pointInTimeDays"],
    dedicatedIpv4: dedicatedIpv4 || known?.dedicatedIpv4 !== undefined ? dedicatedIpv4 : undefined,
    ...(legacy === undefined ? {} : { legacyApiKeysEnabled: legacy }),
    ...address,
  };
}

async function connection(api: Supabase, project: LiveProject, signal: AbortSignal): Promise<Outputs> {
  const { ref, databaseHost, databasePort } = project;
  const [{ secretKeys: _all, ...keys }, entries] = await Promise.all([
    api.apiKeys.summary(ref, signal),
    api.database.poolers(ref, signal),
  ]);
  const pooler = poolerAddress(entries, ref);
  return {
    url: `https://${ref}.supabase.co`,
    ...{ databaseHost, databasePort, databaseUser: "postgres", databaseName: pooler.database },
    ...{ poolerHost: pooler.host, poolerPort: pooler.transactionPort, sessionPoolerPort: pooler.sessionPort },
    poolerUser: pooler.user,
    ...keys,
  };
}

function isGone({ status }: LiveProject): boolean {
  return status === "REMOVED" || status === "GOING_DOWN";
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
