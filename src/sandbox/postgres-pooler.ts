import { connect, type Server, type Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { PostgresAddresses, ServerAddress } from "./data-servers.ts";
import { freePort, loopbackHost, tryListen } from "./loopback-address.ts";
import type { LoopbackAuthority } from "./loopback-authority.ts";
import { MessageWriter } from "./postgres-wire.ts";

export interface PoolerOptions {
  ref: string;
  /** What its address is made from; the same name has the same address. */
  name: string;
  /** Where the database itself answers. */
  database: ServerAddress;
  /** How many clients it takes at once. */
  limit(): number;
  /** Resolves once the database answers: a client that comes too early waits for that. */
  ready(): Promise<void>;
  /** For clients that want TLS. */
  authority: LoopbackAuthority;
  /** Where it answered last. */
  before?: PoolerAddresses | undefined;
}

export type PoolerAddresses = Pick<PostgresAddresses, "transaction" | "session">;

const TRANSACTION = 6543;
const SESSION = 5432;

/** Codes that stand in place of a protocol version. */
const CANCEL = 80_877_102;
const SSL = 80_877_103;
const GSS = 80_877_104;

/**
 * A project's shared pooler: it takes `<role>.<ref>` and logs in as `<role>`. Each client has a connection of its own behind
 * it in both modes, so what transaction mode forbids goes through here.
 */
export class PostgresPooler {
  readonly addresses: PoolerAddresses;
  readonly #servers: readonly Server[];
  readonly #options: PoolerOptions;
  readonly #secure: SecureContext;
  readonly #clients = new Set<Socket>();
  /** How many of them have begun a session. */
  #admitted = 0;

  private constructor(servers: readonly Server[], addresses: PoolerAddresses, options: PoolerOptions) {
    this.#servers = servers;
    this.addresses = addresses;
    this.#options = options;
    this.#secure = options.authority.contextFor(addresses.transaction.host);
    for (const server of servers) server.on("connection", (client) => this.#admit(client));
  }

  /** Supabase's two ports on an address of its own, else one free port for both modes. */
  static async open(options: PoolerOptions): Promise<PostgresPooler> {
    const host = loopbackHost(`${options.name}/pooler`);
    const transaction = await tryListen(host, TRANSACTION);
    const session = transaction && (await tryListen(host, SESSION));
    if (transaction && session) {
      const addresses = { transaction: { host, port: TRANSACTION }, session: { host, port: SESSION } };
      return new PostgresPooler([transaction, session], addresses, options);
    }
    transaction?.close();
    const wanted = await freePort("127.0.0.1", options.before?.transaction.port);
    const both = await tryListen("127.0.0.1", wanted ?? 0);
    const address = both?.address();
    if (!both || typeof address !== "object" || !address) throw new Error("no free port on 127.0.0.1");
    const shared = { host: "127.0.0.1", port: address.port };
    return new PostgresPooler([both], { transaction: shared, session: shared }, options);
  }

  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const client of this.#clients) client.destroy();
    await Promise.all(closed);
  }

  #admit(client: Socket): void {
    this.#clients.add(client);
    client.once("close", () => this.#clients.delete(client));
    this.#read(client, true);
  }

  /** Reads the first message. TLS is asked for once, before anything else is said. */
  #read(client: Socket, mayEncrypt: boolean): void {
    client.on("error", () => client.destroy());
    let begun = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      begun = Buffer.concat([begun, chunk]);
      if (begun.length < 8 || begun.length < begun.readInt32BE(0)) return;
      const code = begun.readInt32BE(4);
      if (code === GSS && begun.length === 8) {
        begun = Buffer.alloc(0);
        client.write("N");
        return;
      }
      client.off("data", read);
      if (code !== SSL) this.#begin(client, begun);
      // What follows in the same breath was not encrypted, and could be somebody else's.
      else if (mayEncrypt && begun.length === 8) this.#encrypt(client);
      else client.destroy();
    };
    client.on("data", read);
  }

  #encrypt(client: Socket): void {
    client.write("S");
    const encrypted = new TLSSocket(client, { isServer: true, secureContext: this.#secure });
    // Destroying it does not end what is beneath while the handshake is under way.
    encrypted.once("close", () => client.destroy());
    this.#read(encrypted, false);
  }

  #begin(client: Socket, begun: Buffer): void {
    const length = begun.readInt32BE(0);
    const isCancel = begun.readInt32BE(4) === CANCEL;
    const startup = isCancel ? begun.subarray(0, length) : renamed(begun.subarray(0, length), this.#options.ref);
    const isFull = !isCancel && this.#admitted >= this.#options.limit();
    if (startup === undefined || isFull) {
      refuse(client, "XX000", isFull ? "Max client connections reached" : "Tenant or user not found");
      return;
    }
    this.#admitted += 1;
    client.once("close", () => {
      this.#admitted -= 1;
    });
    const first = Buffer.concat([startup, begun.subarray(length)]);
    const { ready, database } = this.#options;
    ready().then(
      () => join(client, database, first),
      () => refuse(client, "57P03", "the database system is not up"),
    );
  }
}

function join(client: Socket, { host, port }: ServerAddress, first: Buffer): void {
  const database = connect(port, host, () => {
    database.write(first);
    client.pipe(database);
    database.pipe(client);
  });
  database.on("error", () => client.destroy());
  client.once("close", () => database.destroy());
}

/** The start message with the user that the database knows; undefined for a user of another project. */
function renamed(startup: Buffer, ref: string): Buffer | undefined {
  const texts = startup.toString("utf8", 8).split("\0");
  const parameters: Record<string, string> = {};
  for (let at = 0; at + 1 < texts.length && texts[at]; at += 2) parameters[texts[at] ?? ""] = texts[at + 1] ?? "";
  const { user = "" } = parameters;
  if (!user.endsWith(`.${ref}`)) return undefined;
  return MessageWriter.startup({ ...parameters, user: user.slice(0, -ref.length - 1) });
}

function refuse(client: Socket, code: string, message: string): void {
  const fields = [`SFATAL`, `VFATAL`, `C${code}`, `M${message}`, ""];
  client.end(new MessageWriter().add("E", fields).bytes());
}
