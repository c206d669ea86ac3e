import type { Call } from "../emulator.ts";
import { backups, type Database, unixSeconds } from "./state.ts";

const DAY = 86_400;
/** Source: https://upstash.com/docs/redis/features/backup */
const KEPT_DAYS = { plain: 1, prodPack: 3 };

/** When the next one is due, in Unix seconds. That the day counts from the moment it was enabled is inferred. */
export function nextDaily({ dailyBackupSince }: Database, now: Date): number {
  const since = dailyBackupSince ?? unixSeconds(now);
  return since + (Math.floor((unixSeconds(now) - since) / DAY) + 1) * DAY;
}

/** Makes those that fell due meanwhile, and forgets those that are past their time. */
export function keepDailyBackups(call: Call, database: Database): void {
  const { id: databaseId, dailyBackupSince: since, dailyBackup, prodPack } = database;
  const all = backups(call.store);
  const now = unixSeconds(call.now);
  const oldest = now - (prodPack ? KEPT_DAYS.prodPack : KEPT_DAYS.plain) * DAY;
  const own = all.list().filter((backup) => backup.databaseId === databaseId && backup.daily);
  for (const backup of own) if (backup.createdAt < oldest) all.delete(backup.id);
  if (!dailyBackup || since === undefined) return;
  const latest = Math.floor((now - since) / DAY);
  const first = Math.max(1, Math.ceil((oldest - since) / DAY));
  for (let day = first; day <= latest; day++) {
    const createdAt = since + day * DAY;
    if (own.some((backup) => backup.createdAt === createdAt)) continue;
    const id = call.world.ids.uuid();
    all.set(id, { id, databaseId, name: `daily-${createdAt}`, createdAt, daily: true });
  }
}
