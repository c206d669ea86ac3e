import type { Socket } from "node:net";

/** A text ends with a zero byte; a block bears its length; a value does too, with -1 for null. */
export type Part =
  | string
  | { int16: number }
  | { int32: number }
  | { byte: string }
  | { raw: string }
  | { block: string }
  | { value: string | undefined };

/** Messages to the server. https://www.postgresql.org/docs/current/protocol-message-formats.html */
export class MessageWriter {
  readonly #chunks: Buffer[] = [];

  add(type: string, parts: readonly Part[]): this {
    const body = Buffer.concat(parts.map(encode));
    this.#chunks.push(Buffer.from(type), int32(body.length + 4), body);
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The first message of a connection, which has no type. */
  static startup(parameters: Readonly<Record<string, string>>): Buffer {
    const texts = [...Object.entries(parameters).flat(), ""].map((text) => encode(text));
    const body = Buffer.concat([int32(196_608), ...texts]);
    return Buffer.concat([int32(body.length + 4), body]);
  }
}

function encode(part: Part): Buffer {
  if (typeof part === "string") return Buffer.from(`${part}\0`);
  if ("int16" in part) return Buffer.from([part.int16 >> 8, part.int16 & 0xff]);
  if ("int32" in part) return int32(part.int32);
  if ("byte" in part) return Buffer.from(part.byte);
  if ("raw" in part) return Buffer.from(part.raw);
  const text = "block" in part ? part.block : part.value;
  if (text === undefined) return int32(-1);
  const bytes = Buffer.from(text);
  return Buffer.concat([int32(bytes.length), bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** One message of the server, read from its beginning on. */
export class Message {
  readonly type: string;
  readonly #body: Buffer;
  #at = 0;

  constructor(type: string, body: Buffer) {
    this.type = type;
    this.#body = body;
  }

  int16(): number {
    this.#at += 2;
    return this.#body.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#body.readInt32BE(this.#at - 4);
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  text(): string {
    const end = this.#body.indexOf(0, this.#at);
    const text = this.#body.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }

  value(): string | null {
    const length = this.int32();
    if (length < 0) return null;
    this.#at += length;
    return this.#body.toString("utf8", this.#at - length, this.#at);
  }

  rest(): string {
    return this.#body.toString("utf8", this.#at);
  }

  /** Of an error or notice: `M` is the message, `C` the code. */
  fields(): Record<string, string> {
    const fields: Record<string, string> = {};
    while (this.#at < this.#body.length && this.#body[this.#at] !== 0) {
      const [name = "", text] = [this.#body.toString("utf8", this.#at, ++this.#at), this.text()];
      fields[name] = text;
    }
    return fields;
  }
}

/** Cuts a connection's bytes into messages. */
export class MessageReader {
  readonly #messages: AsyncGenerator<Message, void>;

  constructor(socket: Socket) {
    this.#messages = cut(socket);
  }

  async next(): Promise<Message> {
    const { value } = await this.#messages.next();
    if (!value) throw new Error("PostgreSQL closed the connection.");
    return value;
  }
}

async function* cut(socket: Socket): AsyncGenerator<Message, void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1);
      yield new Message(rest.toString("latin1", 0, 1), rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  }
}
