import type { DataServerChoice } from "./data-server-choice.ts";
import type { DataServers } from "./data-servers.ts";
import { findPostgres } from "./postgres-programs.ts";
import { PostgresServers } from "./postgres-servers.ts";
import { findRedis, RedisServers } from "./redis-servers.ts";
import { serverUser } from "./server-user.ts";

export interface OpenDataServersOptions {
  /** The sandbox's folder. */
  dir: string;
  choice: DataServerChoice;
  /** A server that did not come up. */
  report(error: unknown, what: string): void;
}

/** Throws a `UserError` that names the package for a program that is missing. Starts nothing yet. */
export function openDataServers({ dir, choice, report }: OpenDataServersOptions): DataServers {
  const postgres = choice.postgres
    ? new PostgresServers({ dir, programs: findPostgres(), user: serverUser(), report })
    : undefined;
  const redis = choice.redis ? new RedisServers({ dir, program: findRedis() }) : undefined;
  return { postgres, redis, authorityFile: redis?.authority.file };
}
