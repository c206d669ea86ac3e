import type { RedisAddress } from "../data-servers.ts";
import type { Store } from "../store.ts";
import type { World } from "../world.ts";
import { type Database, databases } from "./state.ts";

/** Gives the database's real server what it has to know. Nothing happens in a sandbox without `--redis`. */
export async function applyToRedis({ id, password, eviction }: Database, world: World): Promise<void> {
  await world.dataServers?.redis?.apply({ id, password, eviction });
}

/** After a start over a filled store. One that fails must not keep the others down. */
export async function startRedis(store: Store, world: World): Promise<void> {
  const all = databases(store).list();
  const started = await Promise.allSettled(all.map((database) => applyToRedis(database, world)));
  const failures = started.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} Redis servers did not start`);
}

/** The vendor's host name leads nowhere here, so what is shown is where the real server answers, if there is one. */
export function addressOf({ id, endpoint }: Database, world: World): { endpoint: string; port: number; tls: boolean } {
  const real: RedisAddress | undefined = world.dataServers?.redis?.address(id);
  return real ? { endpoint: real.host, port: real.port, tls: real.tls } : { endpoint, port: 6379, tls: true };
}
