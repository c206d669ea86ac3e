import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RedisHost, RedisReply } from "../data-servers.ts";
import { type Database, databases } from "../upstash/state.ts";
import type { Emulated } from "./emulated.ts";
import { RestError, readCommands } from "./redis-request.ts";
import { answerJson } from "./refusals.ts";

/** They concern a connection or the server itself, which a REST caller does not have. */
const UNAVAILABLE = new Set(
  (
    "acl auth bgrewriteaof bgsave client cluster config debug discard exec failover hello migrate module monitor multi psubscribe " +
    "psync quit replicaof reset save shutdown slaveof ssubscribe subscribe sync unwatch watch"
  ).split(" "),
);

type Result = { result: unknown } | { error: string };

/**
 * A database's REST API, https://upstash.com/docs/redis/features/restapi, over the real Redis behind it. The vendor's
 * API shows then where that one listens, so the REST API answers to the database's id too: `https://<id>.upstash.io`.
 * Transactions and subscriptions are not served.
 */
export function answerRedis(
  host: string,
  { request, response, emulated }: { request: IncomingMessage; response: ServerResponse; emulated: Emulated },
): void {
  const answered = answer(host, request, emulated);
  answered.then(
    ({ status, json }) => answerJson(response, status, json),
    (error: unknown) => {
      const known = error instanceof RestError;
      answerJson(response, known ? error.status : 500, { error: known ? error.message : "ERR internal error" });
    },
  );
}

async function answer(
  host: string,
  request: IncomingMessage,
  { store, world }: Emulated,
): Promise<{ status: number; json: unknown }> {
  const database = databases(store("upstash"))
    .list()
    .find(({ id, endpoint }) => [endpoint.toLowerCase(), `${id}.upstash.io`].includes(host));
  if (!database) throw new RestError(404, "ERR there is no database under this host name");
  const access = accessOf(database, request);
  const redis = world.dataServers?.redis;
  if (!redis) throw new RestError(501, "ERR no Redis is behind this database. Start one: mais sandbox start --redis");
  const asked = await readCommands(request);
  const encode = String(request.headers["upstash-encoding"]).toLowerCase() === "base64" ? toBase64 : asItIs;
  const run = async (command: readonly string[]): Promise<Result> => {
    try {
      await requirePermission(command, { access, redis, id: database.id });
      return { result: encode(await redis.command(database.id, command)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  if (asked.kind === "pipeline") {
    const results: Result[] = [];
    for (const command of asked.commands) results.push(await run(command));
    return { status: 200, json: results };
  }
  const result = await run(asked.command);
  return { status: "error" in result ? 400 : 200, json: result };
}

type Access = "full" | "read-only";

function accessOf({ password, readOnlyToken }: Database, request: IncomingMessage): Access {
  const query = new URLSearchParams((request.url ?? "").split("?")[1]);
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? query.get("_token") ?? "";
  if (isSame(token, password)) return "full";
  if (isSame(token, readOnlyToken)) return "read-only";
  throw new RestError(401, "WRONGPASS invalid or missing auth token");
}

async function requirePermission(
  [name = ""]: readonly string[],
  { access, redis, id }: { access: Access; redis: RedisHost; id: string },
): Promise<void> {
  const command = name.toLowerCase();
  if (UNAVAILABLE.has(command)) throw new Error(`ERR Command is not available: '${command}'`);
  if (access === "full") return;
  const [known] = listOf(await redis.command(id, ["COMMAND", "INFO", command]));
  // Its third part is the list of its flags.
  const flags = listOf(listOf(known ?? null)[2] ?? null).map(String);
  if (!flags.includes("readonly"))
    throw new Error(`NOPERM this user has no permissions to run the '${command}' command`);
}

function listOf(reply: RedisReply): RedisReply[] {
  return Array.isArray(reply) ? reply : [];
}

/** All texts but `OK`, as the vendor's own client expects it. */
function toBase64(reply: RedisReply): unknown {
  if (Array.isArray(reply)) return reply.map(toBase64);
  return typeof reply === "string" && reply !== "OK" ? Buffer.from(reply, "utf8").toString("base64") : reply;
}

function asItIs(reply: RedisReply): unknown {
  return reply;
}

function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
