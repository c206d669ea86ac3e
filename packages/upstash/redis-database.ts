import type { Call, Found, InputProblem, UpdateCall } from "@mais/provider-kit";
import { defineResource, orAbsent, PartialFailure } from "@mais/provider-kit";
import { z } from "zod";
import type { LiveDatabase, Upstash } from "./client.ts";
import { PREFIX, uuidOf } from "./database-id.ts";

/** The twelve inputs of `@upstash/pulumi` 0.5.0. */
const inputs = {
  databaseName: z.string().min(1),
  /** `global`: regional databases can no longer be made. */
  region: z.string().min(1),
  primaryRegion: z.string().min(1).optional(),
  readRegions: z.array(z.string()).optional(),
  /** Every database has it. The official default is false, which later asks to replace the database. @defaultValue `true` */
  tls: z.boolean().default(true),
  /** Whether old keys go when memory is full. A queue must keep all of its keys. @defaultValue `false` */
  eviction: z.boolean().default(false),
  autoScale: z.boolean().default(false),
  prodPack: z.boolean().default(false),
  /** Monthly cap. Left out, Upstash's own stays, whatever it is. Sources disagree whether it is in dollars or cents. */
  budget: z.number().int().min(0).optional(),
  /** IPv4 addresses and ranges that may connect; not on the free plan. */
  ipAllowlists: z.array(z.string()).optional(),
  /** Retired: only `false` is left. */
  consistent: z.boolean().optional(),
  /** Retired: has no effect. */
  multizone: z.boolean().optional(),
};

const count = z.number().optional();
const outputs = {
  databaseId: z.string(),
  endpoint: z.string(),
  port: z.number(),
  password: z.string().optional(),
  restToken: z.string().optional(),
  readOnlyRestToken: z.string().optional(),
  databaseType: z.string().optional(),
  state: z.string().optional(),
  userEmail: z.string().optional(),
  creationTime: count,
  dbMaxClients: count,
  dbMaxRequestSize: count,
  dbMaxEntrySize: count,
  dbMemoryThreshold: count,
  dbDiskThreshold: count,
  dbDailyBandwidthLimit: count,
  dbMaxCommandsPerSecond: count,
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Outputs = z.output<z.ZodObject<typeof outputs>>;

/** A Redis database of Upstash. Programs use the class of the published `@upstash/pulumi`; this serves it. */
export const RedisDatabase = defineResource("upstash:index/redisDatabase:RedisDatabase", {
  inputs,
  outputs,
  secrets: ["password", "restToken", "readOnlyRestToken"],
  replaceOn: ["region", "primaryRegion"],
  unordered: ["readRegions", "ipAllowlists"],
  writeOnly: ["consistent", "multizone"],
  dataBearing: true,
  migration:
    "Make a second database in the wanted region, let the application fill or drain it (a queue must be drained first), " +
    "then remove this one.",
  check,
  find,
  create,
  async read(api: Upstash, id, { signal, warn, inputs: known, outputs: before }) {
    const uuid = uuidOf(id);
    const database = await orAbsent(api.getDatabase(uuid, signal));
    if (!database) return undefined;
    if (database.state !== undefined && database.state !== "active")
      warn(
        `The database ${database.databaseName} is ${database.state}, and serves nobody until Upstash's console wakes it`,
      );
    const region = sameRegion(known?.region, database.region) ? known?.region : database.region;
    return { id: PREFIX + uuid, ...describe(database, before), ...(region === undefined ? {} : { region }) };
  },
  update,
  delete: (api, id, { signal }) => api.deleteDatabase(uuidOf(id), signal),
});

function check({ tls, consistent, primaryRegion, readRegions = [] }: Inputs): InputProblem[] {
  const problems: InputProblem[] = [];
  if (!tls) problems.push({ property: "tls", reason: "cannot be turned off at Upstash: write true or leave it out" });
  if (consistent) problems.push({ property: "consistent", reason: "is no longer offered by Upstash: leave it out" });
  if (primaryRegion !== undefined && readRegions.includes(primaryRegion))
    problems.push({
      property: "readRegions",
      reason: `must not contain the primary region ${primaryRegion}: remove it`,
    });
  return problems;
}

/** Upstash lets several databases bear one name, so the name is looked up before one is made. */
async function find(api: Upstash, { databaseName }: Inputs, { signal }: Call): Promise<Found[]> {
  const all = await api.listDatabases(signal);
  return all
    .filter((database) => database.databaseName === databaseName)
    .map(({ databaseId, creationTime }) => ({
      id: PREFIX + databaseId,
      label: `Upstash database ${databaseName}`,
      ...(creationTime === undefined ? {} : { createdAt: creationTime * 1000 }),
    }));
}

async function create(api: Upstash, wanted: Inputs, { signal }: Call) {
  const { databaseName, region, primaryRegion, readRegions, eviction, autoScale, prodPack, budget } = wanted;
  const placed = { databaseName, region, primaryRegion, readRegions };
  const made = await api.createDatabase({ ...placed, eviction, autoScale, prodPack, budget }, signal);
  const id = PREFIX + made.databaseId;
  if (!wanted.ipAllowlists?.length) return { id, ...describe(made) };
  try {
    await api.setIpAllowlist(made.databaseId, wanted.ipAllowlists, signal);
    return { id, ...describe(await api.getDatabase(made.databaseId, signal), describe(made)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(
      id,
      describe(made),
      [`The database exists, but its IP allow list was not set: ${reason}`],
      {
        cause: error,
      },
    );
  }
}

/** Each setting has a call of its own. With nothing changed it finishes a database whose allow list was not set. */
async function update(api: Upstash, id: string, wanted: Inputs, call: UpdateCall<typeof inputs, typeof outputs>) {
  const { signal, outputs: before } = call;
  const uuid = uuidOf(id);
  const unfinished = call.changed.size === 0;
  const has = (name: keyof Inputs) => call.changed.has(name);
  if (has("databaseName")) await api.rename(uuid, wanted.databaseName, signal);
  if (has("eviction")) await api.setEviction(uuid, wanted.eviction, signal);
  if (has("autoScale")) await api.setAutoScale(uuid, wanted.autoScale, signal);
  if (has("prodPack")) await api.setProdPack(uuid, wanted.prodPack, signal);
  if (has("budget") && wanted.budget !== undefined) await api.setBudget(uuid, wanted.budget, signal);
  if (has("readRegions")) await api.setReadRegions(uuid, wanted.readRegions ?? [], signal);
  if (has("ipAllowlists") || (unfinished && wanted.ipAllowlists?.length))
    await api.setIpAllowlist(uuid, wanted.ipAllowlists ?? [], signal);
  return describe(await api.getDatabase(uuid, signal), before);
}

/** A database that was asked for as global may answer by its cloud: that is no move, which would replace it. */
function sameRegion(asked: string | undefined, answered: string): boolean {
  const isGlobal = (region: string | undefined) => region === "global" || region === "gcp-global";
  return asked === answered || (isGlobal(asked) && isGlobal(answered));
}

/** Databases with credential protection show their credentials once: what state knows of them stays. */
function describe(live: LiveDatabase, before: Partial<Outputs> = {}) {
  const { password, restToken, readOnlyRestToken, tls = true, ...rest } = live;
  return {
    ...rest,
    tls,
    password: password ?? before.password,
    restToken: restToken ?? before.restToken,
    readOnlyRestToken: readOnlyRestToken ?? before.readOnlyRestToken,
  };
}
