import { PostgresClient, PostgresError } from "../../sandbox/postgres-client.ts";
import type { DeathNotice } from "./rotation-world.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

/**
 * Tries an old credential where that can be done without handing it to anybody else: a database on this machine. Elsewhere
 * the update's own success is the evidence, and is told as such.
 */
export async function deathOf(name: string, value: string | undefined): Promise<DeathNotice> {
  const isDatabase = name === "DATABASE_URL" || name === "DIRECT_URL";
  const url = isDatabase && value !== undefined && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !LOOPBACK.has(url.hostname))
    return { dead: undefined, how: "its vendor replaced it in the update; it was not tried there" };
  try {
    const { hostname: host, port, username, password, pathname } = url;
    const login = { host, port: Number(port || 5432), database: pathname.slice(1) };
    const credentials = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    await using _client = await PostgresClient.connect({ ...login, ...credentials });
    return { dead: false, how: "the database still lets it in" };
  } catch (error) {
    if (error instanceof PostgresError) return { dead: true, how: `the database refuses it (${error.code})` };
    return { dead: undefined, how: "the database could not be asked" };
  }
}
