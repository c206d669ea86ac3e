import { z } from "zod";
import { type Call, defineRoute } from "../emulator.ts";
import { readBody } from "./body.ts";
import { refuse } from "./refusals.ts";
import { type Backup, backups, databaseOf, OK, unixSeconds } from "./state.ts";

function shown(backup: Backup, owner: string) {
  return {
    backup_id: backup.id,
    database_id: backup.databaseId,
    customer_id: owner,
    name: backup.name,
    creation_time: backup.createdAt,
    state: "completed",
    backup_size: 0,
    daily_backup: "false",
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
      const { id, owner } = databaseOf(call);
      const own = backups(call.store)
        .list()
        .filter(({ databaseId }) => databaseId === id);
      return { status: 200, json: own.map((backup) => shown(backup, owner)) };
    },
  }),
  defineRoute("POST /v2/redis/create-backup/{id}", {
    evidence: "contract",
    handle(call) {
      const database = databaseOf(call);
      const { name } = readBody(call, z.object({ name: z.string().min(1) }));
      if (database.plan === "free") throw refuse(400, "backups are not available on the free plan");
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
      backupOf(call, id);
      return OK;
    },
  }),
];
