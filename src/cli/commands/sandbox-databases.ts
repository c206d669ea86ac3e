import { join } from "node:path";
import { AUTHORITY, DATABASE_NAMES, type SandboxStatus } from "../../ops/sandbox.ts";
import { UserError } from "../../user-error.ts";
import type { Values } from "../command.ts";
import { exit } from "../exit.ts";

/** What `mais sandbox start` puts behind the emulated databases. */
export const databaseOptions = {
  postgres: { type: "boolean", about: "start: with a real PostgreSQL for each Supabase project" },
  redis: { type: "boolean", about: "start: with a real Redis for each Upstash database" },
  "no-databases": { type: "boolean", about: "start: without either, where an earlier start had them" },
} as const;

type Databases = SandboxStatus["databases"];

/** Undefined leaves them as they were. */
export function chosenDatabases(options: Values<typeof databaseOptions>): Databases | undefined {
  const { postgres, redis, "no-databases": none } = options;
  if (none && (postgres || redis)) {
    throw new UserError("--no-databases does not go together with --postgres or --redis.", {
      advice: "See: mais sandbox --help",
      exit: exit.usage,
    });
  }
  return postgres || redis || none ? { postgres, redis } : undefined;
}

export function databaseLines(dir: string, { postgres, redis }: Databases): string[] {
  if (!postgres && !redis) return [];
  const names = [...(postgres ? [DATABASE_NAMES.postgres] : []), ...(redis ? [DATABASE_NAMES.redis] : [])];
  const trust = `  trust     NODE_EXTRA_CA_CERTS=${join(dir, AUTHORITY)} for programs of yours that use them`;
  return [`  databases ${names.join(", ")}`, trust];
}
