import { Refused } from "@mais/provider-kit";

/** The official provider's ids carry it; the bare id is what console and API show. */
export const PREFIX = "upstash-database-";

/** Takes both forms. */
export function uuidOf(id: string): string {
  const uuid = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
  if (!/^[\w-]+$/.test(uuid)) throw new Refused(`"${id}" names no database: write its id as the console shows it`);
  return uuid;
}
