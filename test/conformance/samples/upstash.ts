import { Upstash } from "../../../packages/upstash/client.ts";
import { provider } from "../../../packages/upstash/provider.ts";
import type { Database } from "../../../src/sandbox/upstash/state.ts";
import { connectionTo } from "../../helpers/provider-connection.ts";
import { apiObject } from "./api-object.ts";
import { erase, type Made, type ResourceSample, type SampleLab, set, stored, type VendorSample } from "./sample.ts";

const credentials = { UPSTASH_EMAIL: "sandbox@mais.invalid", UPSTASH_API_KEY: "sandbox_upstash" };
const uuidOf = ({ id }: Made) => id.replace("upstash-database-", "");

const onDatabase = (change: (database: Database) => void) => (lab: SampleLab, made: Made) =>
  change(stored<Database>(lab, ["upstash", "databases", uuidOf(made)]));

const redisDatabase: ResourceSample = {
  holdsData: "always",
  inputs: () => ({
    databaseName: { value: "cache-a", to: "cache-b", outside: onDatabase((one) => set(one, { name: "theirs" })) },
    region: {
      ...{ value: "global", to: "eu-west-1", replaces: true, refused: /Set region to "global"/ },
      outside: "Upstash moves no database",
    },
    primaryRegion: { value: "eu-west-1", to: "us-east-1", replaces: true, outside: "Upstash moves no database" },
    readRegions: {
      ...{ value: ["eu-central-1", "us-west-1"], to: ["us-west-1"] },
      outside: [
        onDatabase((one) => set(one, { readRegions: ["us-west-1"] })),
        onDatabase((one) => set(one, { readRegions: [] })),
      ],
    },
    tls: { value: true, to: false, refused: /tls cannot be turned off/, outside: "Upstash turns it off for nobody" },
    eviction: { value: true, to: false, outside: onDatabase((one) => set(one, { eviction: false })) },
    autoScale: { value: true, to: false, outside: onDatabase((one) => set(one, { autoUpgrade: false })) },
    prodPack: { value: true, to: false, outside: onDatabase((one) => set(one, { prodPack: false })) },
    budget: { value: 200, to: 300, outside: onDatabase((one) => set(one, { budget: 20 })) },
    ipAllowlists: {
      ...{ value: ["203.0.113.7", "198.51.100.0/24"], to: ["203.0.113.7"] },
      outside: [
        onDatabase((one) => set(one, { allowedIps: ["203.0.113.7"] })),
        onDatabase((one) => set(one, { allowedIps: [] })),
      ],
    },
    consistent: {
      value: false,
      to: true,
      refused: /consistent is no longer offered/,
      outside: "Upstash no longer has it",
    },
    multizone: { value: true, to: false, outside: "Upstash no longer has this setting" },
  }),
  unordered: ["readRegions", "ipAllowlists"],
  secrets: ["password", "restToken", "readOnlyRestToken"],
  vanish: (lab, made) => erase(lab, ["upstash", "databases", uuidOf(made)]),
  importId: uuidOf,
  importDiffers: ["consistent", "multizone"],
};

async function twoDatabases(lab: SampleLab) {
  const made = (name: string) =>
    lab.make("upstash:index/redisDatabase:RedisDatabase", name, { databaseName: name, region: "global" });
  return { one: uuidOf(await made("one")), two: uuidOf(await made("two")) };
}

const settingsOf =
  (change: (database: Database) => void) =>
  (lab: SampleLab, { id }: Made) =>
    change(stored<Database>(lab, ["upstash", "databases", id]));

const databaseSettings: ResourceSample = {
  prepare: twoDatabases,
  inputs: ({ one, two }) => ({
    databaseId: { value: one, to: two, replaces: true, outside: "it says whose settings these are" },
    plan: { value: "fixed_250mb", to: "fixed_1gb", outside: settingsOf((it) => set(it, { plan: "fixed_5gb" })) },
    dailyBackup: { value: true, to: false, outside: settingsOf((it) => set(it, { dailyBackup: false })) },
    passwordGeneration: { value: 1, to: 2, outside: "it counts our own resets" },
  }),
  secrets: ["password", "restToken", "readOnlyRestToken"],
  vanish: (lab, { id }) => erase(lab, ["upstash", "databases", id]),
  stays: true,
  createBeforeDelete: true,
  forbidden: [
    { inputs: { plan: "free", dailyBackup: true }, property: "dailyBackup", reason: /not offered on the free plan/ },
  ],
  importDiffers: ["passwordGeneration"],
  officialDiffers: "none",
};

const database = { path: "/redis/database/{id}" };
const named = (database_name: string) => ({ database_name, region: "global", primary_region: "eu-west-1" });

const anyObject = apiObject(
  ({ one, two }) => ({
    create: { path: "/redis/{kind}", idPath: "database_id" },
    read: { ...database, outputs: ["endpoint", "port", "budget"] },
    update: { path: "/redis/update-budget/{id}" },
    delete: database,
    find: { path: "/redis/databases", match: { database_name: "mais-object" } },
    said: {
      create: { path: "/redis/{kind}", idPath: "/database_id" },
      update: { path: "/redis/{change}/{id}" },
      delete: { path: "/redis/{kind}/{id}" },
      find: { path: "/redis/{kind}s", match: { database_name: "mais-object" } },
    },
    params: { kind: "database", change: "update-budget" },
    paramsTo: { kind: "database", change: "update-budget", of: "another" },
    body: { value: { budget: 200 }, to: { budget: 300 }, outside: onDatabase((it) => set(it, { budget: 7 })) },
    secretBody: { value: { plan: "payg" }, to: { plan: "fixed_1gb" } },
    createBody: { value: named("mais-object"), to: { ...named("mais-object"), eviction: true } },
    existing: { value: one, to: two },
  }),
  {
    ...{ prepare: twoDatabases, needs: ["createBody"], outputs: ["password", "rest_token"] },
    vanish: (lab, made) => erase(lab, ["upstash", "databases", uuidOf(made)]),
  },
);

/** Upstash over the sandbox. */
export const upstash: VendorSample = {
  vendor: "upstash",
  provider: provider as never,
  connect: (sandbox) =>
    new Upstash(connectionTo({ vendor: "Upstash", baseUrl: `${sandbox.url("upstash")}/v2`, credentials })),
  resources: {
    "upstash:index/redisDatabase:RedisDatabase": redisDatabase,
    "upstash:index/databaseSettings:DatabaseSettings": databaseSettings,
    "upstash:index/apiObject:ApiObject": anyObject,
  },
};
