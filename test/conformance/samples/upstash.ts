import { Upstash } from "../../../packages/upstash/client.ts";
import { provider } from "../../../packages/upstash/provider.ts";
import type { Database } from "../../../src/sandbox/upstash/state.ts";
import { connectionTo } from "../../helpers/provider-connection.ts";
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

/** Upstash over the sandbox. */
export const upstash: VendorSample = {
  vendor: "upstash",
  provider: provider as never,
  connect: (sandbox) =>
    new Upstash(connectionTo({ vendor: "Upstash", baseUrl: `${sandbox.url("upstash")}/v2`, credentials })),
  resources: { "upstash:index/redisDatabase:RedisDatabase": redisDatabase },
};
