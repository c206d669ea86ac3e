import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { DataServers } from "./data-servers.ts";
import { findPostgres } from "./postgres-programs.ts";
import { PostgresServers } from "./postgres-servers.ts";
import { authorityFile } from "./redis-certificate.ts";
import { findRedis, RedisServers } from "./redis-servers.ts";
import { serverUser } from "./server-user.ts";

export { authorityFile };

/** Which real databases the sandbox has behind the emulated ones. */
export const DataServerChoice = z.object({ postgres: z.boolean(), redis: z.boolean() });
export type DataServerChoice = z.infer<typeof DataServerChoice>;

const NONE: DataServerChoice = { postgres: false, redis: false };

/** What this folder's sandbox was last started with. A provider that starts it again knows no options. */
export function readChoice(dir: string): DataServerChoice {
  const file = choiceFile(dir);
  return existsSync(file) ? (DataServerChoice.safeParse(JSON.parse(readFileSync(file, "utf8"))).data ?? NONE) : NONE;
}

export function writeChoice(dir: string, choice: DataServerChoice): void {
  writeFileSync(choiceFile(dir), JSON.stringify(choice), { mode: 0o600 });
}

function choiceFile(dir: string): string {
  return join(dir, "databases.json");
}

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
