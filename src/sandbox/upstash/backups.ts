import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { keepDailyBackups } from "./daily-backups.ts";
import { refuse } from "./refusals.ts";
import { type Backup, backups, databaseOf, OK, unixSeconds } from "./state.ts";

/** How long one takes; inferred. */
const BACKUP_SECONDS = 5;

const isRunning = ({ createdAt, daily }: Backup, now: Date) => !daily && unixSeconds(now) < createdAt + BACKUP_SECONDS;

/** While a backup is made, nothing about the database can be changed. https://upstash.com/docs/redis/features/backup */
export function requireNoBackupRunning(call: Call): void {
  const { id } = databaseOf(call);
  const own = backups(call.store).list();
  if (own.some((backup) => backup.databaseId === id && isRunning(backup, call.now)))
    throw refuse(400, "database has a backup in progress");
}

/** What a real server holds is not copied, so nothing claims that it was. */
function requireNoServer({ world, params }: Call): void {
  if (world.dataServers?.redis?.address(params.id ?? ""))
    throw refuse(501, "the sandbox makes no backups of a real Redis: start it without --redis");
}

function shown(backup: Backup, owner: string, now: Date) {
  return {
    backup_id: backup.id,
    database_id: backup.databaseId,
    customer_id: owner,
    name: backup.name,
    creation_time: backup.createdAt,
    state: isRunning(backup, now) ? "pending" : "completed",
    backup_size: 0,
    daily_backup: String(backup.daily ?? false),
    hourly_backup: "false",
  };
}

function backupOf(call: Call, id: string): Backup {
  const backup = backups(call.store).get(id);
  if (!backup || backup.databaseId !== databaseOf(call).id) throw refuse(404, "backup not found");
  return backup;
}

export const backupRoutes = [
  defineRoute("GET /v2/redis/list-backup/{id}", {
    evidence: "contract",
    handle(call) {
      const database = databaseOf(call);
      const { id, owner } = database;
      keepDailyBackups(call, database);
      const own = backups(call.store)
        .list()
        .filter(({ databaseId }) => databaseId === id);
      return { status: 200, json: own.map((backup) => shown(backup, owner, call.now)) };
    },
  }),
  defineRoute("POST /v2/redis/create-backup/{id}", {
    evidence: "contract",
    handle(call) {
      const database = databaseOf(call);
      const { name } = readBody(call, z.object({ name: z.string().min(1) }));
      if (database.plan === "free") throw refuse(400, "backups are not available on the free plan");
      requireNoServer(call);
      requireNoBackupRunning(call);
      const id = call.world.ids.uuid();
      backups(call.store).set(id, { id, databaseId: database.id, name, createdAt: unixSeconds(call.now) });
      return OK;
    },
  }),
  defineRoute("DELETE /v2/redis/delete-backup/{id}/{backup_id}", {
    evidence: "contract",
    handle(call) {
      backups(call.store).delete(backupOf(call, call.params.backup_id ?? "").id);
      return OK;
    },
  }),
  defineRoute("POST /v2/redis/restore-backup/{id}", {
    evidence: "contract",
    handle(call) {
      const { backup_id: id } = readBody(call, z.object({ backup_id: z.string() }));
      if (isRunning(backupOf(call, id), call.now)) throw refuse(400, "backup is not completed");
      requireNoServer(call);
      return OK;
    },
  }),
];
