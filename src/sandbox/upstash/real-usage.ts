import type { World } from "../world.ts";

/** What a database does now. */
export interface Usage {
  connections: number;
  keys: number;
  /** Commands per second. */
  throughput: number;
  /** Commands since the server started. */
  commands: number;
  bytes: number;
}

const NOTHING: Usage = { connections: 0, keys: 0, throughput: 0, commands: 0, bytes: 0 };

/** As the real server counts; without one nobody connects, and all of it is 0. */
export async function usageOf(id: string, world: World): Promise<Usage> {
  const redis = world.dataServers?.redis;
  if (!redis?.address(id)) return NOTHING;
  const info = String(await redis.command(id, ["INFO", "everything"]));
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  const keys = Number(await redis.command(id, ["DBSIZE"]));
  return {
    // The sandbox's own is one of them.
    connections: Math.max(0, field("connected_clients") - 1),
    ...{ keys, throughput: field("instantaneous_ops_per_sec"), commands: field("total_commands_processed") },
    bytes: field("used_memory_dataset"),
  };
}
