import type { Subject, Vendor } from "./subjects.ts";

/** A Redis database, and what the published class of it has no property for. */
export function upstashSubjects(upstash: Vendor): Subject[] {
  return [
    {
      ...{ vendor: upstash, type: "redisDatabase:RedisDatabase" },
      inputs: () => ({ databaseName: "mais-cache", region: "global", primaryRegion: "eu-west-1", eviction: true }),
      changed: () => ({ databaseName: "mais-cache", region: "global", primaryRegion: "eu-west-1", eviction: false }),
    },
    {
      ...{ vendor: upstash, type: "databaseSettings:DatabaseSettings" },
      async prepare(make) {
        const { outputs } = await make("redisDatabase:RedisDatabase", "db", { databaseName: "db", region: "global" });
        return { databaseId: outputs.databaseId };
      },
      inputs: ({ databaseId }) => ({ databaseId, plan: "payg", dailyBackup: false }),
      changed: ({ databaseId }) => ({ databaseId, plan: "fixed_1gb", dailyBackup: true }),
    },
  ];
}
