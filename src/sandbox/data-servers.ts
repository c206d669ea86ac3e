/** Real databases behind the emulated ones. Each kind is there only when the sandbox was started with it. */
export interface DataServers {
  /** The certificate that clients of the servers have to trust: `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile?: string | undefined;
  /** `mais sandbox start --postgres` */
  readonly postgres?: PostgresHost | undefined;
  /** `mais sandbox start --redis` */
  readonly redis?: RedisHost | undefined;
}

/** Where a server answers on this machine. */
export interface ServerAddress {
  host: string;
  port: number;
}

/** `starting`: for the first time; `restarting`: with the data that it had. */
export type ServerState = "starting" | "restarting" | "ready" | "failed";

/** One Supabase project's PostgreSQL. */
export interface PostgresSpec {
  /** The project's ref; its pooler users are `<role>.<ref>`. */
  ref: string;
  /** Of the roles `postgres` and `authenticator`, when the cluster is made. */
  password: string;
  /** How many clients the pooler takes. */
  poolerClients: number;
}

export interface PostgresAddresses {
  direct: ServerAddress;
  transaction: ServerAddress;
  session: ServerAddress;
}

export interface Statement {
  text: string;
  /** With parameters it must be one statement. */
  parameters?: readonly unknown[] | undefined;
  readOnly?: boolean | undefined;
}

export type Row = Record<string, unknown>;

/** Runs a PostgreSQL cluster for each project, on loopback. */
export interface PostgresHost {
  /** The server's: `15.14`. */
  readonly version: string;
  /** Makes the cluster or takes up the one that is there. Answers its addresses at once; the server comes up behind them. */
  open(spec: PostgresSpec): Promise<PostgresAddresses>;
  /** Undefined for a project that has none open. */
  state(ref: string): ServerState | undefined;
  /** Also of one that is stopped; undefined for a project that never had one. */
  addresses(ref: string): PostgresAddresses | undefined;
  /** Resolves once it answers; throws with its last log lines if it does not. */
  ready(ref: string): Promise<void>;
  setPassword(ref: string, password: string): Promise<void>;
  /** For new connections. Throws `PostgresError` for a setting or a value that the server does not know. */
  configure(ref: string, name: string, value: string): Promise<void>;
  /** The rows of the last statement that has any. Throws `PostgresError` for what the server refuses. */
  query(ref: string, statement: Statement): Promise<Row[]>;
  /** Copies the whole cluster under that name while it runs. */
  saveAs(ref: string, name: string): Promise<void>;
  /** Puts the copy in the cluster's place. The password stays the current one. */
  goBackTo(ref: string, name: string, password: string): Promise<void>;
  /** Ends the server; the data stays. */
  stop(ref: string): Promise<void>;
  /** Ends the server and deletes the data with all copies. */
  remove(ref: string): Promise<void>;
  stopAll(): Promise<void>;
  /** Ends all servers and deletes everything. */
  clear(): Promise<void>;
}

/** One Upstash database. */
export interface RedisSpec {
  id: string;
  /** Of the user `default`. */
  password: string;
  /** Whether keys go when memory is full (`volatile-lru`-like at the vendor); otherwise writes fail then. */
  eviction: boolean;
  /** Left out, memory is not limited. */
  maxMemoryBytes?: number | undefined;
  /** ACL users beside `default`, their rules as Redis writes them: `on >password ~queue:* +@all`. */
  users?: Readonly<Record<string, string>> | undefined;
}

export interface RedisAddress extends ServerAddress {
  /** Whether it is reached by `rediss://`. */
  tls: boolean;
}

export type RedisReply = string | number | null | RedisReply[];

/** Runs a Redis server for each database, on loopback. */
export interface RedisHost {
  /** Starts the database's server, or gives a running one what changed. Resolves once it answers so. */
  apply(spec: RedisSpec): Promise<RedisAddress>;
  /** Also of one that is about to start again; undefined for a database that never had one. */
  address(id: string): RedisAddress | undefined;
  /** As the user `default`: `command(id, ["INFO", "stats"])`. Throws what Redis answers as an error. */
  command(id: string, args: readonly string[]): Promise<RedisReply>;
  /** Ends the server and deletes its data. */
  remove(id: string): Promise<void>;
  /** Ends all servers; their data stays. */
  stopAll(): Promise<void>;
  /** Ends all servers and deletes everything. */
  clear(): Promise<void>;
}
