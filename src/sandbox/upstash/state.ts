import type { Call } from "../emulator.ts";
import type { Store } from "../store.ts";
import type { Plan } from "./plans.ts";
import { databaseNotFound } from "./refusals.ts";

export interface Database {
  id: string;
  name: string;
  owner: string;
  createdAt: number;
  region: string;
  primaryRegion: string;
  readRegions: string[];
  endpoint: string;
  password: string;
  readOnlyToken: string;
  plan: Plan;
  budget: number;
  eviction: boolean;
  autoUpgrade: boolean;
  prodPack: boolean;
  dailyBackup: boolean;
  /** Unix seconds; undefined where it is off. */
  dailyBackupSince?: number | undefined;
  /** Active unless said otherwise; nothing in the API changes it. */
  state?: "active" | "suspended" | "passive";
  allowedIps: string[];
}

export interface Backup {
  id: string;
  databaseId: string;
  name: string;
  createdAt: number;
  /** Made by the daily schedule. */
  daily?: boolean;
}

/** One line of the account's audit log. */
export interface AuditEntry {
  id: string;
  actor: string;
  at: number;
  action: string;
  entity: string;
}

export interface Team {
  id: string;
  name: string;
  copyCard: boolean;
  members: Record<string, string>;
}

export const databases = (store: Store) => store.collection<Database>("databases");
export const backups = (store: Store) => store.collection<Backup>("backups");
export const auditEntries = (store: Store) => store.collection<AuditEntry>("auditEntries");
export const teams = (store: Store) => store.collection<Team>("teams");

/** The database that the path names. */
export function databaseOf(call: Call): Database {
  const database = databases(call.store).get(call.params.id ?? "");
  if (!database) throw databaseNotFound();
  return database;
}

export const unixSeconds = (now: Date) => Math.floor(now.getTime() / 1000);
export const OK = { status: 200, json: "OK" } as const;
