import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DataServerChoice } from "../sandbox/data-server-choice.ts";
import { findPostgres } from "../sandbox/postgres-programs.ts";
import { findRedis } from "../sandbox/redis-servers.ts";
import { UserError } from "../user-error.ts";
import type { Probe } from "./probe.ts";
import { type Address, ensureSandbox, findSandbox } from "./sandbox.ts";

export interface DemoSandbox {
  address: Address;
  started: boolean;
  /** Why a new sandbox has not all databases. */
  obstacles: string[];
}

/** The sandbox of the demo: a new one has real databases as far as their programs are there; another stays as it is. */
export async function openDemoSandbox(dir: string): Promise<DemoSandbox> {
  if ((await findSandbox(dir)) || existsSync(join(dir, "store")))
    return { ...(await ensureSandbox({ dir })), obstacles: [] };
  const { databases, obstacles } = findDatabases();
  try {
    return { ...(await ensureSandbox({ dir, databases })), obstacles };
  } catch (error) {
    // PostgreSQL has demands on user and folder that a machine may not meet; the demo goes on without it.
    if (!(error instanceof UserError) || !databases.postgres) throw error;
    const [advice = ""] = error.advice;
    const without = { dir, databases: { ...databases, postgres: false } };
    return { ...(await ensureSandbox(without)), obstacles: [...obstacles, `${error.message} ${advice}`] };
  }
}

function findDatabases(): { databases: DataServerChoice; obstacles: string[] } {
  const obstacles: string[] = [];
  const isThere = (find: () => unknown, obstacle: string): boolean => {
    try {
      find();
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      obstacles.push(obstacle);
      return false;
    }
  };
  const postgres = isThere(
    () => findPostgres(),
    "There is no PostgreSQL server here. Debian: apt-get install postgresql",
  );
  const redis = isThere(() => findRedis(), "There is no redis-server here. Debian: apt-get install redis-server");
  return { databases: { postgres, redis }, obstacles };
}

export interface Readiness {
  probes: readonly Probe[];
  /** The path of the readiness page. */
  readyPath: string | undefined;
  databases: DataServerChoice;
  obstacles: readonly string[];
}

/** Whether all is as it can be: a readiness that fails for want of databases is no fault, and is explained. */
export function judgeReadiness({ probes, readyPath, databases, obstacles }: Readiness): {
  ok: boolean;
  notes: string[];
} {
  const failing = probes.filter(({ ok }) => !ok);
  const lacks = [...(databases.postgres ? [] : ["PostgreSQL"]), ...(databases.redis ? [] : ["Redis"])];
  const isExplained =
    lacks.length > 0 && failing.every(({ url, status }) => isReadiness(url, readyPath) && status === 503);
  if (failing.length === 0 || !isExplained) return { ok: failing.length === 0, notes: [] };
  const why = `The API lives and is not ready (503): this sandbox runs no ${lacks.join(" and no ")}.`;
  const again = "npx mais sandbox stop; npx mais sandbox reset; npm run demo";
  return { ok: true, notes: [why, ...obstacles, `${obstacles.length > 0 ? "Then begin" : "Begin"} anew: ${again}`] };
}

function isReadiness(url: string, readyPath: string | undefined): boolean {
  return new URL(url).pathname === readyPath;
}
