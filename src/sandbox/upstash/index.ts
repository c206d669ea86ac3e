import type { Call, Emulator } from "../emulator.ts";
import { audited, auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backups.ts";
import { databaseRoutes } from "./databases.ts";
import { startRedis } from "./real-redis.ts";
import { refuse } from "./refusals.ts";
import { settingRoutes } from "./settings.ts";
import { statsRoutes } from "./stats.ts";
import { teamRoutes } from "./teams.ts";

/** The account of the sandbox. */
const EMAIL = "sandbox@mais.invalid";
const API_KEY = "sandbox_upstash";

function authenticate({ headers }: Call): string {
  const expected = `Basic ${Buffer.from(`${EMAIL}:${API_KEY}`).toString("base64")}`;
  if (headers.authorization !== expected) throw refuse(401, "Unauthorized");
  return EMAIL;
}

/** Upstash's Developer API under `/v2`: Redis and teams; and the account's audit log beside it. */
export const emulator: Emulator = {
  vendor: "upstash",
  routes: [...databaseRoutes, ...settingRoutes, ...backupRoutes, ...statsRoutes, ...teamRoutes, ...auditRoutes].map(
    audited,
  ),
  authenticate,
  parseBody(text) {
    try {
      return JSON.parse(text);
    } catch {
      // 406 is documented for a body that is not JSON.
      throw refuse(406, "invalid json");
    }
  },
  unemulated: ({ method, path }) => `the sandbox does not emulate ${method} ${path}`,
  failed: () => "internal server error",
  resume: startRedis,
  resumesFirst: true,
};
