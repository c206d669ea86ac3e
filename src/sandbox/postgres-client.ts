import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Row, Statement } from "./data-servers.ts";
import { Scram } from "./postgres-scram.ts";
import { fromText, toText } from "./postgres-values.ts";
import { type Message, MessageReader, MessageWriter } from "./postgres-wire.ts";

export interface Login {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** What the server refused. */
export class PostgresError extends Error {
  /** The five letters of the SQL standard: `42P01`. */
  readonly code: string;

  constructor(fields: Record<string, string>) {
    super(fields.M ?? "no reason given");
    this.name = "PostgresError";
    this.code = fields.C ?? "";
  }
}

/** How long the server may be silent before it is given up. */
const SILENCE_MS = 120_000;

/** One connection, as much of the protocol as the sandbox needs: SCRAM, plain queries, queries with parameters. */
export class PostgresClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #messages: MessageReader;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#messages = new MessageReader(socket);
  }

  static async connect(login: Login): Promise<PostgresClient> {
    const socket = connect(login.port, login.host);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error("PostgreSQL did not answer")));
    // Connecting throws it, or whoever reads next.
    socket.on("error", () => {});
    await once(socket, "connect");
    const client = new PostgresClient(socket);
    try {
      await client.#logIn(login);
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** The rows of the last statement that has any. */
  async query({ text, parameters }: Statement): Promise<Row[]> {
    const message = new MessageWriter();
    if (parameters === undefined) message.add("Q", [text]);
    else {
      const values = parameters.map(toText);
      message.add("P", ["", text, { int16: 0 }]);
      message.add("B", [
        "",
        "",
        { int16: 0 },
        { int16: values.length },
        ...values.map((value) => ({ value })),
        { int16: 0 },
      ]);
      message
        .add("D", [{ byte: "P" }, ""])
        .add("E", ["", { int32: 0 }])
        .add("S", []);
    }
    this.#socket.write(message.bytes());
    return await this.#results();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.end(new MessageWriter().add("X", []).bytes());
    await once(this.#socket, "close");
  }

  async #logIn({ user, password, database }: Login): Promise<void> {
    const parameters = { user, database, application_name: "mais sandbox" };
    this.#socket.write(MessageWriter.startup(parameters));
    const scram = new Scram(password);
    const send = (parts: Parameters<MessageWriter["add"]>[1]) =>
      this.#socket.write(new MessageWriter().add("p", parts).bytes());
    for (;;) {
      const message = await this.#messages.next();
      if (message.type === "E") throw new PostgresError(message.fields());
      if (message.type === "Z") return;
      if (message.type !== "R") continue;
      const method = message.int32();
      if (method === 3) send([password]);
      else if (method === 10) send(["SCRAM-SHA-256", { block: scram.first() }]);
      else if (method === 11) send([{ raw: scram.final(message.rest()) }]);
      else if (method === 12) scram.verify(message.rest());
      else if (method !== 0)
        throw new Error(`The server wants a way to log in that the sandbox does not know (${method}).`);
    }
  }

  async #results(): Promise<Row[]> {
    let columns: Column[] = [];
    let current: Row[] = [];
    let last: Row[] = [];
    let failure: PostgresError | undefined;
    for (;;) {
      const message = await this.#messages.next();
      if (message.type === "T") [columns, current] = [readColumns(message), []];
      else if (message.type === "D") current.push(readRow(message, columns));
      else if (message.type === "C" && current.length > 0) [last, current] = [current, []];
      else if (message.type === "E") failure ??= new PostgresError(message.fields());
      // Nobody has anything to copy in.
      else if (message.type === "G") this.#socket.write(new MessageWriter().add("f", ["not supported"]).bytes());
      else if (message.type === "Z") {
        if (failure) throw failure;
        return last;
      }
    }
  }
}

interface Column {
  name: string;
  type: number;
}

function readColumns(message: Message): Column[] {
  return Array.from({ length: message.int16() }, () => {
    const name = message.text();
    message.skip(6);
    const type = message.int32();
    message.skip(8);
    return { name, type };
  });
}

function readRow(message: Message, columns: readonly Column[]): Row {
  message.int16();
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const text = message.value();
      return [name, text === null ? null : fromText(type, text)];
    }),
  );
}
