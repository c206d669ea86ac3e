import type { Http } from "@mais/provider-kit";
import { ApiError } from "@mais/provider-kit";
import { z } from "zod";

const Pooler = z.object({
  database_type: z.string(),
  db_host: z.string(),
  db_port: z.number(),
  db_user: z.string(),
  db_name: z.string(),
  pool_mode: z.string(),
  connection_string: z.string(),
});
const Backups = z.object({
  region: z.string().optional(),
  walg_enabled: z.boolean(),
  pitr_enabled: z.boolean(),
  backups: z.array(
    z.object({ id: z.number(), is_physical_backup: z.boolean(), status: z.string(), inserted_at: z.string() }),
  ),
  physical_backup_data: z
    .object({
      earliest_physical_backup_date_unix: z.number().optional(),
      latest_physical_backup_date_unix: z.number().optional(),
    })
    .optional(),
});
const Branches = z.array(
  z.object({ id: z.string(), git_branch: z.string().nullish(), project_ref: z.string(), is_default: z.boolean() }),
);

/** One way into the primary database through the shared pooler. */
export interface PoolerEntry {
  mode: string;
  host: string;
  port: number;
  user: string;
  database: string;
  /** With `[YOUR-PASSWORD]` where the password goes. */
  url: string;
}

export interface Backup {
  id: number;
  status: string;
  /** A copy of the disk, not a dump. */
  physical: boolean;
  insertedAt: string;
}

export interface BackupState {
  walg: boolean;
  pointInTime: boolean;
  backups: Backup[];
  /** The range that a point-in-time restore can choose from, in seconds since 1970. */
  earliest: number | undefined;
  latest: number | undefined;
}

export interface Branch {
  id: string;
  gitBranch: string | undefined;
  projectRef: string;
}

/** The database of a project: how it is reached, its password, what is kept of it. */
export class DatabaseApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** The password is not readable afterwards, neither is when it was changed. */
  async setPassword(ref: string, password: string, signal: AbortSignal): Promise<void> {
    await this.#http.patch(at(ref, "database/password"), { json: { password }, signal, repeatable: true });
  }

  async poolers(ref: string, signal: AbortSignal): Promise<PoolerEntry[]> {
    const found = await this.#http.get(at(ref, "config/database/pooler"), { answer: z.array(Pooler), signal });
    return found
      .filter(({ database_type: type }) => type === "PRIMARY")
      .map((entry) => ({
        ...{ mode: entry.pool_mode, host: entry.db_host, port: entry.db_port },
        ...{ user: entry.db_user, database: entry.db_name, url: entry.connection_string },
      }));
  }

  async backups(ref: string, signal: AbortSignal): Promise<BackupState> {
    const found = await this.#http.get(at(ref, "database/backups"), { answer: Backups, signal });
    return {
      ...{ walg: found.walg_enabled, pointInTime: found.pitr_enabled },
      backups: found.backups.map(({ id, status, is_physical_backup: physical, inserted_at: insertedAt }) => ({
        ...{ id, status, physical, insertedAt },
      })),
      earliest: found.physical_backup_data?.earliest_physical_backup_date_unix,
      latest: found.physical_backup_data?.latest_physical_backup_date_unix,
    };
  }

  /** Without the default one, which is the project itself. Where branching is off, there is none. */
  async branches(ref: string, signal: AbortSignal): Promise<Branch[]> {
    try {
      const found = await this.#http.get(at(ref, "branches"), { answer: Branches, signal });
      return found
        .filter((branch) => !branch.is_default)
        .map(({ id, git_branch: name, project_ref: projectRef }) => ({ id, gitBranch: name ?? undefined, projectRef }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 422) return [];
      throw error;
    }
  }
}

function at(ref: string, rest: string): string {
  return `/v1/projects/${encodeURIComponent(ref)}/${rest}`;
}
