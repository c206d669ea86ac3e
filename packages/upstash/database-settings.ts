import type { CreateCall, InputProblem, UpdateCall } from "@mais/provider-kit";
import { defineResource, orAbsent } from "@mais/provider-kit";
import { z } from "zod";
import type { Upstash } from "./client.ts";
import { uuidOf } from "./database-id.ts";
import { type LiveDatabase, PLANS } from "./wire.ts";

const inputs = {
  /** `database.databaseId` of the published class. */
  databaseId: z.string().min(1),
  /** Left out, it stays as it is: free or pay as you go, by the kind of account. */
  plan: z.enum(PLANS).optional(),
  /** One each day, kept for one day, or three with the Prod Pack. Not on the free plan. */
  dailyBackup: z.boolean().optional(),
  /**
   * Change it to get a new password and new tokens. The old ones open nothing from that moment on: Upstash knows no
   * second password, so whoever still uses the old one is refused until it is deployed anew.
   */
  passwordGeneration: z.number().int().min(1).optional(),
};

const credential = z.string().optional();
const outputs = {
  endpoint: z.string(),
  port: z.number(),
  /** As `databaseType` of the database, after the plan is set. */
  databaseType: z.string().optional(),
  password: credential,
  restToken: credential,
  readOnlyRestToken: credential,
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;
type Outputs = z.output<z.ZodObject<typeof outputs>>;
type Credentials = Pick<Outputs, "password" | "restToken" | "readOnlyRestToken">;

/**
 * What a Redis database has at Upstash and the published `RedisDatabase` has no property for. Its credentials are the
 * ones to use: those of the database itself are known as of the last refresh. Taking it away leaves all as it is.
 */
export const DatabaseSettings = defineResource("upstash:index/databaseSettings:DatabaseSettings", {
  inputs,
  outputs,
  secrets: ["password", "restToken", "readOnlyRestToken"],
  replaceOn: ["databaseId"],
  writeOnly: ["passwordGeneration"],
  recomputed: {
    databaseType: ["plan"],
    password: ["passwordGeneration"],
    restToken: ["passwordGeneration"],
    readOnlyRestToken: ["passwordGeneration"],
  },
  check,
  async create(api: Upstash, wanted, { signal }: CreateCall) {
    const id = uuidOf(wanted.databaseId);
    await apply(api, id, { wanted, signal });
    return { id, ...describe(await api.getDatabase(id, signal), { databaseId: wanted.databaseId }) };
  },
  async read(api, id, { inputs: known, outputs: before, signal }) {
    const database = await orAbsent(api.getDatabase(uuidOf(id), signal));
    return (
      database && { id: uuidOf(id), ...describe(database, { databaseId: known?.databaseId ?? uuidOf(id), before }) }
    );
  },
  update,
  async delete(_api, id, { note }) {
    note(`Plan, backups and password of ${id} stay as they are`);
  },
});
export type DatabaseSettings = InstanceType<typeof DatabaseSettings>;

function check({ plan, dailyBackup }: Inputs): InputProblem[] {
  if (plan !== "free" || !dailyBackup) return [];
  return [{ property: "dailyBackup", reason: "is not offered on the free plan: leave it out, or choose another plan" }];
}

async function update(
  api: Upstash,
  id: string,
  wanted: Inputs,
  { changed, outputs: before, signal }: UpdateCall<typeof inputs, typeof outputs>,
) {
  await apply(api, id, { wanted, signal });
  const credentials: Credentials = changed.has("passwordGeneration") ? await api.resetPassword(id, signal) : before;
  const live = await api.getDatabase(id, signal);
  return describe(live, { databaseId: wanted.databaseId, before: credentials });
}

/** Sends what differs: whether Upstash takes a plan that the database is on already is not known. */
async function apply(api: Upstash, id: string, { wanted, signal }: { wanted: Inputs; signal: AbortSignal }) {
  const { plan, dailyBackup } = wanted;
  const live = await api.getDatabase(id, signal);
  const setBackup = async () => {
    if (dailyBackup !== undefined && dailyBackup !== live.dailyBackup)
      await api.setDailyBackup(id, dailyBackup, signal);
  };
  // The free plan has none, and others may need the plan first.
  if (!dailyBackup) await setBackup();
  if (plan !== undefined && plan !== live.plan) await api.changePlan(id, plan, signal);
  if (dailyBackup) await setBackup();
}

/** Databases with credential protection show their credentials once: what is known of them stays. */
function describe(
  live: LiveDatabase,
  { databaseId, before = {} }: { databaseId: string; before?: Partial<Credentials> | undefined },
) {
  return {
    databaseId,
    plan: live.plan,
    dailyBackup: live.dailyBackup,
    endpoint: live.endpoint,
    port: live.port,
    databaseType: live.databaseType,
    password: live.password ?? before.password,
    restToken: live.restToken ?? before.restToken,
    readOnlyRestToken: live.readOnlyRestToken ?? before.readOnlyRestToken,
  };
}
