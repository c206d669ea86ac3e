import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** Which real databases the sandbox has behind the emulated ones. */
export const DataServerChoice = z.object({ postgres: z.boolean(), redis: z.boolean() });
export type DataServerChoice = z.infer<typeof DataServerChoice>;

/** Within the sandbox's folder: what clients of its databases have to trust (`NODE_EXTRA_CA_CERTS`, `redis-cli --cacert`, `sslrootcert`). */
export const AUTHORITY = join("authority", "ca.pem");

const NONE: DataServerChoice = { postgres: false, redis: false };

/** What this folder's sandbox was last started with. A provider that starts it again knows no options. */
export function readChoice(dir: string): DataServerChoice {
  const file = choiceFile(dir);
  return existsSync(file) ? DataServerChoice.parse(JSON.parse(readFileSync(file, "utf8"))) : NONE;
}

export function writeChoice(dir: string, choice: DataServerChoice): void {
  const temporary = `${choiceFile(dir)}.tmp`;
  writeFileSync(temporary, JSON.stringify(choice), { mode: 0o600 });
  renameSync(temporary, choiceFile(dir));
}

function choiceFile(dir: string): string {
  return join(dir, "databases.json");
}
