import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { RedisReply } from "./data-servers.ts";

export interface RedisLogin {
  host: string;
  port: number;
  password: string;
  /** The authority's certificate. */
  ca: string;
}

/** What Redis answered as an error: `ERR unknown command`. */
export class RedisError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RedisError";
  }
}

/** An error inside a list is one entry of it. */
type Raw = string | number | null | RedisError | Raw[];

/** How long the server may be silent before it is given up. */
const SILENCE_MS = 30_000;

/** One connection over TLS, one command at a time. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export class RedisClient implements AsyncDisposable {
  readonly #socket: TLSSocket;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest = Buffer.alloc(0);
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.#chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  static async connect({ host, port, password, ca }: RedisLogin): Promise<RedisClient> {
    const socket = connect({ host, port, ca, minVersion: "TLSv1.2" });
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error("Redis did not answer")));
    await once(socket, "secureConnect");
    socket.on("error", () => {});
    const client = new RedisClient(socket);
    try {
      await client.command(["AUTH", "default", password]);
      // It may then be silent for as long as nobody asks.
      socket.setTimeout(0);
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.readable;
  }

  command(args: readonly string[]): Promise<RedisReply> {
    const answered = this.#turn.catch(() => {}).then(() => this.#ask(args));
    this.#turn = answered;
    return answered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }

  async #ask(args: readonly string[]): Promise<RedisReply> {
    const parts = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
    this.#socket.write(`*${args.length}\r\n${parts.join("")}`);
    const reply = await this.#read();
    if (reply instanceof RedisError) throw reply;
    return withoutErrors(reply);
  }

  async #read(): Promise<Raw> {
    const line = await this.#take(async () => this.#rest.indexOf("\r\n"));
    const [kind, text] = [line.toString("latin1", 0, 1), line.toString("utf8", 1)];
    if (kind === "+") return text;
    if (kind === "-") return new RedisError(text);
    if (kind === ":") return Number(text);
    const length = Number(text);
    if (length < 0) return null;
    if (kind === "$")
      return (await this.#take(async () => (this.#rest.length >= length + 2 ? length : -1))).toString("utf8");
    const items: Raw[] = [];
    for (let item = 0; item < length; item++) items.push(await this.#read());
    return items;
  }

  /** The bytes up to the end that is looked for, and past its line break. */
  async #take(findEnd: () => Promise<number>): Promise<Buffer> {
    for (;;) {
      const end = await findEnd();
      if (end >= 0) {
        const taken = this.#rest.subarray(0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return taken;
      }
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error("Redis closed the connection.");
      this.#rest = Buffer.concat([this.#rest, value]);
    }
  }
}

function withoutErrors(reply: Raw): RedisReply {
  if (Array.isArray(reply)) return reply.map(withoutErrors);
  return reply instanceof RedisError ? reply.message : reply;
}
