import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { UserError } from "../user-error.ts";
import { DataProcess } from "./data-process.ts";
import type { RedisAddress, RedisHost, RedisReply, RedisSpec } from "./data-servers.ts";
import { freeAddress, isFreeSoon } from "./loopback-address.ts";
import type { LoopbackAuthority } from "./loopback-authority.ts";
import { isProgram } from "./postgres-programs.ts";
import { RedisClient } from "./redis-client.ts";

export interface RedisServersOptions {
  /** The sandbox's folder; the databases are beneath it. */
  dir: string;
  /** The `redis-server` program. */
  program: string;
  authority: LoopbackAuthority;
}

interface Database {
  spec: RedisSpec;
  address: RedisAddress;
  process: DataProcess;
  client: RedisClient | undefined;
}

const USUAL_FOLDERS = ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"];

export function findRedis(env: NodeJS.ProcessEnv = process.env, others: readonly string[] = USUAL_FOLDERS): string {
  const folders = [...(env.PATH ?? "").split(delimiter), ...others];
  const found = folders.filter(Boolean).map((folder) => join(folder, "redis-server"));
  const program = found.find(isProgram);
  if (program) return program;
  throw new UserError("--redis needs redis-server, and there is none on the path.", {
    advice: [
      "Debian, Ubuntu: apt-get install redis-server (its own service is not needed)",
      "macOS: brew install redis",
      "or start the sandbox without it: mais sandbox start",
    ],
  });
}

/** A Redis server for each database, over TLS like the vendor's. */
export class RedisServers implements RedisHost {
  readonly #options: RedisServersOptions;
  readonly #folder: string;
  readonly #databases = new Map<string, Promise<Database>>();
  readonly #addresses = new Map<string, RedisAddress>();

