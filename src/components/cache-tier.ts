import { DatabaseSettings } from "@mais/upstash";
import * as pulumi from "@pulumi/pulumi";
import { RedisDatabase } from "@upstash/pulumi";
import type { UPSTASH_PLANS } from "../config/vendor-terms.ts";
import { redisUrl } from "./connection-strings.ts";
import { kept } from "./kept.ts";

/** What Upstash bills and keeps for one database. */
export interface RedisTerms {
  plan: (typeof UPSTASH_PLANS)[number];
  /** US dollars a month. */
  budget?: number | undefined;
  dailyBackup: boolean;
  /** Another number gives another password. */
  passwordGeneration: number;
}

export interface CacheTierArgs {
  /** Prefix of the databases' names, unique in the account. */
  namePrefix: string;
  /** Upstash's primary region. */
  region: string;
  cache: RedisTerms;
  /** A database of its own for the queue, so that the cache may evict. `false`: both share one that never does. */
  queue: RedisTerms | false;
  keep: boolean;
}

/** Redis on Upstash: a cache, and a queue for BullMQ. */
export class CacheTier extends pulumi.ComponentResource {
  readonly cacheUrl: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;

  constructor(name: string, args: CacheTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:CacheTier", name, {}, opts);
    const make = (part: string, terms: RedisTerms, eviction: boolean) =>
      this.#make(name, part, { args, terms, eviction });
    this.cacheUrl = make("cache", args.cache, args.queue !== false);
    // BullMQ loses or repeats jobs when its lock keys are evicted: https://docs.bullmq.io/guide/going-to-production
    this.queueUrl = args.queue ? make("queue", args.queue, false) : this.cacheUrl;
    this.registerOutputs({});
  }

  /** The database, what its class cannot say, and the address that uses the newest password. */
  #make(
    name: string,
    part: string,
    { args, terms, eviction }: { args: CacheTierArgs; terms: RedisTerms; eviction: boolean },
  ): pulumi.Output<string> {
    const { namePrefix, region, keep } = args;
    const { plan, budget, dailyBackup, passwordGeneration } = terms;
    const database = new RedisDatabase(
      `${name}-${part}`,
      {
        // Left out, the published default of TLS (off) contradicts what the vendor answers.
        ...{ databaseName: `${namePrefix}-${part}`, region: "global", primaryRegion: region, tls: true, eviction },
        ...(budget === undefined ? {} : { budget }),
      },
      { parent: this, additionalSecretOutputs: ["password", "restToken", "readOnlyRestToken"], ...kept(keep) },
    );
    const { endpoint, port, password } = new DatabaseSettings(
      `${name}-${part}-settings`,
      { databaseId: database.databaseId, plan, dailyBackup, passwordGeneration },
      { parent: this },
    );
    // With credential protection only the database's first answer showed it.
    const known = pulumi.output({ endpoint, port, newest: password, first: database.password });
    return pulumi.secret(known.apply(({ newest, first, ...at }) => redisUrl({ ...at, password: newest ?? first })));
  }
}
