import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cp, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import type { PostgresCluster } from "./postgres-cluster.ts";
import { giveTo, type ServerUser } from "./server-user.ts";

interface Copying {
  cluster: PostgresCluster;
  copy: string;
  user: ServerUser;
}

/** What belongs to the running server alone. */
const LEFT_OUT = ["postmaster.pid", "postmaster.opts", "pg_wal"];

/**
 * Copies a cluster while its server runs. What changes meanwhile is in the write-ahead log, which is copied last.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function saveCopy({ cluster, copy, user }: Copying): Promise<void> {
  const fresh = `${copy}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(join(copy, ".."), { recursive: true, mode: 0o711 });
  // The backup ends with the connection that began it.
  await using client = await cluster.connect();
  await client.query({ text: "SELECT pg_backup_start('copy', true)" });
  await cp(cluster.data, fresh, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
  const [stopped] = await client.query({ text: "SELECT labelfile FROM pg_backup_stop(false)" });
  writeFileSync(join(fresh, "backup_label"), String(stopped?.labelfile), { mode: 0o600 });
  await cp(join(cluster.data, "pg_wal"), join(fresh, "pg_wal"), { recursive: true });
  giveAll(user, fresh);
  rmSync(copy, { recursive: true, force: true });
  await rename(fresh, copy);
}

/** Puts a copy in the place of a stopped cluster's data; the copy stays. */
export async function restoreCopy({ cluster, copy, user }: Copying): Promise<void> {
  if (!existsSync(copy)) throw new Error(`there is no copy ${basename(copy)}`);
  const fresh = `${cluster.data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await cp(copy, fresh, { recursive: true });
  giveAll(user, fresh);
  rmSync(cluster.data, { recursive: true, force: true });
  await rename(fresh, cluster.data);
}

function giveAll(user: ServerUser, folder: string): void {
  if (user.ids.uid === undefined) return;
  giveTo(user, folder);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) giveTo(user, join(folder, name));
}