  constructor(options: RedisServersOptions) {
    this.#options = options;
    this.#folder = join(options.dir, "redis");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  async apply(spec: RedisSpec): Promise<RedisAddress> {
    const known = this.#databases.get(spec.id);
    const applied = (known ?? Promise.resolve(undefined))
      .catch(() => undefined)
      .then((database) => (database ? this.#change(database, spec) : this.#start(spec)));
    this.#databases.set(spec.id, applied);
    // One that did not start is begun anew by the next call.
    applied.catch(() => this.#databases.delete(spec.id));
    return (await applied).address;
  }

  async command(id: string, args: readonly string[]): Promise<RedisReply> {
    const database = await this.#databases.get(id);
    if (!database) throw new Error(`database ${id} has no Redis`);
    return await (await this.#client(database)).command(args);
  }

  address(id: string): RedisAddress | undefined {
    return this.#addresses.get(id) ?? keptAddress(this.#folderOf(id));
  }

  async remove(id: string): Promise<void> {
    await this.#stop(id);
    rmSync(this.#folderOf(id), { recursive: true, force: true });
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#databases.keys()].map((id) => this.#stop(id)));
  }

  async clear(): Promise<void> {
    await this.stopAll();
    for (const entry of readdirSync(this.#folder, { withFileTypes: true }))
      if (entry.isDirectory()) rmSync(join(this.#folder, entry.name), { recursive: true, force: true });
  }

  async #start(spec: RedisSpec): Promise<Database> {
    const folder = this.#folderOf(spec.id);
    mkdirSync(join(folder, "data"), { recursive: true, mode: 0o700 });
    const address = await this.#place(spec.id, folder);
    const config = join(folder, "redis.conf");
    const { certificate, key } = this.#options.authority.issue(address.host, folder);
    const lines = [
      `bind ${address.host}`,
      "port 0",
      `tls-port ${address.port}`,
      ...[`tls-cert-file "${certificate}"`, `tls-key-file "${key}"`, "tls-auth-clients no"],
      ...[`dir "${join(folder, "data")}"`, "appendonly yes", 'save ""', "daemonize no"],
      ...Object.entries(settingsOf(spec)).map(([name, value]) => `${name} ${value}`),
      ...Object.entries(usersOf(spec)).map(([name, rules]) => `user ${name} ${rules}`),
    ];
    writeFileSync(config, `${lines.join("\n")}\n`, { mode: 0o600 });
    const launch = { command: this.#options.program, args: [config], logFile: join(folder, "log"), user: { ids: {} } };
    const process = new DataProcess({ ...launch, endSignal: "SIGTERM" });
    const database: Database = { spec, address, process, client: undefined };
    try {
      await process.untilReady("Redis", () => this.#answers(database), 30_000);
    } catch (error) {
      await process.stop();
      throw error;
    }
    this.#addresses.set(spec.id, address);
    return database;
  }

  /** Without a restart: connections stay. */
  async #change(database: Database, spec: RedisSpec): Promise<Database> {
    if (database.process.ended !== undefined) return await this.#start(spec);
    const client = await this.#client(database);
    for (const [name, value] of Object.entries(settingsOf(spec))) await client.command(["CONFIG", "SET", name, value]);
    const [users, before] = [usersOf(spec), usersOf(database.spec)];
    for (const [name, rules] of Object.entries(users))
      if (rules !== before[name]) await client.command(["ACL", "SETUSER", name, "reset", ...rules.split(/\s+/)]);
    const gone = Object.keys(before).filter((name) => users[name] === undefined);
    if (gone.length > 0) await client.command(["ACL", "DELUSER", ...gone]);
    database.spec = spec;
    return database;
  }

  async #answers(database: Database): Promise<boolean> {
    try {
      // While it reads its data it refuses this.
      await (await this.#client(database)).command(["DBSIZE"]);
      return true;
    } catch {
      return false;
    }
  }

  async #client(database: Database): Promise<RedisClient> {
    if (database.client?.isOpen) return database.client;
    const ca = readFileSync(this.#options.authority.file, "utf8");
    database.client = await RedisClient.connect({ ...database.address, password: database.spec.password, ca });
    return database.client;
  }

  async #stop(id: string): Promise<void> {
    const started = this.#databases.get(id);
    this.#databases.delete(id);
    this.#addresses.delete(id);
    const database = await started?.catch(() => undefined);
    await database?.client?.[Symbol.asyncDispose]();
    await database?.process.stop();
  }

  /** Where it was before if that is free, for its URL stays in other programs' settings. */
  async #place(id: string, folder: string): Promise<RedisAddress> {
    const before = keptAddress(folder);
    if (before && (await isFreeSoon(before))) return before;
    const address = { ...(await freeAddress(`${this.#options.dir}/${id}`, 6379)), tls: true };
    writeFileSync(join(folder, ADDRESS), `${address.host}:${address.port}`, { mode: 0o600 });
    return address;
  }

  #folderOf(id: string): string {
    if (!/^[\w-]+$/.test(id)) throw new Error(`"${id}" is no id of a database`);
    return join(this.#folder, id);
  }
}

function settingsOf({ eviction, maxMemoryBytes = 0 }: RedisSpec): Record<string, string> {
  // The vendor's own algorithm is neither: keys that may expire go first, then any.
  return { "maxmemory-policy": eviction ? "allkeys-random" : "noeviction", maxmemory: String(maxMemoryBytes) };
}

function usersOf({ password, users = {} }: RedisSpec): Record<string, string> {
  const hash = createHash("sha256").update(password).digest("hex");
  return { default: `on #${hash} ~* &* +@all`, ...users };
}

/** The file beside the data that says where the server answered last. */
const ADDRESS = "address";

function keptAddress(folder: string): RedisAddress | undefined {
  const file = join(folder, ADDRESS);
  if (!existsSync(file)) return undefined;
  const [host = "", port] = readFileSync(file, "utf8").split(":");
  return { host, port: Number(port), tls: true };
}
