import * as pulumi from "@pulumi/pulumi";
import { RedisDatabase } from "@upstash/pulumi";
import { redisUrl } from "./connection-strings.ts";
import { kept } from "./kept.ts";

export interface CacheTierArgs {
  /** Prefix of the databases' names, unique in the account. */
  namePrefix: string;
  /** Upstash's primary region. */
  region: string;
  /** A database of its own for the queue, so that the cache may evict; otherwise both share one that never does. */
  separateQueue: boolean;
  keep: boolean;
}

/** Redis on Upstash: a cache, and a queue for BullMQ. */
export class CacheTier extends pulumi.ComponentResource {
  readonly cacheUrl: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;

  constructor(
    name: string,
    { namePrefix, region, separateQueue, keep }: CacheTierArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("mais:index:CacheTier", name, {}, opts);
    const make = (part: string, eviction: boolean) => {
      const database = new RedisDatabase(
        `${name}-${part}`,
        // Left out, the published defaults (no TLS, a budget) contradict what the vendor answers.
        { databaseName: `${namePrefix}-${part}`, region: "global", primaryRegion: region, tls: true, eviction },
        { parent: this, additionalSecretOutputs: ["password", "restToken", "readOnlyRestToken"], ...kept(keep) },
      );
      const { endpoint, port, password } = database;
      return pulumi.secret(pulumi.output({ endpoint, port, password }).apply(redisUrl));
    };
    this.cacheUrl = make("cache", separateQueue);
    // BullMQ loses or repeats jobs when its lock keys are evicted: https://docs.bullmq.io/guide/going-to-production
    this.queueUrl = separateQueue ? make("queue", false) : this.cacheUrl;
    this.registerOutputs({});
  }
}
