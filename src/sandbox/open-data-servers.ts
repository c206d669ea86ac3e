import type { DataServerChoice } from "./data-server-choice.ts";
import type { DataServers } from "./data-servers.ts";
import { LoopbackAuthority } from "./loopback-authority.ts";
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
  if (!choice.postgres && !choice.redis) return {};
  const programs = choice.postgres ? findPostgres() : undefined;
  const program = choice.redis ? findRedis() : undefined;
  const authority = LoopbackAuthority.open(dir);
  const postgres = programs && new PostgresServers({ dir, programs, authority, user: serverUser(), report });
  const redis = program === undefined ? undefined : new RedisServers({ dir, program, authority });
  return { postgres, redis, authorityFile: authority.file };
}
