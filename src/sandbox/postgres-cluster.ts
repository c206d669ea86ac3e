import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DataProcess } from "./data-process.ts";
import type { ServerAddress, Statement } from "./data-servers.ts";
import type { LoopbackAuthority } from "./loopback-authority.ts";
import { PostgresClient, PostgresError } from "./postgres-client.ts";
import type { PostgresPrograms } from "./postgres-programs.ts";
import { ADMIN, bootstrap } from "./postgres-roles.ts";
import { giveTo, type ServerUser } from "./server-user.ts";

export interface ClusterOptions {
  folder: string;
  programs: PostgresPrograms;
  user: ServerUser;
  address: ServerAddress;
  adminPassword: string;
  /** For clients that want TLS. */
  authority: LoopbackAuthority;
  /** Of `postgres`, when the cluster is made. */
  password: string;
  connections: number;
}

const run = promisify(execFile);

/** One PostgreSQL cluster: its files and, while it runs, its server. */
export class PostgresCluster {
  readonly data: string;
  readonly #options: ClusterOptions;
  #process: DataProcess | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.data = join(options.folder, "data");
  }

  async start(): Promise<void> {
    const isNew = !existsSync(this.data);
    if (isNew) await this.#initialize();
    const { programs, user, folder } = this.#options;
    const launch = { command: programs.postgres, args: this.#arguments(), logFile: join(folder, "log"), user };
    const started = new DataProcess({ ...launch, endSignal: "SIGINT" });
    this.#process = started;
    try {
      await started.untilReady("PostgreSQL", () => this.#answers());
      await this.#prepare();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** As the superuser, unless another role is named: its rights are set for the session. */
  async query(statement: Statement, role?: string): Promise<Record<string, unknown>[]> {
    await using client = await this.connect();
    if (role !== undefined) await client.query({ text: `SET SESSION AUTHORIZATION ${role}` });
    if (statement.readOnly) await client.query({ text: "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY" });
    return await client.query(statement);
  }

  connect(): Promise<PostgresClient> {
    const { address, adminPassword: password } = this.#options;
    return PostgresClient.connect({ ...address, user: ADMIN, password, database: "postgres" });
  }

  /** Under another name until it is whole, so that an interrupted one is begun anew. */
  async #initialize(): Promise<void> {
    const { folder, programs, user, adminPassword } = this.#options;
    const [fresh, passwordFile] = [join(folder, "data.new"), join(folder, "password.new")];
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
    for (const path of [fresh, passwordFile]) giveTo(user, path);
    const settings = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions", "--wal-segsize=1"];
    const login = [`--username=${ADMIN}`, `--pwfile=${passwordFile}`];
    // The server's own default is the locale of whoever starts it.
    const args = ["-D", fresh, "--locale=C", ...settings, ...login];
    try {
      await run(programs.initdb, args, {
        cwd: "/",
        env: { PATH: process.env.PATH, LANG: "C", TZ: "UTC" },
        ...user.ids,
      });
    } finally {
      rmSync(passwordFile, { force: true });
    }
    await rename(fresh, this.data);
  }

  #arguments(): string[] {
    const { address, connections, authority, folder, user } = this.#options;
    const { certificate, key } = authority.issue(address.host, folder);
    for (const file of [certificate, key]) giveTo(user, file);
    const settings = {
      listen_addresses: address.host,
      port: address.port,
      unix_socket_directories: "",
      ...{ ssl: "on", ssl_cert_file: certificate, ssl_key_file: key },
      max_connections: connections,
      // A kill of the server loses nothing of this; a crash of the machine may.
      ...{ fsync: "off", full_page_writes: "off" },
      ...{ shared_buffers: "16MB", max_wal_size: "64MB", wal_level: "logical", jit: "off" },
      // Statements hold passwords, and the log is shown.
      log_min_error_statement: "panic",
      timezone: "UTC",
    };
    return ["-D", this.data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  }

  async #answers(): Promise<boolean> {
    try {
      await (await this.connect())[Symbol.asyncDispose]();
      return true;
    } catch (error) {
      const isStarting = !(error instanceof PostgresError) || error.code === "57P03";
      if (!isStarting) throw error;
      return false;
    }
  }

  /** In one step, so that an interrupted one is begun anew. */
  async #prepare(): Promise<void> {
    const [found] = await this.query({ text: "SELECT 1 AS there FROM pg_roles WHERE rolname = 'postgres'" });
    if (!found) await this.query({ text: `BEGIN;\n${bootstrap(this.#options.password)}\nCOMMIT;` });
  }
}

/** The folder that a cluster lives in, its user able to pass through. */
export function makeClusterFolder(folder: string, user: ServerUser): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, user.ids.uid === undefined ? 0o700 : 0o711);
}

export const newPassword = () => randomBytes(24).toString("hex");
